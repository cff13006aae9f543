import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { icSummary } from '../../../src-main/factor/informationCoefficient.ts'
import { pairedDifference, rankIcDifference } from '../../../src-main/portfolio/pairedDifference.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { annualise, neweyWest } from '../../../src-shared/statistics.ts'

const settings = { tradingDaysPerYear: 252, annualisedExcess: 'compound' } as const

/** `days` random returns from day `first` on, over a benchmark all series share. */
function portfolio(days: number, seed: number, first = 0) {
  const own = createRandom(seed)
  const benchmark = createRandom(99)
  const dates = Array.from({ length: days }, (_, i) => first + i)
  const benchmarkReturns = Array.from({ length: first + days }, () => 0.01 * benchmark.normal()).slice(first)
  return {
    dates,
    benchmarkReturns,
    returns: benchmarkReturns.map((value) => value + 0.0005 + 0.003 * own.normal()),
  }
}

const only = (series: ReturnType<typeof portfolio>, keep: (date: number) => boolean) => {
  const kept = <Value>(values: readonly Value[]) => values.filter((_, i) => keep(series.dates[i]))
  return {
    dates: kept(series.dates),
    returns: kept(series.returns),
    benchmarkReturns: kept(series.benchmarkReturns),
  }
}

describe('paired difference', () => {
  it('by hand: two days, x = 1 % and 3 %', () => {
    const series = (returns: number[]) => ({ dates: [1, 2], returns, benchmarkReturns: [0.01, -0.01] })
    const answer = pairedDifference(series([0.03, 0.02]), series([0.02, -0.01]), settings)
    // mean 2 %, e = -1 %, 1 %: g0 = 1e-4, g1 = -0.5e-4; lag min(4, 1): S = g0 + 2 (1/2) g1 = 0.5e-4; t = 0.02 / 0.005
    expect(answer).toEqual({
      commonDays: 2,
      meanDifference: expect.closeTo(5.04, 12),
      interval: null,
      neweyWestT4: expect.closeTo(4, 10),
      neweyWestT20: expect.closeTo(4, 10),
      annualisedExcessDifference: expect.closeTo((1.02 * 1.03) ** 126 - 1.01 ** 126, 8),
    })
  })

  it('turns its sign when the two are swapped', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 300 }), fc.nat(), fc.nat(), (days, a, b) => {
        const there = pairedDifference(portfolio(days, a), portfolio(days, b), settings)
        const back = pairedDifference(portfolio(days, b), portfolio(days, a), settings)
        expect(back.meanDifference).toBeCloseTo(-there.meanDifference!, 12)
        expect(back.interval!.lower).toBeCloseTo(-there.interval!.upper, 12)
        expect(back.interval!.upper).toBeCloseTo(-there.interval!.lower, 12)
        expect(back.annualisedExcessDifference).toBeCloseTo(-there.annualisedExcessDifference!, 12)
      }),
      { numRuns: 15 },
    )
  })

  it('sees the common days and no others', () => {
    const [model, baseline] = [portfolio(260, 1), portfolio(250, 2, 40)]
    const common = (date: number) => date >= 45 && date < 255 && date !== 100
    const gapped = only(model, (date) => date < 255 && date !== 100)
    const late = only(baseline, (date) => date >= 45)
    const answer = pairedDifference(gapped, late, settings)
    expect(answer.commonDays).toBe(209)
    expect(answer).toEqual(pairedDifference(only(model, common), only(baseline, common), settings))
  })

  it('follows the rule of annualised excess', () => {
    const [model, baseline] = [portfolio(200, 3), portfolio(200, 4)]
    const { annualisedExcessDifference } = pairedDifference(model, baseline, {
      ...settings,
      annualisedExcess: 'difference',
    })
    // The benchmark is the same and drops out.
    expect(annualisedExcessDifference).toBeCloseTo(
      annualise(model.returns, 252) - annualise(baseline.returns, 252),
      12,
    )
  })

  it('of a portfolio to itself is 0, with an interval of 0 and no t', () => {
    const same = portfolio(150, 5)
    expect(pairedDifference(same, same, settings)).toEqual({
      commonDays: 150,
      meanDifference: 0,
      interval: { lower: 0, upper: 0 },
      neweyWestT4: null,
      neweyWestT20: null,
      annualisedExcessDifference: 0,
    })
  })

  it('has an interval from five expected blocks on, and nothing at all without common days', () => {
    const interval = (days: number) =>
      pairedDifference(portfolio(days, 6), portfolio(days, 7), settings).interval
    expect(interval(99)).toBeNull()
    expect(interval(100)).not.toBeNull()
    expect(pairedDifference(portfolio(10, 6), portfolio(10, 7, 10), settings)).toEqual({
      commonDays: 0,
      meanDifference: null,
      interval: null,
      neweyWestT4: null,
      neweyWestT20: null,
      annualisedExcessDifference: null,
    })
  })

  it('finds a difference that is there', () => {
    const [model, baseline] = [portfolio(500, 8), portfolio(500, 9)]
    const better = { ...model, returns: model.returns.map((value) => value + 0.001) }
    const answer = pairedDifference(better, baseline, settings)
    expect(answer.interval!.lower).toBeGreaterThan(0)
    expect(answer.interval!.lower).toBeLessThan(answer.meanDifference!)
    expect(answer.interval!.upper).toBeGreaterThan(answer.meanDifference!)
  })
})

describe('RankIC difference', () => {
  /** On weekly dates. */
  const tested = (testDates: number[], rankIc: (number | null)[], horizon = 5) => ({
    testDates,
    rankIc,
    rankIcSummary: icSummary(
      rankIc,
      testDates.map((date) => 5 * date),
      horizon,
    ),
  })

  it('by hand: dates without either RankIC left out', () => {
    const model = tested([1, 2, 3, 4, 5], [0.03, null, 0.04, 0.05, 0.1])
    const baseline = tested([0, 1, 2, 3, 4], [0.9, 0.02, 0.01, null, 0.02])
    // Dates 1 and 4: x = 1 % and 3 %, as above.
    expect(rankIcDifference(model, baseline)).toEqual({
      commonDates: 2,
      meanRankIcDifference: expect.closeTo(0.02, 14),
      rankIcDifferenceT: expect.closeTo(4, 10),
    })
  })

  it('takes the larger lag of the two', () => {
    const dates = Array.from({ length: 60 }, (_, at) => at)
    const series = (by: number) => dates.map((at) => 0.01 + Math.sin(at * by))
    const [model, baseline] = [tested(dates, series(0.2), 60), tested(dates, series(1.7), 25)]
    expect([model, baseline].map(({ rankIcSummary }) => rankIcSummary.neweyWestLag)).toEqual([11, 4])
    const x = model.rankIc.map((value, at) => value! - baseline.rankIc[at]!)
    for (const pair of [[model, baseline] as const, [baseline, model] as const])
      expect(Math.abs(rankIcDifference(...pair).rankIcDifferenceT!)).toBe(Math.abs(neweyWest(x, 11)!.t!))
  })

  it('is undefined without a common date', () => {
    const none = tested([1], [null])
    expect(rankIcDifference(none, none)).toEqual({
      commonDates: 0,
      meanRankIcDifference: null,
      rankIcDifferenceT: null,
    })
  })
})
