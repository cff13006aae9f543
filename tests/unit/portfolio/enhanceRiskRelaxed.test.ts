import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { enhance, explainInfeasible } from '../../../src-main/portfolio/enhance.ts'
import type { EnhancementProblem } from '../../../src-main/portfolio/enhancementProblem.ts'
import { riskProblem, seed, total, unhindered, violation, withLimits } from './riskRebalances.ts'

const remedyOf = async (problem: EnhancementProblem, limit: string) =>
  (await explainInfeasible(problem))!.find((remedy) => remedy.limit === limit)

describe('index enhancement with a risk model whose limits cannot all hold', () => {
  it('when limits cannot all hold, they give by as little as in the linear program', async () => {
    let seen = 0
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const problem = riskProblem(at, { riskAversion: 200, trackingErrorMax: null, turnoverMax: 0.1 })
        const linear = await enhance(withLimits(problem, { riskAversion: 0 }))
        const result = await enhance(problem)
        expect(result.status).toBe(linear.status)
        fc.pre(linear.status === 'relaxed')
        seen++
        expect(Math.abs(total(result.relaxed) - total(linear.relaxed))).toBeLessThan(1e-8)
        expect(result.multipliers).toEqual({})
        // However dear, soft slack is bought before a hard limit gives.
        const soft = { style: 1e4 }
        const dear = await enhance(withLimits(problem, { soft }))
        const linearDear = await enhance(withLimits(problem, { soft, riskAversion: 0 }))
        expect(Math.abs(total(dear.relaxed) - total(linearDear.relaxed))).toBeLessThan(1e-8)
      }),
      { numRuns: 15 },
    )
    expect(seen).toBe(15)
  })

  it('limits that conflict and a cap out of reach: the least total slack, then the least tracking error', async () => {
    let seen = 0
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const tight = { industryActiveMax: 0.002, sizeActiveMax: 0.01, trackingErrorMax: 0.02, soft: {} }
        const problem = riskProblem(at, { ...tight, riskAversion: 0 })
        const linear = await enhance(withLimits(problem, { trackingErrorMax: null }))
        fc.pre(linear.status === 'relaxed')
        const result = await enhance(problem)
        const te = result.relaxed.filter(({ limit }) => limit === 'te')
        const others = result.relaxed.filter(({ limit }) => limit !== 'te')
        expect(Math.abs(total(others) - total(linear.relaxed))).toBeLessThan(1e-8)
        expect(violation(problem, result)).toBeLessThanOrEqual(1e-9)
        if (te.length === 0) return
        seen++
        expect(te).toEqual([{ limit: 'te', slack: result.trackingError! - 0.02 }])
        // The linear program may use 1e-10 more slack, which is dear in tracking error here.
        for (const rival of [linear, await enhance(withLimits(problem, { trackingErrorMax: 1 }))])
          expect(rival.trackingError).toBeGreaterThanOrEqual(result.trackingError! - 1e-6)
      }),
      // The first needs a price of slack far above the gain.
      { numRuns: 30, seed: 6, examples: [[1167]] },
    )
    expect(seen).toBeGreaterThan(5)
  })

  it('a cap out of reach: the least tracking error, below which nothing gets', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const problem = riskProblem(at, { riskAversion: 0, trackingErrorMax: 1e-4, soft: {} })
        const result = await enhance(problem)
        fc.pre(result.relaxed.length === 1)
        expect(result.relaxed[0]).toEqual({ limit: 'te', slack: result.trackingError! - 1e-4 })
        const reachable = await enhance(
          withLimits(problem, { trackingErrorMax: result.trackingError! * 1.0001 }),
        )
        expect(reachable.status).toBe('optimal')
        const beyond = await enhance(
          withLimits(problem, { trackingErrorMax: result.trackingError! * 0.9999 }),
        )
        expect(beyond.status).toBe('relaxed')
      }),
      { numRuns: 15 },
    )
  })

  it('each remedy is enough alone, and no more than enough', async () => {
    const seen: Record<string, number> = {}
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const drawn = riskProblem(at, {
          riskAversion: 0,
          trackingErrorMax: 1e-4,
          industryActiveMax: 0.05,
          sizeActiveMax: 0.5,
          styleActiveMax: null,
          turnoverMax: 0.5,
          soft: {},
        })
        const unreachable = { ...unhindered(drawn), held: drawn.held }
        const least = await enhance(unreachable)
        const problem = withLimits(unreachable, { trackingErrorMax: 0.8 * least.trackingError! })
        const remedies = (await explainInfeasible(problem))!
        const result = await enhance(problem)
        fc.pre(result.status === 'relaxed')
        const setting = {
          te: 'trackingErrorMax',
          turnover: 'turnoverMax',
          members: 'memberWeightMin',
        } as const
        for (const { limit, slack, value } of remedies) {
          const kind = limit.split(':')[0]
          seen[kind] = (seen[kind] ?? 0) + 1
          if (!(kind in setting)) continue
          const name = setting[kind as keyof typeof setting]
          const enough = 1e-6 * (kind === 'members' ? -1 : 1)
          expect(Math.abs(problem.limits[name]! - value)).toBeCloseTo(slack, 12)
          expect((await enhance(withLimits(problem, { [name]: value + enough }))).status).toBe('optimal')
          expect((await enhance(withLimits(problem, { [name]: value - enough }))).status).toBe('relaxed')
        }
      }),
      { numRuns: 10, seed: 1 },
    )
    expect(seen.te).toBeGreaterThan(2)
    expect(seen.turnover).toBeGreaterThan(2)
  })

  it('the least turnover that reaches a cap is that of a rebalance with nothing else to want', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const problem = riskProblem(at, {
          riskAversion: 0,
          trackingErrorMax: 0.02,
          turnoverMax: 0.05,
          soft: {},
        })
        const remedy = await remedyOf(problem, 'turnover')
        fc.pre(remedy !== undefined)
        const alpha = problem.alpha.map((value) => (Number.isNaN(value) ? value : 0))
        const thrifty = await enhance({ ...withLimits(problem, { turnoverMax: 2, linearCost: 1 }), alpha })
        // Under participation the limit leaves out what invests cash.
        const cash = 1 - problem.held.reduce((sum, weight) => sum + weight, 0)
        const invested = problem.tradeMax === null ? 0 : cash
        expect(thrifty.turnover! - invested).toBeCloseTo(remedy!.value, 9)
      }),
      { numRuns: 8 },
    )
  })
})
