import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { enhance, explainInfeasible } from '../../../src-main/portfolio/enhance.ts'
import { weightBounds } from '../../../src-main/portfolio/enhancementProblem.ts'
import { total } from '../../../src-shared/statistics.ts'
import { limits, randomProblem, small } from './rebalances.ts'

const SHARE = 0.1
const withinShare = { ...limits, stockActiveMax: 0.1, participationMax: SHARE }
const each = (most: number) => new Float64Array(4).fill(most)

describe('a limit of participation that keeps the weights from summing to 1', () => {
  it('is left to the fills: the decision is that without it, relaxed by the weight out of reach', async () => {
    // Four stocks at 10 % of the portfolio each.
    const problem = small({ tradeMax: each(0.1), limits: withinShare })
    const [held, free] = await Promise.all([enhance(problem), enhance({ ...problem, tradeMax: null })])
    expect(held.weights).toEqual(free.weights)
    expect(held).toMatchObject({
      ...free,
      status: 'relaxed',
      binding: ['participation'],
      relaxed: held.relaxed,
    })
    expect(held.relaxed).toEqual([{ limit: 'participation', slack: expect.closeTo(0.6, 12) }])
    // All limits of what was decided hold, and so have their prices.
    expect(held.multipliers).toEqual(free.multipliers)
    expect(held.multipliers.budget).toBeGreaterThan(0)
    const [{ limit, slack, value }, ...others] = (await explainInfeasible(problem))!
    expect([limit, others]).toEqual(['participation', []])
    expect(slack).toBe(value - SHARE)
    // Whatever is traded, the last stock has room for 10 %: 3 x 30 % + 10 %.
    expect(value).toBeGreaterThanOrEqual(0.3)
    expect(value).toBeLessThanOrEqual(0.3 * 1.01)
  })

  it('is so too where holdings cannot be sold fast enough', async () => {
    const held = Float64Array.of(0.4, 0.3, 0.1, 0.2)
    const universe = Uint8Array.of(1, 1, 1, 0)
    const problem = small({
      held,
      universe,
      tradeMax: Float64Array.of(1, 1, 1, 0.05),
      limits: { ...withinShare, stockActiveMax: 0.02 },
    })
    // 38, 28, 28 and 15 % at least.
    const { relaxed, weights } = await enhance(problem)
    expect(relaxed[0]).toEqual({ limit: 'participation', slack: expect.closeTo(0.09, 12) })
    expect(weights[3]).toBe(0)
  })

  it("has no remedy where a day's whole amount is too little, nor where other limits conflict as well", async () => {
    const problem = small({ tradeMax: each(0.02), limits: withinShare })
    expect(await explainInfeasible(problem)).toEqual([])
    const conflicting = small({
      universe: Uint8Array.of(0, 0, 0, 1),
      benchmark: Float64Array.of(0.1, 0, 0, 0.9),
      member: Uint8Array.of(1, 0, 0, 0),
      tradeMax: each(0.1),
      limits: withinShare,
    })
    const { relaxed, multipliers } = await enhance(conflicting)
    expect(relaxed.map(({ limit }) => limit)).toEqual(['participation', 'members'])
    expect(multipliers).toEqual({})
    expect(await explainInfeasible(conflicting)).toEqual([])
  })

  it('does not count the cash it left as turnover, so that the build goes on without a limit giving', async () => {
    const held = Float64Array.of(0.2, 0.1, 0.1, 0)
    const problem = small({ held, tradeMax: each(0.1), limits: { ...withinShare, turnoverMax: 0.1 } })
    const { relaxed, turnover, binding } = await enhance(problem)
    expect(relaxed.map(({ limit }) => limit)).toEqual(['participation'])
    expect(turnover).toBeLessThanOrEqual(0.6 + 0.1 + 1e-9)
    expect(binding).not.toContain('turnover')
    // Without such a limit cash is what a portfolio was left with by refused orders: it counts.
    const plain = await enhance({ ...problem, tradeMax: null })
    expect(plain.relaxed).toEqual([{ limit: 'turnover', slack: expect.closeTo(0.5, 9) }])
  })

  it('holds where it can, and then its trades keep to it', async () => {
    let [kept, left] = [0, 0]
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.double({ min: 0.001, max: 0.4, noNaN: true }),
        async (at, scale) => {
          const problem = randomProblem(2 * at + 1)
          const tradeMax = problem.tradeMax!.map((most) => most * scale)
          const { weights, relaxed } = await enhance({ ...problem, tradeMax })
          const { lower, upper } = weightBounds({ ...problem, tradeMax })
          const given = relaxed.find(({ limit }) => limit === 'participation')
          const missed = Math.max(1 - total(upper), total(lower) - 1)
          if (given === undefined) {
            kept++
            weights.forEach((weight, i) => {
              if (problem.frozen[i] === 1) return
              expect(weight).toBeGreaterThanOrEqual(lower[i] - 1e-7)
              expect(weight).toBeLessThanOrEqual(upper[i] + 1e-7)
            })
          } else {
            left++
            expect(given.slack).toBeCloseTo(missed, 12)
          }
          expect(missed > 1e-9).toBe(given !== undefined)
          expect(total(weights)).toBeCloseTo(1, 7)
        },
      ),
      { numRuns: 40, seed: 1 },
    )
    expect(Math.min(kept, left)).toBeGreaterThan(5)
  })
})
