import { ref, type Ref, watch } from 'vue'
import type { DateInt } from '../../../src-shared/domain/date.ts'

/** Position of a chart's crosshair among its days; null until it is moved, and again when it has other days. */
export function useCrosshair(dates: () => readonly DateInt[]): Ref<number | null> {
  const at = ref<number | null>(null)
  watch(
    () => dates().join(' '),
    () => (at.value = null),
  )
  return at
}
