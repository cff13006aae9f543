import { describe, expect, it } from 'vitest'
import { performance } from '../../src-shared/performance/performance.ts'
import { type PerformanceInput, performanceRow } from '../../src-shared/performance/row.ts'
import { day, describeGolden, differences, golden } from '../unit/portfolio/golden.ts'
import type { Tolerance } from '../unit/portfolio/golden.ts'

interface GoldenDrawdown {
  value: number
  start: string | null
  bottom: string | null
  recovery: string | null
}
type Alternative = Record<'annualised_excess' | 'information_ratio' | 'excess_calmar', number | null>
type GoldenRow = Record<string, number | null> &
  Alternative & {
    first: string
    last: string
    alternatives: { difference: Alternative; nav_ratio: Alternative }
    drawdown: GoldenDrawdown
    benchmark_drawdown: GoldenDrawdown
    excess_drawdown: GoldenDrawdown
  }
interface Expected {
  full: GoldenRow
  years: (GoldenRow & { year: number })[]
  year_to_date: (GoldenRow & { as_of: string })[]
}
interface Golden {
  tolerance: Tolerance
  cases: {
    name: string
    dates: string[]
    p: number[]
    b: number[]
    rebalances: { date: string; turnover: number; initial: boolean }[]
    expected: Record<'252' | '244', Expected>
    monthly_excess: [string, number][]
  }[]
}

const dateOrNull = (text: string | null) => (text === null ? null : day(text))
const drawdownOf = (golden: GoldenDrawdown) => ({
  value: golden.value,
  start: dateOrNull(golden.start),
  bottom: dateOrNull(golden.bottom),
  recovery: dateOrNull(golden.recovery),
})
const switched = (golden: Alternative) => ({
  annualisedExcess: golden.annualised_excess,
  informationRatio: golden.information_ratio,
  excessCalmar: golden.excess_calmar,
})

function rowOf(golden: GoldenRow) {
  return {
    first: day(golden.first),
    last: day(golden.last),
    days: golden.days,
    totalReturn: golden.total_return,
    benchmarkTotalReturn: golden.benchmark_total_return,
    excessTotal: golden.excess_total,
    annualisedReturn: golden.annualised_return,
    benchmarkAnnualisedReturn: golden.benchmark_annualised_return,
    volatility: golden.volatility,
    benchmarkVolatility: golden.benchmark_volatility,
    sharpe: golden.sharpe,
    trackingError: golden.tracking_error,
    ...switched(golden),
    drawdown: drawdownOf(golden.drawdown),
    benchmarkDrawdown: drawdownOf(golden.benchmark_drawdown),
    excessDrawdown: drawdownOf(golden.excess_drawdown),
    monthlyWinRate: golden.monthly_win_rate,
    months: golden.months,
    turnoverPerRebalance: golden.turnover_per_rebalance,
    turnoverPerYear: golden.turnover_per_year,
  }
}

describeGolden('performance.json, rules P1 to P7', () => {
  const file = golden<Golden>('performance.json')
  const runs = file.cases.flatMap((scenario) =>
    ([252, 244] as const).map((year) => ({ name: scenario.name, scenario, year })),
  )

  describe.each(runs)('$name at $year days', ({ scenario, year }) => {
    const expected = scenario.expected[`${year}`]
    const input: PerformanceInput = {
      dates: scenario.dates.map(day),
      portfolio: Float64Array.from(scenario.p),
      benchmark: Float64Array.from(scenario.b),
      rebalances: scenario.rebalances.map((rebalance) => ({ ...rebalance, date: day(rebalance.date) })),
      tradingDaysPerYear: year,
      annualisedExcess: 'compound',
    }
    const result = performance(input)

    it('full period, years and months', () => {
      const deepest = ({ value, ...dates }: GoldenDrawdown) =>
        value === 0 ? [] : [drawdownOf({ value, ...dates })]
      const want = {
        full: rowOf(expected.full),
        years: expected.years.map((row) => ({ year: row.year, ...rowOf(row) })),
        months: scenario.monthly_excess.map(([month, excess]) => ({
          month: Number(month.replace('-', '')),
          excess,
        })),
      }
      expect(differences(result, want, file.tolerance)).toEqual([])
      const { drawdown, excess_drawdown } = expected.full
      expect(differences(result.drawdowns.slice(0, 1), deepest(drawdown), file.tolerance)).toEqual([])
      expect(
        differences(result.excessDrawdowns.slice(0, 1), deepest(excess_drawdown), file.tolerance),
      ).toEqual([])
    })

    it('year to date', () => {
      for (const row of expected.year_to_date) {
        const from = scenario.dates.findIndex((text) => text.startsWith(row.as_of.slice(0, 4)))
        const to = scenario.dates.indexOf(row.as_of) + 1
        const days = {
          ...input,
          dates: scenario.dates.slice(from, to).map(day),
          portfolio: input.portfolio.subarray(from, to),
          benchmark: input.benchmark.subarray(from, to),
        }
        expect(differences(performanceRow(days), rowOf(row), file.tolerance)).toEqual([])
      }
    })

    it.each([
      { annualisedExcess: 'difference', key: 'difference' },
      { annualisedExcess: 'ratio', key: 'nav_ratio' },
    ] as const)('annualised excess as $annualisedExcess', ({ annualisedExcess, key }) => {
      const { full, years } = performance({ ...input, annualisedExcess })
      const want = {
        full: { ...rowOf(expected.full), ...switched(expected.full.alternatives[key]) },
        years: expected.years.map((row) => ({ ...rowOf(row), ...switched(row.alternatives[key]) })),
      }
      expect(differences({ full, years }, want, file.tolerance)).toEqual([])
    })
  })
})
