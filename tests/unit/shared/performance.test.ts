import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deepestDrawdowns, drawdownDays, maxDrawdown } from '../../../src-shared/performance/drawdown.ts'
import { marketFalls } from '../../../src-shared/performance/marketFalls.ts'
import { performance } from '../../../src-shared/performance/performance.ts'
import { daysOf, performanceInput, periodRow } from '../../../src-shared/performance/period.ts'
import { rollingStatistics } from '../../../src-shared/performance/rolling.ts'
import { type PerformanceInput, performanceRow } from '../../../src-shared/performance/row.ts'
import { performance as schema } from '../../../src-shared/domain/performance.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { dateOfEpochDay, epochDay } from '../../../src-shared/domain/date.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'

const dailyReturn = fc.double({ min: -0.2, max: 0.2, noNaN: true })
const series = fc.array(fc.tuple(dailyReturn, dailyReturn), { minLength: 1, maxLength: 150 })

function inputOf(pairs: readonly (readonly [number, number])[]): PerformanceInput {
  const first = epochDay(20201115)
  return {
    dates: pairs.map((_, day) => dateOfEpochDay(first + day)),
    portfolio: Float64Array.from(pairs, ([p]) => p),
    benchmark: Float64Array.from(pairs, ([, b]) => b),
    rebalances: pairs.map((_, day) => ({
      date: dateOfEpochDay(first + day),
      turnover: 0.1,
      initial: day === 0,
    })),
    tradingDaysPerYear: 252,
    annualisedExcess: 'compound',
  }
}

describe('maximum drawdown', () => {
  it('by hand: up, down twice, back', () => {
    const dates = [20240102, 20240103, 20240104, 20240105, 20240108]
    const found = maxDrawdown(dates, [0.1, -0.1, -0.1, 0.2, 0.1])
    expect(found.value).toBeCloseTo(0.19, 14)
    expect(found).toMatchObject({ start: 20240102, bottom: 20240104, recovery: 20240108 })
  })

  it('from the base has no start date', () => {
    expect(maxDrawdown([20240102], [-0.5])).toEqual({
      value: 0.5,
      start: null,
      bottom: 20240102,
      recovery: null,
    })
  })

  it('is the largest fall between any two days, base included', () => {
    fc.assert(
      fc.property(fc.array(dailyReturn, { maxLength: 60 }), (returns) => {
        const nav = [1]
        for (const value of returns) nav.push(nav[nav.length - 1] * (1 + value))
        let worst = 0
        nav.forEach((high, i) => nav.slice(i).forEach((low) => (worst = Math.max(worst, 1 - low / high))))
        const found = maxDrawdown(
          returns.map((_, day) => 20240101 + day),
          returns,
        )
        expect(found.value).toBeCloseTo(worst < 1e-12 ? 0 : worst, 12)
        expect(found.bottom === null).toBe(found.value === 0)
      }),
    )
  })
})

describe('the deepest drawdowns', () => {
  it('are the deepest stretches between days at the running maximum', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 80 }), (percent) => {
        const returns = percent.map((value) => value / 100)
        const dates = returns.map((_, day) => dateOfEpochDay(epochDay(20240101) + day))
        const nav = [1]
        for (const value of returns) nav.push(nav[nav.length - 1] * (1 + value))
        // Positions in nav: 0 is the base, day + 1 a day. A stretch ends with the next day at the maximum, or never.
        const peaks = nav.flatMap((value, at) =>
          nav.slice(0, at).every((past) => past <= value) ? [at] : [],
        )
        const stretches = peaks
          .map((from, k) => {
            const inside = nav.slice(from + 1, peaks[k + 1])
            const low = Math.min(nav[from], ...inside)
            return {
              value: 1 - low / nav[from],
              start: from === 0 ? null : dates[from - 1],
              bottom: dates[from + inside.indexOf(low)],
              recovery: k + 1 < peaks.length ? dates[peaks[k + 1] - 1] : null,
            }
          })
          .filter(({ value }) => value >= 1e-12)
        const found = deepestDrawdowns(dates, returns, 5)
        expect(found).toEqual(stretches.sort((a, b) => b.value - a.value).slice(0, 5))
        if (found.length > 0) expect(found[0]).toEqual(maxDrawdown(dates, returns))
      }),
    )
  })
})

