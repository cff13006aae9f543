import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { factorAnalysis as schema } from '../../../src-shared/domain/factorAnalysis.ts'
import { growth, mean, spearman } from '../../../src-shared/statistics.ts'
import { factorAnalysis } from '../../../src-main/factor/analysis.ts'
import { factorCorrelations } from '../../../src-main/factor/analysisCorrelations.ts'
import { icSummary } from '../../../src-main/factor/informationCoefficient.ts'
import { crossSection, type FactorTestInput } from '../../../src-main/factor/input.ts'
import { assignLayers } from '../../../src-main/factor/layers.ts'
import { rankCorrelation, ranking } from '../../../src-main/factor/ranking.ts'
import { factorTest } from '../../../src-main/factor/test.ts'
import { DAYS, randomInput, STOCKS } from './randomInput.ts'

const seed = fc.integer({ min: 1, max: 1_000_000 })

/** Spearman over the pairs that both have, as the definition says it. */
function plainSpearman(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  const both = Array.from(x, (_, at) => at).filter((at) => !Number.isNaN(x[at]) && !Number.isNaN(y[at]))
  if (both.length < 10) return null
  return spearman(
    both.map((at) => x[at]),
    both.map((at) => y[at]),
  )
}

const plainMean = (series: readonly (number | null)[]): number | null => {
  const known = series.filter((value) => value !== null)
  return known.length === 0 ? null : mean(known)
}

/** The factor of the stocks in the test of each test date, NaN elsewhere. */
const testedFactor = (input: FactorTestInput): Float64Array[] =>
  input.testDates.map((_, test) => {
    const tested = new Set(crossSection(input, test).stocks)
    return input.factor[test].map((value, stock) => (tested.has(stock) ? value : Number.NaN))
  })

const returnsBetween = (input: FactorTestInput, from: number, to: number): Float64Array =>
  Float64Array.from({ length: STOCKS }, (_, stock) =>
    to < DAYS ? input.adjVwap[to * STOCKS + stock] / input.adjVwap[from * STOCKS + stock] - 1 : Number.NaN,
  )

const analyse = (input: FactorTestInput, context: Partial<Parameters<typeof factorAnalysis>[2]> = {}) => {
  const report = factorTest(input)
  const analysis = factorAnalysis(input, report, { industries: null, styles: [], ...context })
  return { report, analysis: schema.parse(analysis) }
}

describe('a rank correlation of two rankings', () => {
  it('is Spearman over the pairs that both have, bit for bit', () => {
    const value = fc.oneof(
      fc.constant(Number.NaN),
      fc.integer({ min: -9, max: 9 }),
      fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 50 }), (pairs) => {
        const [x, y] = [0, 1].map((side) => Float64Array.from(pairs, (pair) => pair[side]))
        expect(rankCorrelation(ranking(x), ranking(y))).toBe(plainSpearman(x, y))
      }),
    )
  })
})

