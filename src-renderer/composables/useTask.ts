import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { PlateauError } from '../../src-shared/errors.ts'

/** An action a user waits for: whether it is under way, and the error it ended with. */
export interface Task {
  readonly busy: Ref<boolean>
  readonly error: ShallowRef<PlateauError | null>
  run(action: () => Promise<void>): Promise<void>
}

export function useTask(): Task {
  const busy = ref(false)
  const error = shallowRef<PlateauError | null>(null)
  return {
    busy,
    error,
    async run(action) {
      busy.value = true
      error.value = null
      try {
        await action()
      } catch (thrown) {
        error.value = PlateauError.from(thrown)
      } finally {
        busy.value = false
      }
    },
  }
}
