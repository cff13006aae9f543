import type { Panel } from '../market/panel.ts'
import { lastKnown } from './lastKnown.ts'
import { mean, standardDeviation } from '../../src-shared/statistics.ts'

export interface SizeExposure {
  /** Per stock. */
  readonly exposure: Float64Array
  /** Stocks of `among` without a known float capitalisation: their exposure is 0. */
  readonly missing: number
}

/**
 * Size style exposure on one day: log of the float capitalisation last known on or before `day`, less its plain mean,
 * over its standard deviation (ddof 1), both taken over the stocks of `among` (1 = counts: universe or benchmark
 * member). Every other stock with a capitalisation is measured on the same scale; without one the exposure is 0.
 * Null when no stock of `among` has a capitalisation, or all have the same.
 */
export function sizeExposure(panel: Panel, day: number, among: Uint8Array): SizeExposure | null {
  const stocks = panel.symbols.length
  const logCap = Float64Array.from({ length: stocks }, (_, stock) =>
    Math.log(lastKnown(panel.floatCap, stocks, day, stock)),
  )
  const known = logCap.filter((value, stock) => among[stock] === 1 && Number.isFinite(value))
  const spread = standardDeviation(known)
  if (!spread) return null
  const centre = mean(known)
  return {
    exposure: logCap.map((value) => (Number.isFinite(value) ? (value - centre) / spread : 0)),
    missing: among.reduce((sum, counts) => sum + counts, 0) - known.length,
  }
}
