import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { enhance, explainInfeasible } from '../../../src-main/portfolio/enhance.ts'
import type { Enhancement } from '../../../src-main/portfolio/enhance.ts'
import { activity, aggregateLimits, weightBounds } from '../../../src-main/portfolio/enhancementProblem.ts'
import type { EnhancementProblem } from '../../../src-main/portfolio/enhancementProblem.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { limits, randomProblem, small } from './rebalances.ts'

const seed = fc.integer({ min: 1, max: 1_000_000 })

/** Largest violation of any limit, the reported slack given back. */
function violation(problem: EnhancementProblem, { weights, relaxed, softened }: Enhancement): number {
  const { lower, upper } = weightBounds(problem)
  const { rows, limits: aggregate } = aggregateLimits(problem)
  const slack = new Map([...relaxed, ...softened].map((entry) => [entry.limit, entry.slack]))
  return Math.max(
    Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1),
    ...weights.map((weight, i) => Math.max(lower[i] - weight, weight - upper[i])),
    ...aggregate.map(({ name, row, side, bound }) => {
      const excess = activity(rows[row], weights, problem.held) - bound
      return (side === 'upper' ? excess : -excess) - (slack.get(name) ?? 0)
    }),
  )
}

describe('index enhancement', () => {
  it('holds every limit to 1e-7, relaxed ones with the slack it reports', async () => {
    const seen = { optimal: 0, relaxed: 0 }
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const problem = randomProblem(at)
        const result = await enhance(problem)
        seen[result.status]++
        expect(violation(problem, result)).toBeLessThanOrEqual(1e-7)
        expect(result.relaxed.length > 0).toBe(result.status === 'relaxed')
        for (const { limit } of result.relaxed) expect(result.binding).toContain(limit)
        problem.held.forEach((weight, i) => {
          if (problem.frozen[i] === 1) expect(result.weights[i]).toBe(weight)
        })
      }),
      { numRuns: 60, seed: 1 },
    )
    // Both branches were exercised.
    expect(Math.min(seen.optimal, seen.relaxed)).toBeGreaterThan(5)
  })

  it('the turnover has as its price what the objective gains per unit, and no limit has one once any had to give', async () => {
    const step = 1e-3
    const seen = { priced: 0, relaxed: 0 }
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const problem = randomProblem(at)
        const { turnoverMax } = problem.limits
        const of = (change: number) =>
          enhance({ ...problem, limits: { ...problem.limits, turnoverMax: turnoverMax + change } })
        const [tighter, result, looser] = await Promise.all([of(-step), of(0), of(step)])
        if (result.status === 'relaxed') {
          seen.relaxed++
          expect(result.multipliers).toEqual({})
          return
        }
        if (tighter.status === 'relaxed') return
        seen.priced++
        // The optimum is concave in its limits: the price lies between the gains on both sides.
        const { turnover: price } = result.multipliers
        expect(price * step).toBeGreaterThanOrEqual(looser.objective - result.objective - 1e-8)
        expect(price * step).toBeLessThanOrEqual(result.objective - tighter.objective + 1e-8)
      }),
      { numRuns: 40, seed: 1 },
    )
    expect(Math.min(seen.priced, seen.relaxed)).toBeGreaterThan(5)
  })

  it('soft limits give as `softened` at exactly their price, never as `relaxed`', async () => {
    const soft = { size: 0.05, style: 0.05, turnover: 0.2 }
    const priceOf = (name: string) => soft[name.split(':')[0] as keyof typeof soft] as number | undefined
    let gave = 0
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const problem = randomProblem(at)
        const result = await enhance({ ...problem, limits: { ...problem.limits, soft } })
        expect(violation(problem, result)).toBeLessThanOrEqual(1e-7)
        for (const { limit } of result.relaxed) expect(priceOf(limit)).toBeUndefined()
        for (const { limit } of result.softened) {
          // Where a hard limit had to give, no limit has a price.
          const price = result.status === 'optimal' ? expect.closeTo(priceOf(limit)!, 8) : undefined
          expect(result.multipliers[limit]).toEqual(price)
          gave++
        }
      }),
      { numRuns: 40, seed: 1 },
    )
    expect(gave).toBeGreaterThan(10)
  })

  it('no other portfolio within the same limits scores higher', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const problem = randomProblem(at)
        const best = await enhance(problem)
        fc.pre(best.status === 'optimal')
        const random = createRandom(at, 1)
        const otherAlpha = problem.alpha.map((value) => (Number.isNaN(value) ? value : random.normal()))
        const rival = await enhance({ ...problem, alpha: otherAlpha })
        const score = (weights: Float64Array) =>
          weights.reduce((sum, weight, i) => {
            const alpha = Number.isNaN(problem.alpha[i]) ? 0 : problem.alpha[i]
            return sum + alpha * weight - problem.limits.linearCost * Math.abs(weight - problem.held[i])
          }, 0)
        expect(best.objective).toBeCloseTo(score(best.weights), 12)
        expect(score(rival.weights)).toBeLessThanOrEqual(best.objective + 1e-9)
      }),
      { numRuns: 30 },
    )
  })

  it('does not depend on the order of the stocks', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const problem = randomProblem(at)
        const order = createRandom(at, 2).permutation(problem.alpha.length)
        const shuffled = <T extends Float64Array | Uint8Array | Int32Array>(values: T): T =>
          values.map((_, i) => values[order[i]]) as T
        const plain = await enhance(problem)
        const permuted = await enhance({
          ...problem,
          alpha: shuffled(problem.alpha),
          benchmark: shuffled(problem.benchmark),
          member: shuffled(problem.member),
          universe: shuffled(problem.universe),
          industry: problem.industry && shuffled(problem.industry),
          size: problem.size && shuffled(problem.size),
          styles: problem.styles.map(({ name, exposure }) => ({ name, exposure: shuffled(exposure) })),
          stockRange: problem.stockRange && {
            lower: shuffled(problem.stockRange.lower),
            upper: shuffled(problem.stockRange.upper),
            sold: shuffled(problem.stockRange.sold),
          },
          tradeMax: problem.tradeMax && shuffled(problem.tradeMax),
          held: shuffled(problem.held),
          frozen: shuffled(problem.frozen),
        })
        expect(Math.abs(permuted.objective - plain.objective)).toBeLessThan(1e-9)
        // Stocks without alpha trade places at no cost: only the others have one answer.
        expect(permuted.status).toBe(plain.status)
        permuted.weights.forEach((weight, i) => {
          const from = order[i]
          if (Number.isFinite(problem.alpha[from])) {
            expect(Math.abs(weight - plain.weights[from])).toBeLessThan(1e-9)
          }
        })
      }),
      { numRuns: 40, seed: 1 },
    )
  })

  it('first build from cash: no turnover limit, and the optimum by hand', async () => {
    const result = await enhance(small({}))
    const expected = [0.5, 0.2, 0.2, 0.1]
    result.weights.forEach((weight, i) => expect(weight).toBeCloseTo(expected[i], 12))
    expect(result).toMatchObject({ status: 'optimal', turnover: null, sizeActive: null, binding: [] })
    expect(result.objective).toBeCloseTo(2.5, 12)
    expect(result.memberWeight).toBeCloseTo(0.9, 12)
  })

  it('a stock without alpha: a member counts 0, another is not bought but may be kept', async () => {
    const alpha = Float64Array.of(Number.NaN, 2, 1, Number.NaN)
    const fresh = await enhance(small({ alpha }))
    const expected = [0.3, 0.4, 0.3, 0]
    fresh.weights.forEach((weight, i) => expect(weight).toBeCloseTo(expected[i], 12))
    const held = Float64Array.of(0.35, 0.3, 0.3, 0.05)
    const kept = await enhance(small({ alpha: Float64Array.of(-1, -1, -1, Number.NaN), held }))
    expect(kept.weights[3]).toBeCloseTo(0.05, 12)
  })

  it('a holding outside universe and benchmark is sold, unless it cannot trade', async () => {
    const held = Float64Array.of(0.35, 0.3, 0.3, 0.05)
    const universe = Uint8Array.of(1, 1, 1, 0)
    const sold = await enhance(small({ held, universe }))
    expect(sold.weights[3]).toBe(0)
    const frozen = await enhance(small({ held, universe, frozen: Uint8Array.of(0, 0, 0, 1) }))
    expect(frozen.weights[3]).toBe(0.05)
  })

  it('stocks of unknown industry form one group', async () => {
    const result = await enhance(
      small({
        alpha: Float64Array.of(3, 2, 5, 4),
        industry: Int32Array.of(0, 0, -1, -1),
        industries: ['bank'],
      }),
    )
    expect(result.binding).toEqual(['industry:-bank', 'industry:+unknown'])
    expect(result.weights[2] + result.weights[3]).toBeCloseTo(0.32, 12)
  })

  it('infeasible: relaxes the one limit that frozen holdings break, by as much as explainInfeasible says', async () => {
    const problem = small({
      industry: Int32Array.of(0, 1, 1, 1),
      industries: ['bank', 'other'],
      held: Float64Array.of(0.55, 0.25, 0.2, 0),
      frozen: Uint8Array.of(1, 0, 0, 0),
      limits: { ...limits, stockActiveMax: 0.1, industryActiveMax: 0.1, turnoverMax: 2 },
    })
    const result = await enhance(problem)
    expect(result.status).toBe('relaxed')
    const given = result.relaxed.reduce((sum, { slack }) => sum + slack, 0)
    // Bank is 5 % over its upper limit, so the other industry is 5 % under its lower one.
    expect(result.relaxed.map(({ limit }) => limit)).toEqual(['industry:+bank', 'industry:-other'])
    expect(given).toBeCloseTo(0.1, 9)
    expect(await explainInfeasible(problem)).toEqual([])
    const oneSided = { ...problem, industry: Int32Array.of(0, 1, 2, 3), industries: ['bank', 'b', 'c', 'd'] }
    const remedies = (await explainInfeasible(oneSided))!
    expect(remedies.map(({ limit }) => limit)).toEqual(['industry:+bank'])
    expect(remedies[0].slack).toBeCloseTo(0.05, 9)
    expect(remedies[0].value).toBeCloseTo(0.15, 9)
  })

  it('a member limit that is out of reach says the smallest value that works', async () => {
    const problem = small({
      held: Float64Array.of(0.3, 0.2, 0.2, 0.3),
      frozen: Uint8Array.of(0, 0, 0, 1),
      limits: { ...limits, stockActiveMax: 0.4, turnoverMax: 2 },
    })
    const [remedy, ...others] = (await explainInfeasible(problem))!
    expect(others).toEqual([])
    expect(remedy.limit).toBe('members')
    expect(remedy.value).toBeCloseTo(0.7, 9)
  })

  it('refuses bands that cannot add up to a full portfolio, with the numbers', async () => {
    const problem = small({
      held: Float64Array.of(0.1, 0.1, 0.1, 0),
      frozen: Uint8Array.of(1, 1, 0, 0),
    })
    const refused = expect.objectContaining({
      code: 'infeasible',
      message: expect.stringContaining('70.00%'),
    })
    await expect(enhance(problem)).rejects.toEqual(refused)
    await expect(explainInfeasible(problem)).rejects.toEqual(refused)
  })
})
