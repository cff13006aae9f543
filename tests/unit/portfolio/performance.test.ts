import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deepestDrawdowns, maxDrawdown } from '../../../src-main/portfolio/drawdown.ts'
import { performance, performanceRow } from '../../../src-main/portfolio/performance.ts'
import type { PerformanceInput } from '../../../src-main/portfolio/performance.ts'
import { performance as schema } from '../../../src-shared/domain/performance.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { dateOfEpochDay, epochDay } from '../../../src-shared/domain/date.ts'

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
        conventions,
        (seed, days, convention) => {
          const random = createRandom(seed)
          // A year and more without any excess, somewhere: no tracking error, and no ratio on it.
          const still = random.below(days)
          const pairs = Array.from({ length: days }, (_, day) => {
            const benchmark = 0.01 * random.normal()
            const same = day >= still && day < still + 300
            return [same ? benchmark : benchmark + 0.004 * random.normal(), benchmark] as const
          })
          const input = { ...inputOf(pairs), ...convention }
          const { rolling } = schema.parse(performance(input))
          const window = convention.tradingDaysPerYear
          if (days < window) {
            expect(rolling).toBeNull()
            return
          }
          expect(rolling?.window).toBe(window)
          const agree = (found: number | null, wanted: number | null, rounding = 0) =>
            found === null || wanted === null
              ? expect(found).toBe(wanted)
              : expect(Math.abs(found - wanted)).toBeLessThanOrEqual(
                  1e-12 * Math.max(1, Math.abs(wanted)) + rounding,
                )
          for (let day = 0; day < days; day++) {
            const from = day - window + 1
            const own = (series: Float64Array) => series.subarray(from, day + 1)
            const row =
              from < 0
                ? { trackingError: null, informationRatio: null }
                : performanceRow({
                    ...input,
                    dates: Array.from(input.dates).slice(from, day + 1),
                    portfolio: own(input.portfolio),
                    benchmark: own(input.benchmark),
                    rebalances: [],
                  })
            agree(rolling!.trackingError[day], row.trackingError)
            // An excess is a difference of growths near 1, each with the rounding of a product of `window` factors: with
            // hardly a day of excess in the window, a tiny tracking error magnifies that.
            const rounding = (window * Number.EPSILON) / (row.trackingError ?? 1)
            agree(rolling!.informationRatio[day], row.informationRatio, rounding)
          }
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
