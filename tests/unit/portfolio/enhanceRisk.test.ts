import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { enhance, explainInfeasible } from '../../../src-main/portfolio/enhance.ts'
import type { Enhancement } from '../../../src-main/portfolio/enhance.ts'
import { activity, aggregateLimits, weightBounds } from '../../../src-main/portfolio/enhancementProblem.ts'
import type { EnhancementProblem } from '../../../src-main/portfolio/enhancementProblem.ts'
import type { PortfolioLimits } from '../../../src-shared/domain/study.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { active, randomRisk, variance } from './factorForms.ts'
import { randomProblem } from './rebalances.ts'

const seed = fc.integer({ min: 1, max: 1_000_000 })

/** A random rebalance with a risk model; aversion, a cap, or both. */
function riskProblem(at: number, changed: Partial<PortfolioLimits> = {}): EnhancementProblem {
  const problem = randomProblem(at)
  const random = createRandom(at, 6)
  const kind = random.below(3)
  return withLimits(
    { ...problem, risk: randomRisk(random, problem.alpha.length) },
    {
      riskAversion: kind === 0 ? 0 : 10 ** (1 + 3 * random.uniform()),
      trackingErrorMax: kind === 1 ? null : 0.015 + 0.06 * random.uniform(),
      ...changed,
    },
  )
}

const withLimits = (problem: EnhancementProblem, changed: Partial<PortfolioLimits>): EnhancementProblem => ({
  ...problem,
  limits: { ...problem.limits, ...changed },
})

/** Bought from cash, every stock free to trade, and no limit but bands: the benchmark can be held. */
const unhindered = (problem: EnhancementProblem): EnhancementProblem => ({
  ...problem,
  universe: new Uint8Array(problem.alpha.length).fill(1),
  held: new Float64Array(problem.alpha.length),
  frozen: new Uint8Array(problem.alpha.length),
  stockRange: null,
  tradeMax: null,
})

/** Holds the benchmark already. */
const steady = (problem: EnhancementProblem): EnhancementProblem => ({
  ...unhindered(problem),
  held: problem.benchmark,
})

function trackingError(
  { risk, benchmark, tradingDaysPerYear }: EnhancementProblem,
  weights: Float64Array,
): number {
  return Math.sqrt(variance(risk!, active(weights, benchmark)) * tradingDaysPerYear)
}

const total = (entries: readonly { slack: number }[]) => entries.reduce((sum, { slack }) => sum + slack, 0)

/** Largest violation of any limit, the reported slack given back. */
function violation(problem: EnhancementProblem, { weights, relaxed, softened }: Enhancement): number {
  const { lower, upper } = weightBounds(problem)
  const { rows, limits } = aggregateLimits(problem)
  const slack = new Map([...relaxed, ...softened].map((entry) => [entry.limit, entry.slack]))
  const { trackingErrorMax } = problem.limits
  return Math.max(
    Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1),
    ...weights.map((weight, i) => Math.max(lower[i] - weight, weight - upper[i])),
    ...limits.map(({ name, row, side, bound }) => {
      const excess = activity(rows[row], weights, problem.held) - bound
      return (side === 'upper' ? excess : -excess) - (slack.get(name) ?? 0)
    }),
    trackingErrorMax === null
      ? 0
      : trackingError(problem, weights) - trackingErrorMax - (slack.get('te') ?? 0),
  )
}

/** Where the cap is above it, or there is none, the least tracking error and its remedies. */
const remedyOf = async (problem: EnhancementProblem, limit: string) =>
  (await explainInfeasible(problem))!.find((remedy) => remedy.limit === limit)

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

  describe('where ranges and budget leave one portfolio', () => {
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
        stockRange: { lower: problem.benchmark, upper: problem.benchmark.map(() => 0.5) },
      }),
      'all at the greatest weight': (problem) => ({
        ...unhindered(problem),
        alpha: problem.alpha.map((value) => (Number.isNaN(value) ? 0 : value)),
        stockRange: { lower: problem.benchmark.map(() => 0), upper: problem.benchmark.toReversed() },
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

  it('with a risk model but neither aversion nor cap: the linear program, and its tracking error', async () => {
    const problem = riskProblem(7, { riskAversion: 0, trackingErrorMax: null })
    const result = await enhance(problem)
    const without = await enhance({ ...problem, risk: null })
    expect({ ...result, trackingError: null }).toEqual(without)
    expect(result.trackingError).toBeCloseTo(trackingError(problem, result.weights), 12)
  })
})