describe('falls of the market', () => {
  it('by hand: from the day after the start to the bottom, the deepest first', () => {
    const dates = [20240102, 20240103, 20240104, 20240105, 20240108]
    const [first, second, ...more] = marketFalls(
      dates,
      Float64Array.of(0.01, -0.05, 0.02, 0.3, -0.1),
      Float64Array.of(0.1, -0.1, -0.1, 0.5, -0.2),
      5,
    )
    expect(first).toEqual({
      start: 20240105,
      bottom: 20240108,
      days: 1,
      benchmark: expect.closeTo(-0.2, 12),
      portfolio: expect.closeTo(-0.1, 12),
      excess: expect.closeTo(0.1, 12),
    })
    expect(second).toEqual({
      start: 20240102,
      bottom: 20240104,
      days: 2,
      benchmark: expect.closeTo(0.9 * 0.9 - 1, 12),
      portfolio: expect.closeTo(0.95 * 1.02 - 1, 12),
      excess: expect.closeTo(1.05 * 1.12 - 1, 12),
    })
    expect(more).toEqual([])
  })

  it('are as deep as the drawdowns of the benchmark, which leaves itself no excess', () => {
    fc.assert(
      fc.property(series, (pairs) => {
        const { dates, benchmark } = inputOf(pairs)
        const days = Array.from(dates)
        const falls = marketFalls(days, benchmark, benchmark, 5)
        const drawdowns = deepestDrawdowns(days, benchmark, 5)
        expect(falls.map(({ bottom }) => bottom)).toEqual(drawdowns.map(({ bottom }) => bottom))
        falls.forEach((fall, at) => {
          expect(fall.benchmark).toBeCloseTo(-drawdowns[at].value, 10)
          expect([fall.portfolio, fall.excess]).toEqual([fall.benchmark, 0])
          expect(fall.days).toBe(drawdownDays(drawdowns[at], days).fall)
        })
      }),
    )
  })
})

describe('rolling figures', () => {
  const conventions = fc.record({
    tradingDaysPerYear: fc.constantFrom(242, 244, 252),
    annualisedExcess: fc.constantFrom<PerformanceInput['annualisedExcess'][]>(
      'compound',
      'difference',
      'ratio',
    ),
  })

  it('equal the row of their own days', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 200, max: 800 }),
        fc.constantFrom(2, 60, 120, 250, 252),
        conventions,
        (seed, days, window, convention) => {
          const random = createRandom(seed)
          // A year and more without any excess, somewhere: no tracking error, and no ratio on it.
          const still = random.below(days)
          const pairs = Array.from({ length: days }, (_, day) => {
            const benchmark = 0.01 * random.normal()
            const same = day >= still && day < still + 300
            return [same ? benchmark : benchmark + 0.004 * random.normal(), benchmark] as const
          })
          const input = { ...inputOf(pairs), ...convention, rebalances: [] }
          const year = convention.tradingDaysPerYear
          const rolling = rollingStatistics(input, window)
          if (days < window) {
            expect(rolling).toBeNull()
            return
          }
          const agree = (found: number | null, wanted: number | null, rounding = 0) =>
            found === null || wanted === null
              ? expect(found).toBe(wanted)
              : expect(Math.abs(found - wanted)).toBeLessThanOrEqual(
                  1e-11 * Math.max(1, Math.abs(wanted)) + rounding,
                )
          // An annual figure is made of a growth near 1 with the rounding of a product of `window` factors, and raised to a power: with
          // hardly a day of excess in the window, a tiny tracking error magnifies that.
          const rounding = (grown: number, spread: number | null) =>
            ((1 + Math.abs(grown)) * 2 * year * Number.EPSILON) / (spread ?? 1)
          for (let day = 0; day < days; day++) {
            const from = day - window + 1
            const row = from < 0 ? null : performanceRow(daysOf(input, from, day + 1))
            const { annualisedExcess = null, annualisedReturn = 0 } = row ?? {}
            const [gain, error] = [annualisedExcess ?? 0, row?.trackingError ?? null]
            agree(rolling!.volatility[day], row?.volatility ?? null)
            agree(rolling!.beta[day], row?.beta ?? null)
            agree(rolling!.trackingError[day], error)
            agree(rolling!.annualisedExcess[day], annualisedExcess, rounding(gain, 1))
            agree(rolling!.sharpe[day], row?.sharpe ?? null, rounding(annualisedReturn, row?.volatility ?? 1))
            agree(rolling!.informationRatio[day], row?.informationRatio ?? null, rounding(gain, error))
          }
          const stored = schema.parse(performance(input)).rolling
          const ofYear = rollingStatistics(input, year)
          expect(stored).toEqual(
            ofYear && {
              window: year,
              trackingError: ofYear.trackingError,
              informationRatio: ofYear.informationRatio,
            },
          )
        },
      ),
      { numRuns: 12 },
    )
  })

  it('begin on the last day of the first window', () => {
    const { rolling } = performance(
      inputOf(Array.from({ length: 252 }, (_, day) => [day % 2 ? 0.01 : 0, 0] as const)),
    )
    expect(rolling?.trackingError.findIndex((value) => value !== null)).toBe(251)
    expect(performance(inputOf(Array.from({ length: 251 }, () => [0.01, 0] as const))).rolling).toBeNull()
  })
})

