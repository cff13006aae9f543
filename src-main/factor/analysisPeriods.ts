import type { DateInt } from '../../src-shared/domain/date.ts'
import type { FactorReport } from '../../src-shared/domain/factor.ts'
import type { FactorAnalysis } from '../../src-shared/domain/factorAnalysis.ts'
import { growth } from '../../src-shared/statistics.ts'
import { icSummary } from './informationCoefficient.ts'
import { meanOf } from './meanOf.ts'

const yearOf = (date: DateInt): number => Math.floor(date / 10_000)
const monthOf = (date: DateInt): number => Math.floor(date / 100)

/** Calendar years of the test dates and of the return days; a layer's return is that of the year's return days, null where it has none. */
export function byYear(report: FactorReport, horizon: number): FactorAnalysis['years'] {
  const { testDates, returnDates, layerReturns, benchmarkReturns } = report
  const rankIcs = new Map(rankIcBy(report, yearOf))
  const years = new Set([...testDates, ...returnDates].map(yearOf))
  return Array.from(years)
    .sort((a, b) => a - b)
    .map((year) => {
      const total = (returns: readonly number[]): number | null => {
        const ofYear = returns.filter((_, at) => yearOf(returnDates[at]) === year)
        return ofYear.length === 0 ? null : growth(ofYear) - 1
      }
      return {
        year,
        rankIc: icSummary(rankIcs.get(year) ?? [], horizon),
        layerReturns: layerReturns.map(total),
        benchmarkReturn: total(benchmarkReturns),
      }
    })
}

export function byMonth(report: FactorReport): FactorAnalysis['months'] {
  return rankIcBy(report, monthOf).map(([month, rankIc]) => {
    const { mean, n } = meanOf(rankIc)
    return { month, rankIc: mean, n }
  })
}

/** The RankIC of the test dates by period, in time order. */
function rankIcBy(
  { testDates, rankIc }: FactorReport,
  period: (date: DateInt) => number,
): [number, (number | null)[]][] {
  const groups = Map.groupBy(rankIc.keys(), (test) => period(testDates[test]))
  return Array.from(groups, ([key, tests]) => [key, tests.map((test) => rankIc[test])])
}
