import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { enhance } from '../../../src-main/portfolio/enhance.ts'
import type { EnhancementProblem } from '../../../src-main/portfolio/enhancementProblem.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { riskProblem, seed, steady, total, unhindered, violation, withLimits } from './riskRebalances.ts'

describe('index enhancement with a risk model and next to nothing to choose', () => {
  describe('where ranges and budget leave one portfolio', () => {
    const none = ({ alpha }: EnhancementProblem) => ({ sold: new Uint8Array(alpha.length) })
    const only: Record<string, (problem: EnhancementProblem) => EnhancementProblem> = {
      'bands of no width': (problem) => withLimits(unhindered(problem), { stockActiveMax: 0 }),
      'nothing can trade': (problem) => ({
        ...problem,
        held: problem.benchmark.toReversed(),
        frozen: problem.frozen.map(() => 1),
      }),
      'one stock can trade': (problem) => ({
        ...problem,
        held: problem.benchmark.toReversed().map((weight, i) => (i === 0 ? 0 : weight)),
        universe: problem.universe.map(() => 1),
        member: problem.member.map(() => 1),
        frozen: problem.frozen.map((_, i) => (i === 0 ? 0 : 1)),
        stockRange: null,
        tradeMax: null,
        limits: { ...problem.limits, stockActiveMax: 1 },
      }),
      'all at the least weight': (problem) => ({
        ...unhindered(problem),
        stockRange: { ...none(problem), lower: problem.benchmark, upper: problem.benchmark.map(() => 0.5) },
      }),
      'all at the greatest weight': (problem) => ({
        ...unhindered(problem),
        alpha: problem.alpha.map((value) => (Number.isNaN(value) ? 0 : value)),
        stockRange: {
          ...none(problem),
          lower: problem.benchmark.map(() => 0),
          upper: problem.benchmark.toReversed(),
        },
      }),
    }
    it.each(Object.keys(only))('%s: that one, its limits as in the linear program', async (name) => {
      await fc.assert(
        fc.asyncProperty(seed, fc.constantFrom({}, { industry: 0.5, turnover: 1 }), async (at, soft) => {
          const problem = only[name](riskProblem(at, { soft }))
          const linear = await enhance({
            ...withLimits(problem, { riskAversion: 0, trackingErrorMax: null }),
            risk: null,
          })
          const result = await enhance(problem)
          result.weights.forEach((weight, i) => expect(weight).toBeCloseTo(linear.weights[i], 9))
          expect(violation(problem, result)).toBeLessThanOrEqual(1e-9)
          const { trackingErrorMax } = problem.limits
          const te = result.relaxed.filter(({ limit }) => limit === 'te')
          const over = trackingErrorMax === null ? 0 : result.trackingError! - trackingErrorMax
          expect(te).toEqual(over > 1e-9 ? [{ limit: 'te', slack: over }] : [])
          const slacks = (entries: readonly { limit: string; slack: number }[]) =>
            entries
              .filter(({ limit }) => limit !== 'te')
              .map(({ limit, slack }) => ({ limit, slack: expect.closeTo(slack, 9) as number }))
          expect(result.relaxed.filter(({ limit }) => limit !== 'te')).toEqual(slacks(linear.relaxed))
          expect(result.softened).toEqual(slacks(linear.softened))
          expect(result.status).toBe(result.relaxed.length > 0 ? 'relaxed' : 'optimal')
        }),
        { numRuns: 15, seed: 5 },
      )
    })
  })

  it('limits of no width hold: no active size, no stock outside the index, no trade', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const neutral = riskProblem(at, { sizeActiveMax: 0, riskAversion: 100, trackingErrorMax: null })
        const result = await enhance(neutral)
        expect(violation(neutral, result)).toBeLessThanOrEqual(1e-9)
        const fresh = unhindered(
          riskProblem(at, { memberWeightMin: 1, riskAversion: 100, trackingErrorMax: null }),
        )
        const members = await enhance({ ...fresh, industry: null, size: null, styles: [] })
        expect(members.status).toBe('optimal')
        members.weights.forEach((weight, i) => {
          if (fresh.member[i] === 0) expect(weight).toBe(0)
        })
        const still = steady(riskProblem(at, { turnoverMax: 0, riskAversion: 100, trackingErrorMax: null }))
        const kept = await enhance(still)
        expect(kept.status).toBe('optimal')
        expect(kept.weights).toEqual(still.held)
      }),
      { numRuns: 30 },
    )
  })

  it('a cap that leaves next to nothing to choose is met', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const problem = steady(riskProblem(at, { trackingErrorMax: 1e-4 }))
        const result = await enhance(problem)
        expect(result.status).toBe('optimal')
        expect(violation(problem, result)).toBeLessThanOrEqual(1e-9)
        const still = steady(riskProblem(at, { trackingErrorMax: 1e-4, turnoverMax: 0 }))
        expect(result.objective).toBeGreaterThanOrEqual((await enhance(still)).objective)
      }),
      { numRuns: 60, seed: 3 },
    )
  })

  it('a cap of next to nothing is met or told, where the solver alone does not converge', async () => {
    const seen = { optimal: 0, relaxed: 0 }
    for (let at = 1; at <= 40; at++) {
      const random = createRandom(at, 11)
      const problem = unhindered(riskProblem(at, { soft: {}, memberWeightMin: 1 }))
      // Specific variances of very different sizes, and every fourth benchmark that does not quite sum to 1.
      const specific = problem.risk!.specific.map((value) => value * 10 ** (-6 * random.uniform()))
      const short = at % 4 === 0
      const hard = {
        ...withLimits(problem, { trackingErrorMax: 1e-6, industryActiveMax: short ? 0 : 0.02 }),
        risk: { ...problem.risk!, specific },
        benchmark: short ? problem.benchmark.map((weight) => weight * (1 - 1e-10)) : problem.benchmark,
      }
      const result = await enhance(hard)
      seen[result.status]++
      expect(total(result.relaxed.filter(({ limit }) => limit !== 'te'))).toBeLessThan(1e-8)
      expect(violation(hard, result)).toBeLessThanOrEqual(1e-9)
    }
    expect(seen.optimal).toBeGreaterThan(20)
  })

  it('a cap at the edge of what can be reached is met', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (at) => {
        const drawn = riskProblem(at, { trackingErrorMax: 1e-4, industryActiveMax: null, turnoverMax: 0.5 })
        const unreachable = { ...unhindered(drawn), held: drawn.held, size: null, styles: [] }
        const least = await enhance(unreachable)
        fc.pre(least.relaxed.length === 1 && least.relaxed[0].limit === 'te')
        const edge = withLimits(unreachable, { trackingErrorMax: least.trackingError! * (1 + 1e-10) })
        const result = await enhance(edge)
        expect(result.status).toBe('optimal')
        expect(violation(edge, result)).toBeLessThanOrEqual(1e-9)
        expect(result.objective).toBeGreaterThanOrEqual(least.objective - 1e-9)
      }),
      { numRuns: 20, seed: 4 },
    )
  })
})
