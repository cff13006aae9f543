import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { enhance } from '../../../src-main/portfolio/enhance.ts'
import type { EnhancementProblem } from '../../../src-main/portfolio/enhancementProblem.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { active, variance } from './factorForms.ts'
import { riskProblem, seed, trackingError, unhindered, violation, withLimits } from './riskRebalances.ts'

describe('index enhancement with a risk model', () => {
  it('holds every limit to 1e-9, relaxed and softened ones with the slack it reports', async () => {
    const seen = { optimal: 0, relaxed: 0, cap: 0, te: 0, softened: 0 }
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const soft = at % 3 === 0 ? { industry: 0.5, size: 0.2, style: 0.1, turnover: 1 } : {}
        const problem = riskProblem(at, { soft })
        const result = await enhance(problem)
        seen[result.status]++
        if (result.binding.includes('te')) seen.cap++
        if (result.relaxed.some(({ limit }) => limit === 'te')) seen.te++
        if (result.softened.length > 0) seen.softened++
        expect(violation(problem, result)).toBeLessThanOrEqual(1e-9)
        expect(result.relaxed.length > 0).toBe(result.status === 'relaxed')
        for (const { limit } of [...result.relaxed, ...result.softened])
          expect(result.binding).toContain(limit)
        expect(result.trackingError).toBeCloseTo(trackingError(problem, result.weights), 12)
        expect(result.objective).toBe(result.alphaTerm - result.riskTerm - result.costTerm)
        problem.held.forEach((weight, i) => {
          if (problem.frozen[i] === 1) expect(result.weights[i]).toBe(weight)
        })
      }),
      { numRuns: 120, seed: 1 },
    )
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(5)
  })

  it('no portfolio of another aversion or alpha within the same limits scores higher', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const problem = riskProblem(at, { soft: {} })
        const best = await enhance(problem)
        fc.pre(best.status === 'optimal')
        const random = createRandom(at, 1)
        const rivals = [
          { ...problem, alpha: problem.alpha.map((value) => value + random.normal()) },
          withLimits(problem, { riskAversion: problem.limits.riskAversion * 2 + 50 }),
        ]
        for (const rival of rivals) {
          const { weights } = await enhance(rival)
          const { alphaTerm, costTerm } = await scored(problem, weights)
          const riskTerm =
            (problem.limits.riskAversion / 2) * variance(problem.risk!, active(weights, problem.benchmark))
          expect(alphaTerm - riskTerm - costTerm).toBeLessThanOrEqual(best.objective + 1e-9)
        }
      }),
      { numRuns: 30 },
    )
  })

  async function scored({ alpha, held, limits }: EnhancementProblem, weights: Float64Array) {
    const alphaTerm = weights.reduce(
      (sum, weight, i) => sum + (Number.isNaN(alpha[i]) ? 0 : alpha[i]) * weight,
      0,
    )
    const traded = weights.reduce((sum, weight, i) => sum + Math.abs(weight - held[i]), 0)
    return { alphaTerm, costTerm: limits.linearCost * traded }
  }

  it('does not depend on the order of the stocks', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const problem = riskProblem(at)
        const order = createRandom(at, 2).permutation(problem.alpha.length)
        const shuffled = <T extends Float64Array | Uint8Array | Int32Array>(values: T): T =>
          values.map((_, i) => values[order[i]]) as T
        const { factors, exposure, specific } = problem.risk!
        const permuted = await enhance({
          ...problem,
          alpha: shuffled(problem.alpha),
          benchmark: shuffled(problem.benchmark),
          member: shuffled(problem.member),
          universe: shuffled(problem.universe),
          industry: problem.industry && shuffled(problem.industry),
          size: problem.size && shuffled(problem.size),
          styles: problem.styles.map((style) => ({ ...style, exposure: shuffled(style.exposure) })),
          stockRange: problem.stockRange && {
            lower: shuffled(problem.stockRange.lower),
            upper: shuffled(problem.stockRange.upper),
            sold: shuffled(problem.stockRange.sold),
          },
          tradeMax: problem.tradeMax && shuffled(problem.tradeMax),
          held: shuffled(problem.held),
          frozen: shuffled(problem.frozen),
          risk: {
            ...problem.risk!,
            specific: shuffled(specific),
            exposure: exposure.map(
              (_, entry) =>
                exposure[
                  order[Math.floor(entry / factors.length)] * factors.length + (entry % factors.length)
                ],
            ),
          },
        })
        const plain = await enhance(problem)
        expect(permuted.status).toBe(plain.status)
        expect(Math.abs(permuted.objective - plain.objective)).toBeLessThan(1e-9)
        // With aversion or a binding cap the optimum is unique.
        if (problem.limits.riskAversion > 0 || plain.binding.includes('te')) {
          permuted.weights.forEach((weight, i) =>
            expect(Math.abs(weight - plain.weights[order[i]])).toBeLessThan(1e-9),
          )
        }
      }),
      { numRuns: 30 },
    )
  })

  it('without alpha and cost aversion buys the benchmark', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const problem = unhindered(riskProblem(at, { riskAversion: 100, linearCost: 0 }))
        const alpha = problem.alpha.map(() => 0)
        const result = await enhance({ ...problem, alpha })
        result.weights.forEach((weight, i) =>
          expect(Math.abs(weight - problem.benchmark[i])).toBeLessThan(1e-12),
        )
        expect(result.trackingError).toBeCloseTo(0, 12)
      }),
      { numRuns: 20 },
    )
  })

  it('alpha times a positive number changes no weight under a cap, nor with aversion and cost times the same', async () => {
    await fc.assert(
      fc.asyncProperty(seed, fc.double({ min: 0.01, max: 100, noNaN: true }), async (at, factor) => {
        const problem = riskProblem(at, { soft: {} })
        const { riskAversion, linearCost } = problem.limits
        const plain = await enhance(problem)
        fc.pre(riskAversion > 0 || plain.binding.includes('te'))
        const scaled = await enhance({
          ...withLimits(problem, { riskAversion: factor * riskAversion, linearCost: factor * linearCost }),
          alpha: problem.alpha.map((value) => factor * value),
        })
        expect(scaled.status).toBe(plain.status)
        scaled.weights.forEach((weight, i) => expect(Math.abs(weight - plain.weights[i])).toBeLessThan(1e-9))
      }),
      { numRuns: 30 },
    )
  })

  it('ends in the linear program: at a cap too wide to bind, and as aversion goes to 0', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const problem = riskProblem(at, { riskAversion: 0, trackingErrorMax: null })
        const linear = await enhance(problem)
        const wide = await enhance(withLimits(problem, { trackingErrorMax: 5 }))
        expect(wide.status).toBe(linear.status)
        expect(Math.abs(wide.objective - linear.objective)).toBeLessThan(1e-8)
        fc.pre(linear.status === 'optimal')
        expect(wide.weights).toEqual(linear.weights)
        const averse = await enhance(withLimits(problem, { riskAversion: 0.01 }))
        expect(averse.objective + averse.riskTerm).toBeLessThanOrEqual(linear.objective + 1e-9)
        expect(averse.objective).toBeGreaterThanOrEqual(
          linear.objective -
            0.005 * variance(problem.risk!, active(linear.weights, problem.benchmark)) -
            1e-9,
        )
      }),
      { numRuns: 30 },
    )
  })

  it('a soft limit holds at a price above its multiplier, and gives until the multiplier is a lower one', async () => {
    let gave = 0
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const problem = riskProblem(at, { riskAversion: 100, trackingErrorMax: null, soft: {} })
        const hard = await enhance(problem)
        fc.pre(hard.status === 'optimal' && (hard.multipliers.turnover ?? 0) > 0.01)
        const { turnover: multiplier } = hard.multipliers
        const dear = await enhance(withLimits(problem, { soft: { turnover: 1.01 * multiplier } }))
        dear.weights.forEach((weight, i) => expect(weight).toBeCloseTo(hard.weights[i], 10))
        const cheap = await enhance(withLimits(problem, { soft: { turnover: 0.9 * multiplier } }))
        expect(cheap.softened.map(({ limit }) => limit)).toEqual(['turnover'])
        expect(cheap.multipliers.turnover).toBeCloseTo(0.9 * multiplier, 9)
        gave++
      }),
      { numRuns: 20 },
    )
    expect(gave).toBe(20)
  })

  it('with a risk model but neither aversion nor cap: the linear program, and its tracking error', async () => {
    const problem = riskProblem(7, { riskAversion: 0, trackingErrorMax: null })
    const result = await enhance(problem)
    const without = await enhance({ ...problem, risk: null })
    expect({ ...result, trackingError: null }).toEqual(without)
    expect(result.trackingError).toBeCloseTo(trackingError(problem, result.weights), 12)
  })
})
