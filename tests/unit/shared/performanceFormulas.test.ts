import fc from 'fast-check'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { performanceRow } from '../../../src-shared/performance/row.ts'
import { performanceRow as schema } from '../../../src-shared/domain/performance.ts'
import { performanceFormulas } from '../../../src-shared/domain/performanceFormulas.ts'
import type { PerformanceConventions } from '../../../src-shared/domain/performanceFormulas.ts'
import { dateOfEpochDay, epochDay } from '../../../src-shared/domain/date.ts'

const conventions = fc.record({
  tradingDaysPerYear: fc.constantFrom<PerformanceConventions['tradingDaysPerYear'][]>(242, 244, 252),
  annualisedExcess: fc.constantFrom<PerformanceConventions['annualisedExcess'][]>(
    'compound',
    'difference',
    'ratio',
  ),
})
const dailyReturn = fc.integer({ min: -90, max: 90 }).map((value) => value / 1000)

/** The number a formula stands for, computed from its text: the symbols become the functions of `scope`. */
function evaluate(formula: string, scope: Record<string, unknown>): number {
  const [expression] = formula.split(/, (?=[dnNu]_?[tk]? =)/)
  const [, percent = ''] = /n = ⌈(\d)T/.exec(formula) ?? []
  const code = expression
    .replace(/Σ_t \(1 − N_t \/ max_\{s≤t\} N_s\)\^2/, 'fallSquares')
    .replace(/Σ_t min\(p_t, 0\)\^2/, 'lossSquares')
    .replace(/Σ_\{i<n\} p_\(i\)/, 'below(n)')
    .replace(/p_\(([^)]+)\)/g, 'sorted[($1) - 1]')
    .replace(/(\d)T\/100/g, '$1*T/100')
    .replace(/\bn\b/g, `Math.ceil(${percent}*T/100)`)
    .replace('|{t : d_t > 0}|', 'wonDays')
    .replace('|{j : ∏_{t∈j} (1+d_t) > 1}|', 'wonYears')
    .replace(/(max|min)_t p_t/, '$1(p)')
    .replace(/(max|min)_([mj]) ∏_\{t∈[mj]\} \(1\+p_t\)/, '$1(grown.$2)')
    .replace(/max_t \(1 − N_t \/ max_\{s≤t\} N_s\)/g, `fall(${/\(1\+([pbd])_i\)/.exec(formula)?.[1]})`)
    .replace(/\|\{m : ∏_\{t∈m\} \(1\+d_t\) > 1\}\|/g, 'won')
    .replace(/Σ_\{k≥1\} u_k/g, 'traded')
    .replace(/Σ_\{k≥1\} 1/g, 'rebalances')
    .replace(/∏\(1\+([pbd])\)/g, 'product($1)')
    .replace(/√(\d+)/g, 'root($1)')
    .replace(/√\(/g, 'root(')
    .replace(/\^/g, '**')
    .replace(/×/g, '*')
    .replace(/−/g, '-')
  return runInNewContext(code, scope) as number
}

describe('formulas of a performance row', () => {
  it('each field has one', () => {
    fc.assert(
      fc.property(conventions, (convention) => {
        expect(Object.keys(performanceFormulas(convention))).toEqual(Object.keys(schema.shape))
      }),
    )
  })

  it('are what the row computes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(dailyReturn, dailyReturn), { minLength: 40, maxLength: 120 }),
        conventions,
        (pairs, convention) => {
          const dates = pairs.map((_, day) => dateOfEpochDay(epochDay(20231210) + day))
          const p = Float64Array.from(pairs, ([value]) => value)
          const b = Float64Array.from(pairs, ([, value]) => value)
          const d = p.map((value, day) => value - b[day])
          const rebalances = [0, 5, 9].map((day, k) => ({
            date: dates[day],
            turnover: 0.1 + 0.2 * k,
            initial: k === 0,
          }))
          const row = performanceRow({ dates, portfolio: p, benchmark: b, rebalances, ...convention })

          const product = (x: Float64Array) => x.reduce((value, factor) => value * (1 + factor), 1)
          const months = Map.groupBy(dates.keys(), (day) => Math.floor(dates[day] / 100))
          const years = Map.groupBy(dates.keys(), (day) => Math.floor(dates[day] / 10000))
          const over = (groups: typeof months, x: Float64Array) =>
            [...groups.values()].map((days) => product(Float64Array.from(days, (day) => x[day])))
          const falls = (x: Float64Array) => {
            const curve = Array.from({ length: x.length + 1 }, (_, day) => product(x.subarray(0, day)))
            return curve.map((value, day) => 1 - value / Math.max(...curve.slice(0, day + 1)))
          }
          const sorted = [...p].sort((a, z) => a - z)
          const mean = (x: Float64Array) => x.reduce((sum, value) => sum + value, 0) / x.length
          const cov = (x: Float64Array, y: Float64Array) =>
            x.reduce((sum, value, day) => sum + (value - mean(x)) * (y[day] - mean(y)), 0) / (x.length - 1)
          const scope = {
            p,
            b,
            d,
            T: pairs.length,
            M: months.size,
            product,
            root: Math.sqrt,
            cov,
            std: (x: Float64Array) => Math.sqrt(cov(x, x)),
            fall: (x: Float64Array) => Math.max(...falls(x)),
            won: over(months, d).filter((grown) => grown > 1).length,
            J: years.size,
            wonYears: over(years, d).filter((grown) => grown > 1).length,
            wonDays: d.filter((value) => value > 0).length,
            fallSquares: falls(p).reduce((sum, fall) => sum + fall ** 2, 0),
            lossSquares: p.reduce((sum, value) => sum + Math.min(value, 0) ** 2, 0),
            sorted,
            below: (n: number) => sorted.slice(0, n - 1).reduce((sum, value) => sum + value, 0),
            grown: { m: over(months, p), j: over(years, p) },
            max: (x: Iterable<number>) => Math.max(...x),
            min: (x: Iterable<number>) => Math.min(...x),
            traded: 0.3 + 0.5,
            rebalances: 2,
          }
          const { first: _first, last: _last, ...formulas } = performanceFormulas(convention)
          for (const [field, formula] of Object.entries(formulas)) {
            const value = row[field as keyof typeof formulas]
            const found = typeof value === 'object' ? (value?.value ?? null) : value
            // Undefined where there is no spread or drawdown to divide by.
            if (found === null) continue
            const wanted = evaluate(formula, scope)
            expect(Math.abs(found - wanted), `${field}: ${formula}`).toBeLessThan(
              1e-9 * (1 + Math.abs(wanted)),
            )
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
