import type { Derived } from '../market/derive.ts'
import type { Panel } from '../market/panel.ts'

/**
 * Fill `out` (N) with the returns of `day` that are of one day: NaN for a stock that did not trade on it or on the exchange day before, as
 * a return across a suspension would be held against one day of its market and its industry.
 */
export function oneDayReturns(panel: Panel, { returns }: Derived, day: number, out: Float64Array): void {
  const stocks = panel.symbols.length
  for (let i = 0, at = day * stocks; i < stocks; i++, at++)
    out[i] = day > 0 && panel.traded[at - stocks] === 1 ? returns[at] : NaN
}
