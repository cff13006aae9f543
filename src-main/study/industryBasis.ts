import type { DateInt } from '../../src-shared/domain/date.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { type IndustryHistory, UNCLASSIFIED, UNDATED } from '../market/industryHistory.ts'
import { allTestDays } from './factors.ts'
import type { Prepared } from './prepare.ts'
import { stocksOfStudy } from './stocksOfStudy.ts'

/** How far the industries on test days were known on these days. */
export interface IndustryBasis {
  readonly stockDays: number
  /** Stock-days by a classification of a later date, which is hindsight, with the first and last of these dates; null without any. */
  readonly later: { readonly stockDays: number; readonly first: DateInt; readonly last: DateInt } | null
  /** Stock-days by a classification that the source does not date. */
  readonly undated: number
  /** Stock-days of stocks that have no classification at all. */
  readonly unknown: number
}

/** Over the stocks that `among` has on each of `days`, indices into `dates`: 1 = counts. */
export function industryBasis(
  { asOfAt }: IndustryHistory,
  dates: Int32Array,
  days: readonly number[],
  among: (day: number) => Uint8Array,
): IndustryBasis {
  let [stockDays, later, undated, unknown, first, last] = [0, 0, 0, 0, Infinity, -Infinity]
  for (const day of days) {
    const asOf = asOfAt(day)
    among(day).forEach((counts, stock) => {
      if (counts !== 1) return
      stockDays++
      if (asOf[stock] === UNCLASSIFIED) unknown++
      if (asOf[stock] === UNDATED) undated++
      if (asOf[stock] <= dates[day]) return
      later++
      first = Math.min(first, asOf[stock])
      last = Math.max(last, asOf[stock])
    })
  }
  return { stockDays, later: later === 0 ? null : { stockDays: later, first, last }, undated, unknown }
}

/** Of a study's test days and stocks; null without any classification. */
export function studyIndustryBasis(config: StudyConfig, prepared: Prepared): IndustryBasis | null {
  const { panel, industries } = prepared.market
  return (
    industries &&
    industryBasis(industries, panel.dates, allTestDays(prepared), stocksOfStudy(config, prepared))
  )
}