describe('the analysis of a factor', () => {
  it('decays as its definition says, one day and up to there', () => {
    fc.assert(
      fc.property(seed, (at) => {
        const input = randomInput(at)
        const factor = testedFactor(input)
        const { analysis } = analyse(input)
        expect(analysis.decay.map(({ lag }) => lag)).toEqual(Array.from({ length: 20 }, (_, k) => k + 1))
        for (const { lag, oneDay, oneDayN, cumulative, cumulativeN } of analysis.decay) {
          const series = (from: (fill: number) => number) =>
            input.testDates.map((day, test) =>
              plainSpearman(factor[test], returnsBetween(input, from(day + 1), day + 1 + lag)),
            )
          const [single, upTo] = [series((fill) => fill + lag - 1), series((fill) => fill)]
          expect(oneDay).toBe(plainMean(single))
          expect(cumulative).toBe(plainMean(upTo))
          expect(oneDayN).toBe(single.filter((value) => value !== null).length)
          expect(cumulativeN).toBe(upTo.filter((value) => value !== null).length)
        }
      }),
      { numRuns: 10 },
    )
  })

  it('has the RankIC of the test itself at the lag of its horizon', () => {
    const { report, analysis } = analyse(randomInput(5))
    expect(analysis.decay[4]).toMatchObject({
      cumulative: report.rankIcSummary.mean,
      cumulativeN: report.rankIcSummary.n,
    })
  })

  it('splits by industry, unknown ones apart: RankIC inside, and TOP less all', () => {
    fc.assert(
      fc.property(seed, (at) => {
        const input = randomInput(at)
        const industry = Int32Array.from({ length: STOCKS }, (_, stock) => (stock % 3) - 1)
        const industries = { names: ['A', 'B', 'never'], at: () => industry }
        const { analysis } = analyse(input, { industries })
        expect(analysis.industries.map((one) => one.industry)).toEqual(['A', 'B', 'unknown'])
        const factor = testedFactor(input)
        for (const { industry: name, stocks, rankIc, topExcess, topExcessN } of analysis.industries) {
          const group = ['unknown', 'A', 'B'].indexOf(name) - 1
          const rankIcs: (number | null)[] = []
          const excess: number[] = []
          let counted = 0
          input.testDates.forEach((day, test) => {
            const tested = crossSection(input, test)
            const section = tested.stocks
            const layerOf =
              section.length < input.layers ? null : assignLayers(tested, input.symbols, input.layers)
            const returns = returnsBetween(input, day + 1, day + 6)
            const members = [...section].filter((stock) => industry[stock] === group)
            counted += members.length
            rankIcs.push(
              plainSpearman(
                members.map((stock) => factor[test][stock]),
                members.map((stock) => returns[stock]),
              ),
            )
            const known = members.filter((stock) => !Number.isNaN(returns[stock]))
            const top = known.filter((stock) => layerOf?.[stock] === 1)
            const average = (some: number[]) => mean(some.map((stock) => returns[stock]))
            if (top.length > 0) excess.push(average(top) - average(known))
          })
          expect(stocks).toBe(counted / input.testDates.length)
          expect(rankIc).toEqual(icSummary(rankIcs, input.testDates, input.horizon))
          expect(topExcessN).toBe(excess.length)
          if (excess.length === 0) expect(topExcess).toBeNull()
          else expect(topExcess).toBeCloseTo(mean(excess), 14)
        }
      }),
      { numRuns: 15 },
    )
  })

  it('gives years and months that together are the whole test', () => {
    const random = randomInput(9)
    // The turn of a year and of months inside the 40 days.
    const dates = Array.from({ length: DAYS }, (_, day) =>
      day < 20 ? 20231201 + day : 20240101 + (day - 20),
    )
    const { report, analysis } = analyse({ ...random, dates })
    expect(analysis.years.map(({ year }) => year)).toEqual([2023, 2024])
    expect(analysis.months.map(({ month }) => month)).toEqual([202312, 202401])
    expect(analysis.years[0].rankIc).toEqual(
      icSummary(report.rankIc.slice(0, 4), random.testDates.slice(0, 4), random.horizon),
    )
    expect(analysis.months.map(({ n }) => n).reduce((sum, n) => sum + n)).toBe(report.rankIcSummary.n)
    expect(analysis.months[0].rankIc).toBe(plainMean(report.rankIc.slice(0, 4)))
    report.layerReturns.forEach((returns, layer) => {
      const [first, second] = analysis.years.map(({ layerReturns }) => 1 + layerReturns[layer]!)
      expect(first * second).toBeCloseTo(growth(returns), 12)
    })
    const [first, second] = analysis.years.map(({ benchmarkReturn }) => 1 + benchmarkReturn!)
    expect(first * second).toBeCloseTo(growth(report.benchmarkReturns), 12)
  })

  it('has a year for return days after the last test date, so that the years together are still the whole test', () => {
    const random = randomInput(9)
    // The last test date is day 36: the new year has the last three return days alone.
    const dates = Array.from({ length: DAYS }, (_, day) => (day < 37 ? 20231101 + day : 20240101 + day - 37))
    const { report, analysis } = analyse({ ...random, dates })
    expect(analysis.years.map(({ year }) => year)).toEqual([2023, 2024])
    expect(analysis.years[1].rankIc).toEqual(icSummary([], [], random.horizon))
    report.layerReturns.forEach((returns, layer) =>
      expect(analysis.years[1].layerReturns[layer]).toBe(growth(returns.slice(-3)) - 1),
    )
    expect(analysis.years[1].benchmarkReturn).toBe(growth(report.benchmarkReturns.slice(-3)) - 1)
  })

  it('has no return in a year that ends before the first return day', () => {
    // The first test date is day 1, its fill day 2 and the first return day 3.
    const dates = Array.from({ length: DAYS }, (_, day) => (day < 3 ? 20231227 + day : 20240101 + day - 3))
    const { years } = analyse({ ...randomInput(9), dates }).analysis
    expect(years.map(({ year }) => year)).toEqual([2023, 2024])
    expect(years[0]).toMatchObject({ layerReturns: Array(5).fill(null), benchmarkReturn: null })
    expect(years[1].benchmarkReturn).not.toBeNull()
  })

  it('correlates a factor with itself before and with styles, where both are', () => {
    const input = randomInput(4)
    const factor = testedFactor(input)
    const exposure = (day: number) =>
      Float64Array.from({ length: STOCKS }, (_, stock) =>
        stock % 7 === 0 ? Number.NaN : Math.sin(day * stock),
      )
    const few = () => new Float64Array(STOCKS).fill(Number.NaN)
    const { analysis } = analyse(input, {
      styles: [
        { style: 'size', exposure },
        { style: 'beta', exposure: few },
        { style: 'momentum', exposure: (day) => input.factor[input.testDates.indexOf(day)] },
      ],
    })
    for (const { lag, mean: average, n } of analysis.rankAutocorrelation) {
      const series = factor.slice(lag).map((now, test) => plainSpearman(now, factor[test]))
      expect(average).toBe(plainMean(series))
      expect(n).toBe(series.filter((value) => value !== null).length)
    }
    expect(analysis.rankAutocorrelation.map(({ lag }) => lag)).toEqual([1, 2, 3, 4])
    expect(analysis.styles).toEqual([
      {
        style: 'size',
        mean: plainMean(input.testDates.map((day, test) => plainSpearman(factor[test], exposure(day)))),
        n: input.testDates.length,
      },
      { style: 'beta', mean: null, n: 0 },
      { style: 'momentum', mean: expect.closeTo(1, 12) as number, n: input.testDates.length },
    ])
  })

  it('says nothing of the future: what is known on a test date stands whatever comes after its lags', () => {
    const input = randomInput(21)
    const last = input.testDates.length - 1
    const early = { ...input, testDates: input.testDates.slice(0, 1), factor: input.factor.slice(0, 1) }
    const adjVwap = input.adjVwap.slice()
    adjVwap.set(randomInput(22).adjVwap.subarray(23 * STOCKS), 23 * STOCKS)
    expect(last).toBeGreaterThan(0)
    expect(analyse(early).analysis.decay).toEqual(analyse({ ...early, adjVwap }).analysis.decay)
  })
})

describe('correlations between factors', () => {
  it('are symmetric with 1 on the diagonal, and mean Spearman over the universe', () => {
    const input = randomInput(13)
    const other = randomInput(14)
    const factors = [
      { name: 'one', values: input.factor },
      { name: 'other', values: other.factor },
      { name: 'minus one', values: input.factor.map((row) => row.map((value) => -value)) },
      { name: 'none', values: input.factor.map((row) => row.map(() => Number.NaN)) },
    ]
    const { names, values } = factorCorrelations(factors, input.testDates, input.universe)
    expect(names).toEqual(['one', 'other', 'minus one', 'none'])
    names.forEach((_, row) => {
      expect(values[row][row]).toBe(1)
      names.forEach((_name, column) => expect(values[row][column]).toBe(values[column][row]))
    })
    expect(values[0][2]).toBeCloseTo(-1, 12)
    expect(values[3].slice(0, 3)).toEqual([null, null, null])
    const members = input.testDates.map((day, test) =>
      plainSpearman(
        other.factor[test].map((value, stock) =>
          input.universe[day * STOCKS + stock] === 1 ? value : Number.NaN,
        ),
        input.factor[test],
      ),
    )
    expect(values[1][0]).toBe(plainMean(members))
  })
})
