import type { FactorForm, FormSolution } from '../../../src-main/portfolio/interiorPoint/form.ts'
import type { RiskModel } from '../../../src-main/risk/model.ts'
import { createRandom } from '../../../src-shared/random.ts'
import type { Random } from '../../../src-shared/random.ts'

const draw = (count: number, value: () => number) => Float64Array.from({ length: count }, value)

/** A daily risk model; one in four has a singular factor covariance. */
export function randomRisk(random: Random, stocks: number): RiskModel {
  const factors = 2 + random.below(8)
  const rank = random.uniform() < 0.25 ? Math.ceil(factors / 2) : factors
  const root = draw(factors * rank, () => 0.005 * random.normal())
  const covariance = new Float64Array(factors * factors)
  for (let k = 0; k < factors; k++)
    for (let l = 0; l < factors; l++)
      for (let r = 0; r < rank; r++) covariance[k * factors + l] += root[k * rank + r] * root[l * rank + r]
  return {
    factors: Array.from({ length: factors }, (_, k) => `style:${k}`),
    exposure: draw(stocks * factors, () => random.normal()),
    covariance,
    specific: draw(stocks, () => (0.01 + 0.02 * random.uniform()) ** 2),
  }
}

/**
 * A problem in factor form with a portfolio that meets it: benchmark plus small trades. Rows load on random columns
 * or on 0/1 groups, some at a price; some stocks are fixed; with or without turnover limit, cost, aversion and cap.
 */
export function randomForm(seed: number): FactorForm {
  const random = createRandom(seed, 3)
  const stocks = 8 + random.below(60)
  const raw = draw(stocks, () => (random.uniform() < 0.3 ? 0 : Math.exp(random.normal())))
  raw[0] += 1
  const sum = raw.reduce((all, value) => all + value, 0)
  const benchmark = raw.map((value) => value / sum)
  const band = 0.5 / stocks + 0.02
  const other = draw(stocks, () => random.uniform())
  const otherSum = other.reduce((all, value) => all + value, 0)
  const share = 0.1 * random.uniform()
  const inside = benchmark.map((value, i) => (1 - share) * value + (share * other[i]) / otherSum)
  const built = random.uniform() < 0.2
  const held = built
    ? new Float64Array(stocks)
    : inside.map((value) => value * Math.exp(0.1 * random.normal()))
  const lower = benchmark.map((value, i) => Math.min(inside[i], Math.max(0, value - band)))
  const upper = benchmark.map((value, i) => Math.max(inside[i], value + band))
  for (let i = 0; i < stocks; i++) if (random.uniform() < 0.05) lower[i] = upper[i] = inside[i]
  const rows = Array.from({ length: random.below(6) }, (_, at) => {
    const coefficients = draw(stocks, () => (at % 2 === 0 ? random.normal() : random.below(2)))
    const activity = coefficients.reduce((all, value, i) => all + value * inside[i], 0)
    const price = random.uniform() < 0.3 ? 0.2 * random.uniform() : Infinity
    return {
      coefficients,
      lower: random.uniform() < 0.2 ? -Infinity : activity - 0.02 * random.uniform(),
      upper: random.uniform() < 0.2 ? Infinity : activity + 0.02 * random.uniform(),
      lowerPrice: price,
      upperPrice: price,
    }
  })
  const risk = randomRisk(random, stocks)
  const traded = inside.reduce((all, value, i) => all + Math.abs(value - held[i]), 0)
  const kind = random.below(3)
  return {
    gain: draw(stocks, () => random.normal()),
    lower,
    upper,
    benchmark,
    held,
    tradeCost: random.uniform() < 0.5 ? 0 : 0.3 * random.uniform(),
    risk,
    riskAversion: kind === 0 ? 0 : 10 ** (1 + 4 * random.uniform()),
    rows,
    turnover: built ? null : { max: traded * (1.05 + random.uniform()), price: Infinity },
    varianceMax: kind === 1 ? null : variance(risk, active(inside, benchmark)) * (1.05 + random.uniform()),
  }
}

