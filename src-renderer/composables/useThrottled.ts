import { onScopeDispose, readonly, ref, watch, type Ref } from 'vue'

/** `source`, taken over at once and then at most every `interval` milliseconds; of what comes in between, the last. */
export function useThrottled(source: () => string, interval: number): Readonly<Ref<string>> {
  const taken = ref(source())
  let timer: ReturnType<typeof setTimeout> | undefined

  function take(): void {
    timer = undefined
    if (taken.value === source()) return
    taken.value = source()
    timer = setTimeout(take, interval)
  }
  watch(source, () => {
    if (timer === undefined) take()
  })
  onScopeDispose(() => clearTimeout(timer))
  return readonly(taken)
}
