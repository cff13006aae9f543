import type { Pinia } from 'pinia'
import { useColumnWidths } from './columnWidths.ts'
import { useCurveView } from './curveView.ts'
import { useData } from './data.ts'
import { useOverlays } from './overlays.ts'
import { useReportExports } from './reportExport.ts'
import { useReportOptions } from './reportOptions.ts'
import { useSafety } from './safety.ts'
import { useSettings } from './settings.ts'
import { useStudies } from './studies.ts'

/** Those that watch something. */
export const WATCHING = [
  useColumnWidths,
  useCurveView,
  useData,
  useOverlays,
  useReportExports,
  useReportOptions,
  useSafety,
  useSettings,
  useStudies,
] as const

/**
 * Makes the stores that watch something before any component is there: Vue keeps with a watcher the component in whose setup it was
 * made, with all that it showed last, and what a store watches lasts as long as the window.
 */
export function makeWatchingStores(pinia: Pinia): void {
  for (const use of WATCHING) use(pinia)
}
