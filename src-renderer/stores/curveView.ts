import { defineStore } from 'pinia'
import { reactive, ref, toRefs, watch } from 'vue'
import { z } from 'zod'
import { RUN_METRIC_IDS } from '../charts/runMetrics.ts'
import { X_AXES } from './curves.ts'

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

/** A part of the horizontal axis, in its own unit. */
export interface AxisZoom {
  readonly first: number
  readonly last: number
}

/** The zoom moved on, as wide as it is, until it ends at the newest epoch; it is never moved back. */
export function followed(zoom: AxisZoom, newest: number): AxisZoom {
  const by = Math.max(0, newest - zoom.last)
  return { first: zoom.first + by, last: zoom.last + by }
}

/** How training curves are looked at, kept from one start to the next but for the zoom. */
export const useCurveView = defineStore('curveView', () => {
  const state = reactive(parseCurveView(localStorage.getItem(KEY)))
  watch(state, (value) => localStorage.setItem(KEY, JSON.stringify(value)))

  /** Null: the whole axis. */
  const zoom = ref<AxisZoom | null>(null)
  /** The zoom moves on with the newest epoch. */
  const follow = ref(true)
  // A zoom is in the unit of its axis.
  watch(
    () => state.axis,
    () => (zoom.value = null),
  )
  return { ...toRefs(state), zoom, follow }
})
