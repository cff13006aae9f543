import { defineStore } from 'pinia'
import { reactive, ref, toRefs, watch } from 'vue'
import { z } from 'zod'
import type { AxisZoom } from '../charts/axisZoom.ts'
import { RUN_METRIC_IDS } from '../charts/runMetrics.ts'
import { X_AXES } from './curves.ts'
import { useStudies } from './studies.ts'

const KEY = 'plateau.curves'

const curveView = z.object({
  axis: z.enum(X_AXES).catch('epoch'),
  /** Weight of the moving average. */
  smoothing: z.number().min(0).max(0.99).catch(0),
  log: z.boolean().catch(false),
  ignoreOutliers: z.boolean().catch(false),
  parts: z.array(z.enum(['train', 'valid'])).catch(['train', 'valid']),
  /** Metrics that stand first, in this order. */
  pinned: z.array(z.enum(RUN_METRIC_IDS)).catch(['loss', 'ic']),
})
export type KeptCurveView = z.infer<typeof curveView>

/** What was kept; what is absent or unreadable takes its default. */
export function parseCurveView(text: string | null): KeptCurveView {
  try {
    return curveView.parse(JSON.parse(text ?? '{}'))
  } catch {
    return curveView.parse({})
  }
}

/** How training curves are looked at, kept from one start to the next but for the zoom. */
export const useCurveView = defineStore('curveView', () => {
  const state = reactive(parseCurveView(localStorage.getItem(KEY)))
  watch(state, (value) => localStorage.setItem(KEY, JSON.stringify(value)))

  /** Null: the whole axis. */
  const zoom = ref<AxisZoom | null>(null)
  /** Metrics that are not pinned are shown too. */
  const more = ref(false)
  /** The zoom moves on with the newest epoch. */
  const follow = ref(true)
  const studies = useStudies()
  // A zoom is in the unit of its axis and on the epochs of its study; of another one nothing is drawn with it.
  watch([() => state.axis, () => studies.selectedId], () => (zoom.value = null), { flush: 'sync' })
  return { ...toRefs(state), zoom, more, follow }
})
