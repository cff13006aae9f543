import { describe, expect, it } from 'vitest'
import { enhance, explainInfeasible } from '../../src-main/portfolio/enhance.ts'
import type { EnhancementProblem } from '../../src-main/portfolio/enhancementProblem.ts'
import { portfolioLimits } from '../../src-shared/domain/study.ts'
import { describeGolden, differences, golden } from '../unit/portfolio/golden.ts'

interface GoldenInstance {
  name: string
  kind: string
  n: number
  n_industries: number
  settings: {
    stock_active_max: number
    industry_active_max: number
    size_active_max: number
    member_weight_min: number
    turnover_max: number
    linear_cost: number
  }
  alpha: number[]
  benchmark: number[]
  member: number[]
  industry: number[]
  size: number[]
  w0: number[]
  frozen: number[]
  expected: {
    objective: number
    turnover: number
    size_active: number
    member_weight: number
    binding: string[]
    stocks_at_lower: number[]
    stocks_at_upper: number[]
    stocks_untraded: number[]
    weights: number[]
    multipliers: Record<string, number>
    min_total_relaxation: number
    forced_industry_active: number
    relaxed: { limit: string; by: number }[]
  }
}

const problemOf = (instance: GoldenInstance): EnhancementProblem => ({
  alpha: Float64Array.from(instance.alpha),
  benchmark: Float64Array.from(instance.benchmark),
  member: Uint8Array.from(instance.member),
  universe: new Uint8Array(instance.n).fill(1),
  industry: Int32Array.from(instance.industry),
  industries: Array.from({ length: instance.n_industries }, (_, group) => String(group)),
  size: Float64Array.from(instance.size),
  held: Float64Array.from(instance.w0),
  frozen: Uint8Array.from(instance.frozen),
  styles: [],
  stockRange: null,
  tradeMax: null,
  risk: null,
  tradingDaysPerYear: 252,
  limits: portfolioLimits.parse({
    stockActiveMax: instance.settings.stock_active_max,
    industryActiveMax: instance.settings.industry_active_max,
    sizeActiveMax: instance.settings.size_active_max,
    memberWeightMin: instance.settings.member_weight_min,
    turnoverMax: instance.settings.turnover_max,
    linearCost: instance.settings.linear_cost,
  }),
})

describeGolden('optimizer.json, linear programs of methods 6', () => {
  const { instances } = golden<{ instances: GoldenInstance[] }>('optimizer.json')
  const linear = instances.filter(({ kind }) => kind === 'LP' || kind === 'LP_COST')
  const infeasible = instances.filter(({ kind }) => kind === 'LP_INFEASIBLE')
  const later = instances.filter((instance) => !linear.includes(instance) && !infeasible.includes(instance))

  describe.each(linear)('$name ($kind)', (instance) => {
    const { expected } = instance
    const problem = problemOf(instance)

    it('objective, weights and exposures', async () => {
      const result = await enhance(problem)
      expect(result.status).toBe('optimal')
      expect(result.relaxed).toEqual([])
      const { objective, turnover, size_active, member_weight, weights } = expected
      expect(differences(result.objective, objective, { relative: 0, absolute: 1e-8 })).toEqual([])
      expect(differences(result.weights, weights, { relative: 0, absolute: 1e-6 })).toEqual([])
      const exposures = { turnover, sizeActive: size_active, memberWeight: member_weight }
      expect(differences(result, exposures, { relative: 0, absolute: 1e-7 })).toEqual([])
    })

    it('binding limits, multipliers, stocks at their bounds', async () => {
      const result = await enhance(problem)
      expect(result.binding).toEqual(expected.binding)
      expect(Object.keys(result.multipliers).sort()).toEqual(Object.keys(expected.multipliers).sort())
      const tolerance = { relative: 1e-8, absolute: 1e-8 }
      expect(differences(result.multipliers, expected.multipliers, tolerance)).toEqual([])
      const band = instance.settings.stock_active_max
      const at = (bound: (i: number) => number) =>
        instance.alpha.flatMap((_, i) =>
          instance.frozen[i] === 0 && Math.abs(result.weights[i] - bound(i)) < 1e-7 ? [i] : [],
        )
      const lower = at((i) => Math.max(0, instance.benchmark[i] - band))
      const upper = at((i) => instance.benchmark[i] + band)
      expect(lower).toEqual(expected.stocks_at_lower)
      expect(upper).toEqual(expected.stocks_at_upper)
      const untraded = at((i) => instance.w0[i]).filter((i) => !lower.includes(i) && !upper.includes(i))
      expect(untraded).toEqual(expected.stocks_untraded)
    })
  })

  describe.each(infeasible)('$name ($kind)', (instance) => {
    const { expected } = instance

    it('gives exactly the least relaxation and names the limit', async () => {
      const result = await enhance(problemOf(instance))
      expect(result.status).toBe('relaxed')
      const want = expected.relaxed.map(({ limit, by }) => ({ limit, slack: by }))
      expect(differences(result.relaxed, want, { relative: 0, absolute: 1e-8 })).toEqual([])
      const given = result.relaxed.reduce((sum, { slack }) => sum + slack, 0)
      expect(differences(given, expected.min_total_relaxation, { relative: 0, absolute: 1e-8 })).toEqual([])
      expect(result.binding).toContain(expected.relaxed[0].limit)
    })

    it('finds the one limit that, loosened alone, is enough', async () => {
      const remedies = await explainInfeasible(problemOf(instance))
      const want = expected.relaxed.map(({ limit, by }) => ({
        limit,
        slack: by,
        value: expected.forced_industry_active,
      }))
      expect(differences(remedies, want, { relative: 0, absolute: 1e-8 })).toEqual([])
    })
  })

  it.skip(`${later.length} instances need the quadratic or cone solver: ${later.map(({ name, kind }) => `${name} (${kind})`).join(', ')}`, () =>
    undefined)
})
