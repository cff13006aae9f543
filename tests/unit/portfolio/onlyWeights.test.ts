import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FactorForm } from '../../../src-main/portfolio/interiorPoint/form.ts'
import { solveFactorForm } from '../../../src-main/portfolio/interiorPoint/solve.ts'
import { optimalityGap, randomForm } from './factorForms.ts'

const seed = fc.integer({ min: 1, max: 1_000_000 })

/** Ranges that leave the weights `w` alone, given those of a form. */
const ranges: Record<string, (form: FactorForm, w: Float64Array) => Pick<FactorForm, 'lower' | 'upper'>> = {
  'all fixed': (_, w) => ({ lower: w, upper: w }),
  'all at their lower bounds': ({ upper }, w) => ({ lower: w, upper }),
  'all at their upper bounds': ({ lower }, w) => ({ lower, upper: w }),
  'all fixed but one': ({ lower, upper }, w) => {
    const one = w.findIndex((weight, i) => upper[i] - weight > 1e-6 && weight - lower[i] > 1e-6)
    return { lower: w.with(one, lower[one]), upper: w.with(one, upper[one]) }
  },
}

describe('the only weights there are', () => {
  it.each(Object.keys(ranges))('%s: they meet the conditions of optimality', (name) => {
    let slack = 0
    let hindered = 0
    fc.assert(
      fc.property(seed, (at) => {
        const form = randomForm(at)
        const { weights } = solveFactorForm(form)!
        fc.pre(weights.some((w, i) => form.upper[i] - w > 1e-6 && w - form.lower[i] > 1e-6))
        const narrow = { ...form, ...ranges[name](form, weights) }
        const only = solveFactorForm(narrow)!
        expect(only.iterations).toBe(0)
        only.weights.forEach((weight, i) => expect(weight).toBeCloseTo(weights[i], 12))
        expect(optimalityGap(narrow, only)).toBeLessThan(1e-8)
        if (only.slack.some(({ lower, upper }) => lower + upper > 1e-6)) slack++
        const rows = [...form.rows, hard(weights, 1e-6)]
        expect(solveFactorForm({ ...narrow, rows: [...form.rows, hard(weights, -1e-6)] })).not.toBeNull()
        expect(solveFactorForm({ ...narrow, rows })).toBeNull()
        hindered++
      }),
      { numRuns: 60, seed: 1 },
    )
    expect(slack).toBeGreaterThan(3)
    expect(hindered).toBeGreaterThan(30)
  })

  it('a cap below their variance has no solution', () => {
    fc.assert(
      fc.property(seed, (at) => {
        const form = { ...randomForm(at), varianceMax: null, riskAversion: 50 }
        const { weights } = solveFactorForm(form)!
        const fixed = { ...form, lower: weights, upper: weights }
        expect(solveFactorForm({ ...fixed, varianceMax: 1 })).not.toBeNull()
        expect(
          solveFactorForm({ ...fixed, benchmark: form.benchmark.toReversed(), varianceMax: 1e-9 }),
        ).toBeNull()
      }),
      { numRuns: 20, seed: 1 },
    )
  })
})

/** A limit on the first weight that it passes by this much. */
function hard(weights: Float64Array, by: number): FactorForm['rows'][number] {
  const coefficients = weights.map((_, i) => (i === 0 ? 1 : 0))
  return {
    coefficients,
    lower: -Infinity,
    upper: weights[0] - by,
    lowerPrice: Infinity,
    upperPrice: Infinity,
  }
}