describe('performance', () => {
  it('annualises by any year and convention as methods 5 and P3 write them', () => {
    const logs = (values: Float64Array) => values.reduce((sum, value) => sum + Math.log1p(value), 0)
    fc.assert(
      fc.property(series, fc.constantFrom(242, 244, 252), (pairs, year) => {
        const input = { ...inputOf(pairs), tradingDaysPerYear: year }
        const [p, b] = [input.portfolio, input.benchmark]
        const d = p.map((value, day) => value - b[day])
        const power = year / pairs.length
        const wanted = {
          compound: Math.expm1(power * logs(d)),
          difference: Math.exp(power * logs(p)) - Math.exp(power * logs(b)),
          ratio: Math.expm1(power * (logs(p) - logs(b))),
        }
        for (const annualisedExcess of ['compound', 'difference', 'ratio'] as const) {
          const row = performanceRow({ ...input, annualisedExcess })
          const value = wanted[annualisedExcess]
          const scale = 1 + Math.abs(value) + Math.abs(wanted.compound) + Math.exp(power * logs(p))
          expect(Math.abs(row.annualisedExcess! - value) / scale).toBeLessThan(1e-10)
          const error = row.trackingError
          expect(row.informationRatio).toBe(!error ? null : row.annualisedExcess! / error)
        }
      }),
    )
  })

  it('years and months compound to the full period and fit the schema', () => {
    fc.assert(
      fc.property(series, (pairs) => {
        const result = schema.parse(performance(inputOf(pairs)))
        const compound = (parts: number[]) => parts.reduce((value, part) => value * (1 + part), 1) - 1
        expect(compound(result.years.map((row) => row.totalReturn))).toBeCloseTo(result.full.totalReturn, 10)
        expect(compound(result.months.map((row) => row.portfolio))).toBeCloseTo(result.full.totalReturn, 10)
        expect(compound(result.months.map((row) => row.excess))).toBeCloseTo(result.full.excessTotal, 10)
        expect(result.years.reduce((sum, row) => sum + row.days, 0)).toBe(pairs.length)
        expect(result.months).toHaveLength(result.full.months)
      }),
    )
  })

  it('the excess switch changes annualised excess, information ratio and Calmar only (P3)', () => {
    fc.assert(
      fc.property(series, (pairs) => {
        const input = inputOf(pairs)
        const strip = (annualisedExcess: PerformanceInput['annualisedExcess']) => {
          const {
            annualisedExcess: _a,
            informationRatio: _i,
            excessCalmar: _c,
            ...rest
          } = performanceRow({
            ...input,
            annualisedExcess,
          })
          return rest
        }
        expect(strip('difference')).toEqual(strip('compound'))
        expect(strip('ratio')).toEqual(strip('compound'))
      }),
    )
  })

  it('counts neither the first build nor rebalances outside the row in turnover (P7)', () => {
    const input = inputOf(Array.from({ length: 4 }, () => [0.01, 0] as const))
    const row = performanceRow({
      ...input,
      rebalances: [
        { date: 20201114, turnover: 9, initial: false },
        { date: 20201115, turnover: 1, initial: true },
        { date: 20201116, turnover: 0.2, initial: false },
        { date: 20201118, turnover: 0.4, initial: false },
        { date: 20201119, turnover: 9, initial: false },
      ],
    })
    expect(row.turnoverPerRebalance).toBeCloseTo(0.3, 14)
    expect(row.turnoverPerYear).toBeCloseTo((0.6 * 252) / 4, 12)
  })
})

