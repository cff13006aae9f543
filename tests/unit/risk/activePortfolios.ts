import { solvePositive } from '../../../src-main/risk/cholesky.ts'
import type { RiskModel } from '../../../src-main/risk/model.ts'
import { createRandom } from '../../../src-shared/random.ts'

/** Active weights (N, sum 0) by the name of what they bet on, against equal weights of `members`. */
export type ActivePortfolios = ReadonlyMap<string, Float64Array>

/** Stocks of a random portfolio. */
const HELD = 50

/**
 * What bias statistics are taken of: random portfolios, each industry with five members, the best fifth by each style, and portfolios optimal
 * for a random alpha, unconstrained but for sum 0, with what the risk model takes for their least risk.
 */
export function activePortfolios(
  model: RiskModel,
  members: readonly number[],
  seed: number,
): ActivePortfolios {
  const random = createRandom(seed)
  const K = model.factors.length
  const N = model.specific.length
  const portfolios = new Map<string, Float64Array>()
  const held = (stocks: readonly number[]) => {
    const active = new Float64Array(N)
    for (const i of members) active[i] -= 1 / members.length
    for (const i of stocks) active[i] += 1 / stocks.length
    return active
  }
  for (let p = 0; p < 30; p++) {
    const order = random.permutation(members.length)
    portfolios.set(`random:${p}`, held(Array.from(order.subarray(0, HELD), (at) => members[at])))
  }
  model.factors.forEach((factor, k) => {
    const of = (i: number) => model.exposure[i * K + k]
    if (factor.startsWith('style:')) {
      const best = members.toSorted((a, b) => of(b) - of(a)).slice(0, Math.ceil(members.length / 5))
      portfolios.set(factor, held(best))
      return
    }
    const own = members.filter((i) => of(i) === 1)
    if (own.length >= 5 && own.length < members.length) portfolios.set(factor, held(own))
  })
  const solve = leastRisk(model, members)
  const unit = solve(() => 1)
  for (let p = 0; p < 5; p++) {
    const active = solve(() => random.normal())
    const ratio = sum(active) / sum(unit)
    portfolios.set(
      `optimised:${p}`,
      active.map((value, i) => value - ratio * unit[i]),
    )
  }
  return portfolios
}

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0)

/**
 * V^-1 alpha over the members, 0 elsewhere, for any alpha. With F = LL' and Y = XL it is
 * D^-1 (alpha - Y (I + Y'D^-1 Y)^-1 Y'D^-1 alpha).
 */
function leastRisk(
  { factors, exposure, covariance, specific }: RiskModel,
  members: readonly number[],
): (alpha: () => number) => Float64Array {
  const K = factors.length
  const lower = covariance.slice()
  solvePositive(lower, new Float64Array(K))
  const rows = members.map((i) => {
    const row = new Float64Array(K)
    for (let k = 0; k < K; k++) {
      const x = exposure[i * K + k]
      if (x !== 0) for (let l = 0; l <= k; l++) row[l] += x * lower[k * K + l]
    }
    return row
  })
  const inner = new Float64Array(K * K)
  for (let k = 0; k < K; k++) inner[k * K + k] = 1
  rows.forEach((row, m) => {
    for (let k = 0; k < K; k++)
      for (let l = 0; l <= k; l++) inner[k * K + l] += (row[k] * row[l]) / specific[members[m]]
  })
  return (alpha) => {
    const wanted = Float64Array.from(members, alpha)
    const along = new Float64Array(K)
    rows.forEach((row, m) => {
      for (let k = 0; k < K; k++) along[k] += (row[k] * wanted[m]) / specific[members[m]]
    })
    solvePositive(inner.slice(), along)
    const solved = new Float64Array(specific.length)
    rows.forEach((row, m) => {
      let left = wanted[m]
      for (let k = 0; k < K; k++) left -= row[k] * along[k]
      solved[members[m]] = left / specific[members[m]]
    })
    return solved
  }
}
