import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxDrawdown } from '../../../src-main/portfolio/drawdown.ts'
import { performance, performanceRow } from '../../../src-main/portfolio/performance.ts'
import type { PerformanceInput } from '../../../src-main/portfolio/performance.ts'
import { performance as schema } from '../../../src-shared/domain/performance.ts'
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

describe('performance', () => {
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