describe('risk of single days', () => {
  const of = (portfolio: readonly number[], benchmark = portfolio) =>
    performanceRow(inputOf(portfolio.map((value, day) => [value, benchmark[day]] as const)))

  it('is what it is by hand', () => {
    // Every 7th day loses, by 1 % to 20 %: of 140 days the worst 5 % are 7, the worst 1 % are the worst day and 0.4 of the second.
    const row = of(Array.from({ length: 140 }, (_, day) => (day % 7 === 0 ? -(day / 7 + 1) / 100 : 0.01)))
    expect(row.valueAtRisk95).toBeCloseTo(0.14, 14)
    expect(row.expectedShortfall95).toBeCloseTo((0.2 + 0.19 + 0.18 + 0.17 + 0.16 + 0.15 + 0.14) / 7, 14)
    expect(row.valueAtRisk99).toBeCloseTo(0.19, 14)
    expect(row.expectedShortfall99).toBeCloseTo((0.2 + 0.4 * 0.19) / 1.4, 14)
    expect(row.tailRatio).toBeCloseTo(0.01 / 0.14, 14)
    const squares = Array.from({ length: 20 }, (_, at) => ((at + 1) / 100) ** 2)
    const daily = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / 140)
    expect(row.downsideDeviation).toBeCloseTo(daily * Math.sqrt(252), 12)
    expect(row.sortino).toBeCloseTo(row.annualisedReturn / (daily * Math.sqrt(252)), 12)
    expect([row.bestDay, row.worstDay]).toEqual([0.01, -0.2])
    // A fall by half, a day below it, and back: of the four days the base and the maxima make up one.
    expect(of([-0.5, 0, 1, 0.1]).ulcerIndex).toBeCloseTo(Math.sqrt((0.25 + 0.25) / 4), 14)
  })

  it('grows with the confidence and with every loss, and is unknown of less than a day', () => {
    fc.assert(
      fc.property(
        fc.array(dailyReturn, { minLength: 1, maxLength: 260 }),
        fc.nat(),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        (returns, at, loss) => {
          const row = of(returns)
          const { valueAtRisk95, expectedShortfall95, valueAtRisk99, expectedShortfall99 } = row
          expect([valueAtRisk95 === null, expectedShortfall95 === null]).toEqual(
            Array(2).fill(returns.length < 20),
          )
          expect([valueAtRisk99 === null, expectedShortfall99 === null]).toEqual(
            Array(2).fill(returns.length < 100),
          )
          if (valueAtRisk95 === null) return
          // A mean of equal losses is one of them but for rounding.
          const atLeast = (more: number, less: number) => expect(more).toBeGreaterThanOrEqual(less - 1e-15)
          atLeast(expectedShortfall95!, valueAtRisk95)
          if (valueAtRisk99 !== null) {
            atLeast(valueAtRisk99, valueAtRisk95)
            atLeast(expectedShortfall99!, expectedShortfall95!)
            atLeast(expectedShortfall99!, valueAtRisk99)
          }
          const worse = of(returns.with(at % returns.length, returns[at % returns.length] - loss))
          atLeast(worse.valueAtRisk95!, valueAtRisk95)
          atLeast(worse.expectedShortfall95!, expectedShortfall95!)
          atLeast(worse.downsideDeviation!, row.downsideDeviation!)
        },
      ),
    )
  })

  it('has no Sortino without a day that lost, no Calmar without a fall, neither of a single day', () => {
    const gains = fc.array(fc.double({ min: 0, max: 0.2, noNaN: true }), { minLength: 2, maxLength: 60 })
    fc.assert(
      fc.property(gains, (returns) => {
        const row = of(returns)
        expect(row).toMatchObject({ downsideDeviation: 0, sortino: null, calmar: null, ulcerIndex: 0 })
        const losing = of([...returns, -0.01])
        expect(losing.sortino).toBe(losing.annualisedReturn / losing.downsideDeviation!)
      }),
    )
    expect(of([-0.1])).toMatchObject({ downsideDeviation: null, sortino: null, calmar: null, beta: null })
  })

  it('falls no deeper on average than at its worst', () => {
    fc.assert(
      fc.property(fc.array(dailyReturn, { minLength: 1, maxLength: 80 }), (returns) => {
        const { ulcerIndex, drawdown } = of(returns)
        expect(ulcerIndex).toBeLessThanOrEqual(drawdown.value + 1e-12)
      }),
    )
  })
})

