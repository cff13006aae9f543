import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FactorForm } from '../../../src-main/portfolio/interiorPoint/form.ts'
import { solveFactorForm } from '../../../src-main/portfolio/interiorPoint/solve.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { active, optimalityGap, randomForm, randomRisk, timesV, variance } from './factorForms.ts'

const seed = fc.integer({ min: 1, max: 1_000_000 })

function solved(form: FactorForm) {
  const solution = solveFactorForm(form)
  if (solution === null) throw new Error('no solution')
  return solution
}

/** Objective of weights, slack of soft rows paid. */
function score(form: FactorForm, weights: Float64Array): number {
  const { gain, held, benchmark, tradeCost, risk, riskAversion, rows } = form
  const paid = rows.reduce((sum, { coefficients, lower, upper, lowerPrice, upperPrice }) => {
    const activity = coefficients.reduce((all, value, i) => all + value * weights[i], 0)
    const [below, above] = [Math.max(0, lower - activity), Math.max(0, activity - upper)]
    return (
      sum +
      (below > 0 && lowerPrice < Infinity ? below * lowerPrice : 0) +
      (above > 0 && upperPrice < Infinity ? above * upperPrice : 0)
    )
  }, 0)
  return (
    weights.reduce((sum, weight, i) => sum + gain[i] * weight - tradeCost * Math.abs(weight - held[i]), 0) -
    (riskAversion / 2) * variance(risk, active(weights, benchmark)) -
    paid
  )
}

describe('interior point in factor form', () => {
  it('meets the conditions of optimality, to rounding', () => {
    const seen = { aversion: 0, cap: 0, soft: 0, polished: 0 }
    const worst: number[] = []
    const runs = 200
    fc.assert(
      fc.property(seed, (at) => {
        const form = randomForm(at)
        const solution = solved(form)
        seen.aversion += form.riskAversion > 0 ? 1 : 0
        seen.cap += solution.varianceDual > 0 ? 1 : 0
        seen.soft += solution.slack.some(({ lower, upper }) => lower + upper > 0) ? 1 : 0
        seen.polished += solution.polished ? 1 : 0
        // Without risk aversion a cap that does not bind leaves a linear program, which has its own solver.
        const linear = form.riskAversion === 0 && solution.varianceDual < 1e-3
        if (!linear) {
          worst.push(optimalityGap(form, solution))
          expect(optimalityGap(form, solution)).toBeLessThan(solution.polished ? 1e-8 : 1e-6)
        }
      }),
      { numRuns: runs, seed: 1 },
    )
    expect(worst.length).toBeGreaterThan(0.8 * runs)
    expect(seen.polished).toBeGreaterThan(0.8 * runs)
    expect(Math.min(seen.aversion, seen.cap, seen.soft)).toBeGreaterThan(20)
  })

  it('no portfolio that another objective finds within the same limits scores higher', () => {
    fc.assert(
      fc.property(seed, (at) => {
        const form = randomForm(at)
        const random = createRandom(at, 4)
        const best = score(form, solved(form).weights)
        for (let rival = 0; rival < 3; rival++) {
          const gain = form.gain.map((value) => value + 0.3 * random.normal())
          const { weights } = solved({ ...form, gain })
          expect(score(form, weights)).toBeLessThanOrEqual(best + 1e-9)
        }
      }),
      { numRuns: 40 },
    )
  })

  /** Wide ranges and no limits but the budget. */
  function unlimited(at: number, stocks: number, riskAversion: number): FactorForm {
    const random = createRandom(at, 5)
    const benchmark = new Float64Array(stocks).fill(1 / stocks)
    return {
      gain: Float64Array.from({ length: stocks }, () => random.normal()),
      lower: new Float64Array(stocks).fill(-1e3),
      upper: new Float64Array(stocks).fill(1e3),
      benchmark,
      held: benchmark,
      tradeCost: 0,
      risk: randomRisk(random, stocks),
      riskAversion,
      rows: [],
      turnover: null,
      varianceMax: null,
    }
  }

  it('without limits and cost: V a x aversion = gain less one number, the price of the budget', () => {
    fc.assert(
      fc.property(seed, (at) => {
        const form = unlimited(at, 30, 100)
        const { weights, budgetDual } = solved(form)
        const gradient = timesV(form.risk, active(weights, form.benchmark))
        gradient.forEach((value, i) => expect(100 * value).toBeCloseTo(form.gain[i] - budgetDual, 9))
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 10)
      }),
      { numRuns: 20 },
    )
  })

  it('two stocks without factors: the answer by hand, of aversion and of a cap', () => {
    const base: FactorForm = {
      ...unlimited(1, 2, 50),
      gain: Float64Array.of(0.3, 0.1),
      risk: {
        factors: [],
        exposure: new Float64Array(0),
        covariance: new Float64Array(0),
        specific: Float64Array.of(0.01, 0.03),
      },
    }
    // a = (t, -t): maximise 0.2 t - 25 x 0.04 t^2.
    expect(solved(base).weights[0]).toBeCloseTo(0.6, 12)
    // 0.04 t^2 <= 0.0001, and 0.2 = multiplier x 0.04 t.
    const capped = solved({ ...base, riskAversion: 0, varianceMax: 0.0001 })
    expect(capped.weights[0]).toBeCloseTo(0.55, 12)
    expect(capped.varianceDual).toBeCloseTo(100, 8)
    expect(capped.budgetDual).toBeCloseTo(0.25, 10)
  })

  it('stocks that the optimum leaves alone stand exactly at their bounds and held weights', () => {
    const seen = { bound: 0, held: 0 }
    fc.assert(
      fc.property(seed, (at) => {
        const form = randomForm(at)
        const { weights, polished } = solved(form)
        fc.pre(polished)
        weights.forEach((weight, i) => {
          for (const [place, bound] of [
            ['bound', form.lower[i]],
            ['bound', form.upper[i]],
            ['held', form.held[i]],
          ] as const) {
            if (Math.abs(weight - bound) < 1e-9) {
              seen[place]++
              expect(weight).toBe(bound)
            }
          }
        })
      }),
      { numRuns: 40, seed: 1 },
    )
    expect(Math.min(seen.bound, seen.held)).toBeGreaterThan(50)
  })

  it('limits that cannot hold, and a cap below what can be reached, have no solution', () => {
    fc.assert(
      fc.property(seed, (at) => {
        const drawn = randomForm(at)
        const rows = drawn.rows.map((row) => ({ ...row, lowerPrice: Infinity, upperPrice: Infinity }))
        const form = { ...drawn, rows }
        const ones = new Float64Array(form.gain.length).fill(1)
        const row = {
          coefficients: ones,
          lower: 1.1,
          upper: Infinity,
          lowerPrice: Infinity,
          upperPrice: Infinity,
        }
        expect(solveFactorForm({ ...form, rows: [...form.rows, row] })).toBeNull()
        const least = solved({
          ...form,
          gain: form.gain.map(() => 0),
          tradeCost: 0,
          riskAversion: 1e4,
          varianceMax: null,
        })
        const reached = variance(form.risk, active(least.weights, form.benchmark))
        fc.pre(reached > 1e-8)
        expect(solveFactorForm({ ...form, varianceMax: 0.9 * reached })).toBeNull()
      }),
      { numRuns: 20 },
    )
  })
})
