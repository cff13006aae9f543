import { computed, type WritableComputedRef } from 'vue'
import { useChoices } from '../stores/choices.ts'

/**
 * A choice of a screen that outlives the screen.
 * @param name of the choice, the same wherever it is shared
 * @param first what is chosen until the user chooses; the same value each time
 * @param of what the choice is about, when it means nothing elsewhere: the day of one portfolio, the order of one table
 */
export function useChoice<T>(name: string, first: T, of: () => string = () => ''): WritableComputedRef<T> {
  const { kept } = useChoices()
  const key = computed(() => `${name}\n${of()}`)
  return computed({
    get: () => (kept.has(key.value) ? (kept.get(key.value) as T) : first),
    set: (value) => kept.set(key.value, value),
  })
}