export const active = (weights: Float64Array, benchmark: Float64Array) =>
  weights.map((weight, i) => weight - benchmark[i])

/** V a, by the definition of V. */
export function timesV(
  { factors, exposure, covariance, specific }: RiskModel,
  a: Float64Array,
): Float64Array {
  const K = factors.length
  const ofFactors = factors.map((_, k) => a.reduce((sum, value, i) => sum + value * exposure[i * K + k], 0))
  const weighted = factors.map((_, k) =>
    ofFactors.reduce((sum, value, l) => sum + covariance[k * K + l] * value, 0),
  )
  return a.map(
    (value, i) => specific[i] * value + weighted.reduce((sum, f, k) => sum + exposure[i * K + k] * f, 0),
  )
}

export const variance = (risk: RiskModel, a: Float64Array) =>
  timesV(risk, a).reduce((sum, value, i) => sum + value * a[i], 0)

/**
 * Largest violation of the conditions that make a solution of the (convex) problem optimal, written from the
 * problem's statement: limits, signs of multipliers, complementarity, and for every stock a marginal gain that its
 * bounds and its held weight account for.
 */
export function optimalityGap(form: FactorForm, solution: FormSolution): number {
  const { weights, rowDual, turnoverDual, budgetDual, varianceDual, slack } = solution
  const a = active(weights, form.benchmark)
  const violations: number[] = [Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1)]
  const need = (excess: number) => violations.push(Math.max(0, excess))
  const complementary = (multiplier: number, room: number) => violations.push(Math.abs(multiplier * room))

  form.rows.forEach(({ coefficients, lower, upper, lowerPrice, upperPrice }, r) => {
    const activity = coefficients.reduce((sum, value, i) => sum + value * weights[i], 0)
    need(activity - upper - slack[r].upper)
    need(lower - slack[r].lower - activity)
    const [up, down] = [Math.max(0, rowDual[r]), Math.max(0, -rowDual[r])]
    if (upper < Infinity) complementary(up, upper + slack[r].upper - activity)
    else need(up)
    if (lower > -Infinity) complementary(down, activity - lower + slack[r].lower)
    else need(down)
    // Slack is bought only where the multiplier has reached its price.
    need(up - upperPrice)
    need(down - lowerPrice)
    if (slack[r].upper > 0) complementary(slack[r].upper, upperPrice - up)
    if (slack[r].lower > 0) complementary(slack[r].lower, lowerPrice - down)
  })
  if (form.turnover !== null) {
    const traded = weights.reduce((sum, weight, i) => sum + Math.abs(weight - form.held[i]), 0)
    need(traded - form.turnover.max - solution.turnoverSlack)
    need(-turnoverDual)
    complementary(turnoverDual, form.turnover.max + solution.turnoverSlack - traded)
  }
  if (form.varianceMax !== null) {
    need(variance(form.risk, a) / form.varianceMax - 1)
    need(-varianceDual)
    complementary(varianceDual, variance(form.risk, a) - form.varianceMax)
  }
  const ofRisk = timesV(form.risk, a)
  const cost = form.tradeCost + turnoverDual
  weights.forEach((weight, i) => {
    need(form.lower[i] - weight)
    need(weight - form.upper[i])
    const marginal =
      form.gain[i] -
      (form.riskAversion + varianceDual) * ofRisk[i] -
      budgetDual -
      form.rows.reduce((sum, { coefficients }, r) => sum + rowDual[r] * coefficients[i], 0)
    // The gain of going up and of going down by a unit of weight, where there is room for it.
    const [up, down] =
      weight > form.held[i]
        ? [marginal - cost, cost - marginal]
        : weight < form.held[i]
          ? [marginal + cost, -marginal - cost]
          : [marginal - cost, -marginal - cost]
    if (weight < form.upper[i]) need(up)
    if (weight > form.lower[i]) need(down)
  })
  return Math.max(...violations)
}
