import { onScopeDispose, ref, type Ref } from 'vue'

/** `performance.now()`, renewed every second while the component lives. */
export function useNow(): Ref<number> {
  const now = ref(performance.now())
  const timer = setInterval(() => {
    now.value = performance.now()
  }, 1000)
  onScopeDispose(() => clearInterval(timer))
  return now
}
