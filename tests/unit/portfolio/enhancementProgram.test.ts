import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  aggregateLimits,
  dot,
  twoSidedTurnover,
  weightBounds,
} from '../../../src-main/portfolio/enhancementProblem.ts'
import type { EnhancementProblem } from '../../../src-main/portfolio/enhancementProblem.ts'
import { EnhancementProgram } from '../../../src-main/portfolio/enhancementProgram.ts'
import type { ProgramSolution } from '../../../src-main/portfolio/enhancementProgram.ts'
import { highs } from '../../../src-main/portfolio/highs.ts'
import type { PortfolioLimits } from '../../../src-shared/domain/study.ts'
import { limits, randomProblem, small } from './rebalances.ts'

const seed = fc.integer({ min: 1, max: 1_000_000 })
const solver = await highs()

function withProgram<Result>(
  problem: EnhancementProblem,
  use: (program: EnhancementProgram) => Result,
): Result {
  const program = new EnhancementProgram(solver, problem, weightBounds(problem), aggregateLimits(problem))
  try {
    return use(program)
  } finally {
    program.dispose()
  }
}

const solve = (problem: EnhancementProblem) => withProgram(problem, (program) => program.solve())
const withLimits = (problem: EnhancementProblem, changed: Partial<PortfolioLimits>): EnhancementProblem => ({
  ...problem,
  limits: { ...problem.limits, ...changed },
})
const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0)
const score = ({ alpha, held, limits: { linearCost } }: EnhancementProblem, { weights }: ProgramSolution) =>
  dot(
    alpha.map((value) => (Number.isNaN(value) ? 0 : value)),
    weights,
  ) -
  linearCost * twoSidedTurnover(weights, held)
/** Shadow price of the limit of that name. */
const dualOf = (problem: EnhancementProblem, { rowDual }: ProgramSolution, name: string) => {
  const { row, side } = aggregateLimits(problem).limits.find((limit) => limit.name === name)!
  return (side === 'upper' ? 1 : -1) * rowDual[row]
}

describe('soft limits', () => {
  it('at a price above their shadow price hold like hard ones', () => {
    fc.assert(
      fc.property(seed, (at) => {
        const problem = randomProblem(at)
        const hard = solve(problem)
        fc.pre(hard !== null)
        const price = 1.01 * Math.max(...hard.rowDual.map(Math.abs)) + 1e-6
        const soft = solve(
          withLimits(problem, {
            soft: { industry: price, size: price, style: price, members: price, turnover: price },
          }),
        )!
        expect(total(soft.softSlack)).toBeLessThan(1e-8)
        expect(score(problem, soft)).toBeCloseTo(score(problem, hard), 8)
      }),
      { numRuns: 30, seed: 1 },
    )
  })

  it('below it give, cost their price at the margin, and are optimal for the limit they gave to', () => {
    let gave = 0
    fc.assert(
      fc.property(seed, (at) => {
        const problem = randomProblem(at)
        const hard = solve(problem)
        fc.pre(hard !== null && dualOf(problem, hard, 'turnover') > 0.1)
        const price = dualOf(problem, hard, 'turnover') / 2
        const softened = withLimits(problem, { soft: { turnover: price } })
        const soft = solve(softened)!
        const given = total(soft.softSlack)
        expect(given).toBeGreaterThan(0)
        expect(total(soft.slack)).toBe(0)
        expect(dualOf(softened, soft, 'turnover')).toBeCloseTo(price, 8)
        const loosened = withLimits(problem, { turnoverMax: problem.limits.turnoverMax + given })
        expect(score(problem, soft)).toBeCloseTo(score(problem, solve(loosened)!), 8)
        expect(score(problem, soft) - price * given).toBeGreaterThan(score(problem, hard))
        gave++
      }),
      { numRuns: 30, seed: 1 },
    )
    expect(gave).toBeGreaterThan(10)
  })

  it('by hand: the member limit gives while the better stock outside earns more than the price', () => {
    // The last stock earns 3 more than the third for each unit that leaves the members.
    const problem = small({
      held: Float64Array.of(0.4, 0.3, 0.3, 0),
      limits: { ...limits, stockActiveMax: 0.1, memberWeightMin: 0.95, turnoverMax: 2 },
    })
    const members = aggregateLimits(problem).limits.findIndex(({ name }) => name === 'members')
    const at = (price: number) => solve(withLimits(problem, { soft: { members: price } }))!
    expect(at(1).softSlack[members]).toBeCloseTo(0.05, 9)
    expect(at(1).weights[3]).toBeCloseTo(0.1, 9)
    expect(at(10).softSlack[members]).toBeCloseTo(0, 9)
    expect(at(10).weights[3]).toBeCloseTo(0.05, 9)
  })

  it('give freely, and uncounted, where hard limits cannot all hold', () => {
    // A frozen bank is 5 % over its limit: 5 % of industry slack here and there, whatever turnover takes.
    const problem = small({
      industry: Int32Array.of(0, 1, 1, 1),
      industries: ['bank', 'other'],
      held: Float64Array.of(0.55, 0.45, 0, 0),
      frozen: Uint8Array.of(1, 0, 0, 0),
      limits: {
        ...limits,
        stockActiveMax: 0.1,
        industryActiveMax: 0.1,
        memberWeightMin: 0,
        turnoverMax: 0.1,
        soft: { turnover: 0.001 },
      },
    })
    withProgram(problem, (program) => {
      expect(program.solve()).toBeNull()
      program.freeSlack(() => true)
      program.aimAt('least_slack')
      const least = total(program.solve()!.slack)
      expect(least).toBeCloseTo(0.1, 9)
      program.capTotalSlack(least + 1e-10)
      program.aimAt('objective')
      const relaxed = program.solve()!
      expect(total(relaxed.slack)).toBeCloseTo(0.1, 8)
      const turnover = twoSidedTurnover(relaxed.weights, problem.held)
      expect(total(relaxed.softSlack)).toBeCloseTo(turnover - 0.1, 8)
      expect(turnover).toBeGreaterThan(0.4)
    })
  })
})

describe('the linear program', () => {
  it('starts from the nearest weight of each range: forced trades count in turnover and cost', () => {
    // The second must be sold from 0.6 to 0.4 at least, and the third bought from 0 to 0.2.
    const problem = small({
      held: Float64Array.of(0.4, 0.6, 0, 0),
      limits: { ...limits, stockActiveMax: 0.1, memberWeightMin: 0, turnoverMax: 0.4, linearCost: 0.5 },
    })
    const solution = solve(problem)!
    const expected = [0.4, 0.4, 0.2, 0]
    solution.weights.forEach((weight, i) => expect(weight).toBeCloseTo(expected[i], 9))
    expect(solve(withLimits(problem, { turnoverMax: 0.39 }))).toBeNull()
  })
})
