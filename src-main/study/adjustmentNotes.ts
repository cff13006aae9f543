import { isExDay } from '../../src-shared/domain/prices.ts'
import type { Note } from '../../src-shared/domain/result.ts'
import { isUnadjusted } from '../market/exDays.ts'
import type { MarketData } from '../market/panel.ts'

/** What the adjustment of prices lacks; a stock that lacks it on every day is told once. */
export function adjustmentNotes({
  panel,
  factorsFrom,
  unfactored,
}: Pick<MarketData, 'panel' | 'factorsFrom' | 'unfactored'>): Note[] {
  const { dates, symbols, traded, close, preclose, factor } = panel
  const stocks = symbols.length
  const late = factorsFrom.filter((day) => day > 0).length
  let unadjusted = 0
  let unknown = 0
  const partly = { count: 0, exDays: 0 }
  const afterGaps = { count: 0, exDays: 0 }
  for (let i = 0; i < stocks; i++) {
    let last = -1
    let missing = false
    let exDays = 0
    let withoutChange = 0
    let afterGap = 0
    let untold = 0
    let changes = 0
    // Before late factors begin nothing is adjusted, which is a note of its own.
    for (let at = factorsFrom[i] * stocks + i; at < dates.length * stocks; at += stocks) {
      if (Number.isNaN(close[at])) missing = true
      else if (traded[at] === 1) {
        if (last !== -1) {
          if (isExDay(preclose[at], close[last])) exDays++
          if (factor[at] !== factor[last]) changes++
          const before = { close: close[last], factor: factor[last] }
          if (Number.isNaN(preclose[at])) untold++
          if (isUnadjusted(before, { preclose: preclose[at], factor: factor[at] })) {
            if (missing) afterGap++
            else withoutChange++
          }
        }
        last = at
        missing = false
      }
    }
    if (changes === 0) {
      if (exDays > 0) unadjusted++
      else if (unfactored.has(i) && untold > 0) unknown++
      continue
    }
    if (withoutChange > 0) {
      partly.count++
      partly.exDays += withoutChange
    }
    if (afterGap > 0) {
      afterGaps.count++
      afterGaps.exDays += afterGap
    }
  }
  return [
    ...(late === 0 ? [] : [{ code: 'factors_begin_late', values: { count: late } }]),
    ...(unadjusted === 0 ? [] : [{ code: 'prices_unadjusted', values: { count: unadjusted } }]),
    ...(unknown === 0 ? [] : [{ code: 'ex_days_unknown', values: { count: unknown } }]),
    ...(partly.count === 0 ? [] : [{ code: 'ex_days_unadjusted', values: partly }]),
    ...(afterGaps.count === 0 ? [] : [{ code: 'precloses_after_gaps', values: afterGaps }]),
  ]
}