describe('beta', () => {
  it('of a series on itself is 1, and of what it makes of its benchmark that', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -90, max: 90 }), { minLength: 2, maxLength: 80 }),
        fc.integer({ min: -3, max: 3 }),
        (points, factor) => {
          const benchmark = points.map((value) => value / 1000)
          const beta = (portfolio: readonly number[]) =>
            performanceRow(inputOf(portfolio.map((value, day) => [value, benchmark[day]] as const))).beta
          if (points.every((value) => value === points[0])) expect(beta(benchmark)).toBeNull()
          else {
            expect(beta(benchmark)).toBe(1)
            expect(beta(benchmark.map((value) => factor * value + 0.001))).toBeCloseTo(factor, 10)
          }
        },
      ),
    )
  })
})

describe('wins, the best and the worst', () => {
  it('are those of the days, months and years', () => {
    fc.assert(
      fc.property(series, (pairs) => {
        const { full, months, years } = schema.parse(performance(inputOf(pairs)))
        const of = (values: readonly number[]) => [Math.max(...values), Math.min(...values)]
        expect([full.bestDay, full.worstDay]).toEqual(of(pairs.map(([p]) => p)))
        expect([full.bestMonth, full.worstMonth]).toEqual(of(months.map(({ portfolio }) => portfolio)))
        expect([full.bestYear, full.worstYear]).toEqual(of(years.map(({ totalReturn }) => totalReturn)))
        expect(full.dailyWinRate! * pairs.length).toBeCloseTo(pairs.filter(([p, b]) => p > b).length, 10)
        expect(full.yearlyWinRate! * years.length).toBeCloseTo(
          years.filter(({ excessTotal }) => excessTotal > 0).length,
          10,
        )
      }),
    )
  })
})

describe('the row of a period', () => {
  const result = buildStudyResult()
  const { backtest } = result.config

  it('is the stored one of all days, and of a year the row of that year', () => {
    for (const report of result.portfolios) {
      const input = performanceInput(report, backtest)
      expect(periodRow(input, null)).toEqual(report.performance!.full)
      for (const { year, ...row } of report.performance!.years)
        expect(periodRow(input, { first: year * 10000 + 101, last: year * 10000 + 1231 })).toEqual(row)
    }
  })

  it('is none without a day in it', () => {
    const [report] = result.portfolios
    const input = performanceInput(report, backtest)
    expect(periodRow(input, { first: 20100101, last: 20101231 })).toBeNull()
    expect(periodRow(input, { first: 20300101, last: 20301231 })).toBeNull()
    const none = performanceInput({ ...report, dates: [], returns: [], benchmarkReturns: [] }, backtest)
    expect(periodRow(none, null)).toBeNull()
  })
})

describe('the days of a drawdown', () => {
  it('are those down, back and in all, from the day before the first where that is the base', () => {
    const dates = [20240102, 20240103, 20240104, 20240105, 20240108]
    const days = (returns: readonly number[]) => drawdownDays(maxDrawdown(dates, returns), dates)
    expect(days([0.1, -0.1, -0.1, 0.1, 0.2])).toEqual({ fall: 2, rise: 2, all: 4 })
    expect(days([-0.1, -0.1, 0, 0.01, 0.01])).toEqual({ fall: 2, rise: null, all: 5 })
  })
})
