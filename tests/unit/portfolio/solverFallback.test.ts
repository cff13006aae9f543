import { describe, expect, it } from 'vitest'
import { enhance, explainInfeasible } from '../../../src-main/portfolio/enhance.ts'
import type { EnhancementProblem } from '../../../src-main/portfolio/enhancementProblem.ts'
import { createRandom } from '../../../src-shared/random.ts'
import type { PortfolioLimits } from '../../../src-shared/domain/study.ts'
import { riskProblem, steady, trackingError, unhindered, violation, withLimits } from './riskRebalances.ts'

/** As the program has it, whatever the risk. */
const linear = (problem: EnhancementProblem) =>
  enhance({ ...withLimits(problem, { riskAversion: 0, trackingErrorMax: null }), risk: null })

/** Specific variances as they are times what `by` draws. */
function scaled(problem: EnhancementProblem, by: (stock: number) => number): EnhancementProblem {
  const risk = problem.risk!
  return { ...problem, risk: { ...risk, specific: risk.specific.map((value, i) => value * by(i)) } }
}

/** Limits without room that leave out 1e-10 of the benchmark: they hold in the program, and not quite in the solver. */
function tight(at: number, changed: Partial<PortfolioLimits>): EnhancementProblem {
  const limits = { industryActiveMax: 0, sizeActiveMax: 0, trackingErrorMax: null, soft: {}, ...changed }
  const problem = steady(riskProblem(at, limits))
  return { ...problem, benchmark: problem.benchmark.map((weight) => weight * (1 - 1e-10)) }
}

describe('where the solver with risk does not converge', () => {
  it('limits that hold but for rounding keep the optimum with risk', async () => {
    for (const at of [12, 24, 36]) {
      const problem = tight(at, { riskAversion: 1e5 })
      const result = await enhance(problem)
      const without = await linear(problem)
      expect([result.status, result.fallback]).toEqual(['optimal', null])
      expect(violation(problem, result)).toBeLessThanOrEqual(1e-9)
      const priced = without.alphaTerm - without.costTerm
      const risk = (1e5 / 2) * (trackingError(problem, without.weights) ** 2 / problem.tradingDaysPerYear)
      expect(result.objective).toBeGreaterThan(priced - risk + 1e-3)
    }
  })

  it('the optimum without risk is told, where nothing better is found', async () => {
    const problem = tight(12, { riskAversion: 1e-6 })
    const result = await enhance(problem)
    expect([result.status, result.fallback]).toEqual(['optimal', 'without_risk'])
    expect(result.multipliers).toEqual({})
    expect(result.weights).toEqual((await linear(problem)).weights)
  })

  it('a portfolio on the way to the cap is told', async () => {
    const drawn = unhindered(riskProblem(31, { soft: {}, memberWeightMin: 1 }))
    const random = createRandom(31, 11)
    const problem = scaled(
      withLimits(drawn, { trackingErrorMax: 1e-6, industryActiveMax: 0.02 }),
      () => 10 ** (-6 * random.uniform()),
    )
    const result = await enhance(problem)
    expect([result.status, result.fallback]).toEqual(['optimal', 'part_way'])
    expect(violation(problem, result)).toBeLessThanOrEqual(1e-9)
  })

  it('least risk in place of the optimum is told', async () => {
    const problem = scaled(riskProblem(15, { riskAversion: 0, trackingErrorMax: 0.02, soft: {} }), (stock) =>
      stock === 0 ? 1e12 / riskProblem(15).risk!.specific[0] : 1e-9,
    )
    expect((await enhance(problem)).fallback).toBe('least_risk')
  })

  it('the optimum of raised specific variances is told, and keeps every limit', async () => {
    for (const at of [8, 36, 48]) {
      const random = createRandom(at, 11)
      const problem = scaled(
        riskProblem(at, { riskAversion: 0, trackingErrorMax: 1e-6, memberWeightMin: 1, soft: {} }),
        () => (random.uniform() < 0.1 ? 1e12 : 1e-9),
      )
      const result = await enhance(problem)
      expect([result.status, result.fallback, result.multipliers]).toEqual(['relaxed', 'specific_floor', {}])
      expect(violation(problem, result)).toBeLessThanOrEqual(1e-9)
      const slack = result.relaxed.find(({ limit }) => limit === 'te')!.slack
      expect(slack).toBeCloseTo(trackingError(problem, result.weights) - 1e-6, 9)
    }
  })

  it('limits that would have been enough alone are not known, which is not the same as none', async () => {
    const random = createRandom(24, 11)
    const problem = scaled(
      riskProblem(24, { riskAversion: 0, trackingErrorMax: 0.02, soft: {} }),
      () => 10 ** (24 * (0.5 - random.uniform())),
    )
    expect((await enhance(problem)).status).toBe('relaxed')
    expect(await explainInfeasible(problem)).toBeNull()
  })
})
