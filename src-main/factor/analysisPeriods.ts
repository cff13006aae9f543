import { type DateInt, monthOf, yearOf } from '../../src-shared/domain/date.ts'
import type { FactorReport } from '../../src-shared/domain/factor.ts'
import type { FactorAnalysis } from '../../src-shared/domain/factorAnalysis.ts'
import { growth } from '../../src-shared/statistics.ts'
import { icSummary } from './informationCoefficient.ts'
import type { FactorTestInput } from './input.ts'
import { meanOf } from './meanOf.ts'

/** Calendar years of the test dates and of the return days; a layer's return is that of the year's return days, null where it has none. */
export function byYear(
  report: FactorReport,
  { testDates: days, horizon }: Pick<FactorTestInput, 'testDates' | 'horizon'>,
): FactorAnalysis['years'] {
  const { testDates, rankIc, returnDates, layerReturns, benchmarkReturns } = report
  const tests = testsBy(report, yearOf)
  const years = new Set([...testDates, ...returnDates].map(yearOf))
  return Array.from(years)
    .sort((a, b) => a - b)
    .map((year) => {
      const total = (returns: readonly number[]): number | null => {
        const ofYear = returns.filter((_, at) => yearOf(returnDates[at]) === year)
        return ofYear.length === 0 ? null : growth(ofYear) - 1
      }
      const ofYear = tests.get(year) ?? []
      return {
        year,
        rankIc: icSummary(
          ofYear.map((test) => rankIc[test]),
          ofYear.map((test) => days[test]),
          horizon,
        ),
        layerReturns: layerReturns.map(total),
        benchmarkReturn: total(benchmarkReturns),
      }
    })
}

export function byMonth(report: FactorReport): FactorAnalysis['months'] {
  return Array.from(testsBy(report, monthOf), ([month, tests]) => {
    const { mean, n } = meanOf(tests.map((test) => report.rankIc[test]))
    return { month, rankIc: mean, n }
  })
}

/** Positions of the test dates by period, in time order. */
function testsBy({ testDates }: FactorReport, period: (date: DateInt) => number): Map<number, number[]> {
  return Map.groupBy(testDates.keys(), (test) => period(testDates[test]))
}
