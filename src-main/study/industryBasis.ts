import type { DateInt } from '../../src-shared/domain/date.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { type IndustryHistory, UNDATED } from '../market/industryHistory.ts'
import { allTestDays } from './factors.ts'
import type { Prepared } from './prepare.ts'

/** How far the industries on test days were known on these days. */
export interface IndustryBasis {
  readonly stockDays: number
  /** Stock-days by a classification of a later date, which is hindsight, with the first and last of these dates; null without any. */
  readonly later: { readonly stockDays: number; readonly first: DateInt; readonly last: DateInt } | null
  /** Stock-days by a classification that the source does not date. */
  readonly undated: number
}

/** Over the stocks that `among` has on each of `days`, indices into `dates`: 1 = counts. */
export function industryBasis(
  { asOfAt }: IndustryHistory,
  dates: Int32Array,
  days: readonly number[],
  among: (day: number) => Uint8Array,
): IndustryBasis {
  let [stockDays, later, undated, first, last] = [0, 0, 0, Infinity, -Infinity]
  for (const day of days) {
    const asOf = asOfAt(day)
    among(day).forEach((counts, stock) => {
      if (counts !== 1) return
      stockDays++
      if (asOf[stock] === UNDATED) undated++
      if (asOf[stock] <= dates[day]) return
      later++
      first = Math.min(first, asOf[stock])
      last = Math.max(last, asOf[stock])
    })
  }
  return { stockDays, later: later === 0 ? null : { stockDays: later, first, last }, undated }
}

/** Of a study's test days, over its universe and the stocks of its benchmarks; null without any classification. */
export function studyIndustryBasis(config: StudyConfig, prepared: Prepared): IndustryBasis | null {
  const { market, universe } = prepared
  const { panel, industries } = market
  if (industries === null) return null
  const stocks = panel.symbols.length
  return industryBasis(industries, panel.dates, allTestDays(prepared), (day) => {
    const among = universe.slice(day * stocks, (day + 1) * stocks)
    for (const symbol of config.portfolio.indices) {
      const { member, weights } = market.indices.get(symbol)!
      const snapshot = weights?.findLast(({ date }) => date <= panel.dates[day])
      for (let stock = 0; stock < stocks; stock++)
        if (member?.[day * stocks + stock] === 1 || (snapshot?.weights[stock] ?? 0) > 0) among[stock] = 1
    }
    return among
  })
}
