import { describe, expect, it } from 'vitest'
import { enhance, explainInfeasible } from '../../src-main/portfolio/enhance.ts'
import type { EnhancementProblem } from '../../src-main/portfolio/enhancementProblem.ts'
import { portfolioLimits } from '../../src-shared/domain/study.ts'
import { describeGolden, differences, flat, golden } from '../unit/portfolio/golden.ts'

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
    risk_aversion: number
    te_cap: number | null
    te_annualisation: number
  }
  alpha: number[]
  benchmark: number[]
  member: number[]
  industry: number[]
  size: number[]
  w0: number[]
  frozen: number[]
  risk: { B: number[][]; F: number[][]; D: number[] } | null
  expected: {
    objective: number
    alpha_term: number
    risk_term: number
    cost_term: number
    te: number
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
    min_te_reachable: number
    min_te_relaxation: number
    min_te_weights: number[]
    min_te_binding: string[]
    min_turnover_for_te_cap: number
    min_turnover_relaxation: number
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
  risk: instance.risk && {
    factors: instance.risk.F.map((_, factor) => `factor:${factor}`),
    exposure: flat(instance.risk.B),
    covariance: flat(instance.risk.F),
    specific: Float64Array.from(instance.risk.D),
  },
  tradingDaysPerYear: instance.settings.te_annualisation,
  limits: portfolioLimits.parse({
    stockActiveMax: instance.settings.stock_active_max,
    industryActiveMax: instance.settings.industry_active_max,
    sizeActiveMax: instance.settings.size_active_max,
    memberWeightMin: instance.settings.member_weight_min,
    turnoverMax: instance.settings.turnover_max,
    linearCost: instance.settings.linear_cost,
    riskAversion: instance.settings.risk_aversion,
    trackingErrorMax: instance.settings.te_cap,
  }),
})

/** Stocks on their bands and at their held weights, as the golden lists have them: to 1e-7. */
const stocksAt = (instance: GoldenInstance, weights: Float64Array) => {
  const band = instance.settings.stock_active_max
  const at = (bound: (i: number) => number) =>
    instance.alpha.flatMap((_, i) =>
      instance.frozen[i] === 0 && Math.abs(weights[i] - bound(i)) < 1e-7 ? [i] : [],
    )
  const lower = at((i) => Math.max(0, instance.benchmark[i] - band))
  const upper = at((i) => instance.benchmark[i] + band)
  const untraded = at((i) => instance.w0[i]).filter((i) => !lower.includes(i) && !upper.includes(i))
  return { stocks_at_lower: lower, stocks_at_upper: upper, stocks_untraded: untraded }
}

describeGolden('optimizer.json, index enhancement of methods 6', () => {
  const { instances } = golden<{ instances: GoldenInstance[] }>('optimizer.json')
  const linear = instances.filter(({ kind }) => kind === 'LP' || kind === 'LP_COST')
  const infeasible = instances.filter(({ kind }) => kind === 'LP_INFEASIBLE')
  const withRisk = instances.filter(({ kind }) => kind === 'QP' || kind === 'SOCP')
  const capUnreachable = instances.filter(({ kind }) => kind === 'SOCP_INFEASIBLE')

  it('every instance is of a kind that is tested here', () => {
    expect([...linear, ...infeasible, ...withRisk, ...capUnreachable]).toHaveLength(instances.length)
  })

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
      const { stocks_at_lower, stocks_at_upper, stocks_untraded } = expected
      expect(stocksAt(instance, result.weights)).toEqual({
        stocks_at_lower,
        stocks_at_upper,
        stocks_untraded,
      })
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

  describe.each(withRisk)('$name ($kind)', (instance) => {
    const { expected } = instance
    const problem = problemOf(instance)

    it('objective and its terms, weights and exposures', async () => {
      const result = await enhance(problem)
      expect(result).toMatchObject({ status: 'optimal', relaxed: [], softened: [] })
      const terms = {
        objective: expected.objective,
        alphaTerm: expected.alpha_term,
        riskTerm: expected.risk_term,
        costTerm: expected.cost_term,
      }
      expect(differences(result, terms, { relative: 1e-10, absolute: 1e-12 })).toEqual([])
      expect(differences(result.weights, expected.weights, { relative: 0, absolute: 1e-10 })).toEqual([])
      const exposures = {
        turnover: expected.turnover,
        sizeActive: expected.size_active,
        memberWeight: expected.member_weight,
        trackingError: expected.te,
      }
      expect(differences(result, exposures, { relative: 0, absolute: 1e-10 })).toEqual([])
    })

    it('binding limits, multipliers, stocks exactly at their bounds', async () => {
      const { weights, binding, multipliers } = await enhance(problem)
      expect(binding).toEqual(expected.binding)
      const { half_quadratic_te, ...want } = expected.multipliers
      if (half_quadratic_te !== undefined) {
        // Per unit of the cap itself: the derivative of cap^2 / 2 / days by the cap.
        const { te_cap, te_annualisation } = instance.settings
        want.te = (half_quadratic_te * te_cap!) / te_annualisation
      }
      expect(Object.keys(multipliers).sort()).toEqual(Object.keys(want).sort())
      expect(differences(multipliers, want, { relative: 1e-9, absolute: 1e-10 })).toEqual([])
      const { stocks_at_lower, stocks_at_upper, stocks_untraded } = expected
      expect(stocksAt(instance, weights)).toEqual({ stocks_at_lower, stocks_at_upper, stocks_untraded })
      const band = instance.settings.stock_active_max
      for (const i of stocks_untraded) expect(weights[i]).toBe(instance.w0[i])
      for (const i of stocks_at_lower) expect(weights[i]).toBe(Math.max(0, instance.benchmark[i] - band))
      for (const i of stocks_at_upper) expect(weights[i]).toBe(instance.benchmark[i] + band)
    })
  })

  describe.each(capUnreachable)('$name ($kind)', (instance) => {
    const { expected } = instance

    it('takes the least tracking error and says by how much the cap gave', async () => {
      const result = await enhance(problemOf(instance))
      const want = {
        status: 'relaxed',
        trackingError: expected.min_te_reachable,
        relaxed: [{ limit: 'te', slack: expected.min_te_relaxation }],
        weights: expected.min_te_weights,
      }
      expect(
        differences(result, { ...want, status: result.status }, { relative: 0, absolute: 1e-9 }),
      ).toEqual([])
      expect(result.status).toBe('relaxed')
      expect(result.binding).toEqual([...expected.min_te_binding, 'te'])
    })

    it('remedies: the least tracking error, or the least turnover that reaches the cap', async () => {
      const remedies = await explainInfeasible(problemOf(instance))
      const want = [
        { limit: 'te', slack: expected.min_te_relaxation, value: expected.min_te_reachable },
        {
          limit: 'turnover',
          slack: expected.min_turnover_relaxation,
          value: expected.min_turnover_for_te_cap,
        },
      ]
      expect(differences(remedies, want, { relative: 0, absolute: 1e-9 })).toEqual([])
    })
  })
})
