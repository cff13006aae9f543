import { median } from '../market/standardise.ts'
import { solvePositive } from './cholesky.ts'

/** Stocks that a cross-section needs. */
export const SECTION_STOCKS = 30
/** Effective members of an industry, (sum w)^2 / sum w^2, up to which it is filled with the market. */
const EFFECTIVE_MEMBERS = 5
/** Weight that holds styles at 0, of all weight: only a style that is constant inside every industry feels it. */
const RIDGE = 1e-8
/** Residuals count up to so many MADs (unscaled) from their median: 3.4 standard deviations of normal ones. */
const RESIDUAL_WIDTHS = 5

/** One day's stocks, N of them. */
export interface CrossSection {
  /** Industry of each stock at the close before, 0 to `industries` - 1. */
  readonly industry: Int32Array
  readonly industries: number
  /** Exposures at the close before, N per style. */
  readonly styles: readonly Float64Array[]
  /** Of the day; NaN = none. */
  readonly returns: Float64Array
  /** Regression weights, inverse to the specific variance; 0 = not in the regression. */
  readonly weights: Float64Array
}

export interface FactorReturns {
  /** Of the industries, then of the styles. */
  readonly factors: Float64Array
  /** Per stock with a return, in the regression or not; NaN for the others. */
  readonly residuals: Float64Array
}

/**
 * Factor returns of one day by weighted least squares of stock returns on industry dummies and styles. There is no market factor: the
 * industries add up to it. An industry with fewer than five effective members gets the missing ones as a pseudo-stock of mean weight that
 * earns the market (the thin-factor treatment of the Axioma Robust Risk Model Handbook, 5.6), one without members earns the market. After a first
 * regression returns are pulled in until no residual lies beyond five MADs, and the second one counts (one step of Huber's
 * modified residuals, Robust Statistics, 7.8): bad prices and unadjusted splits stay in the residual of their stock.
 * Null under 30 stocks with return and weight.
 */
export function factorReturns(section: CrossSection): FactorReturns | null {
  const stocks = section.returns.length
  const present: number[] = []
  for (let i = 0; i < stocks; i++)
    if (section.weights[i] > 0 && Number.isFinite(section.returns[i])) present.push(i)
  if (present.length < SECTION_STOCKS) return null
  const solve = regression(section, present)
  const residualsOf = (factors: Float64Array) =>
    section.returns.map((value, i) => value - fitted(section, factors, i))

  const first = residualsOf(solve(section.returns))
  const centre = median(Float64Array.from(present, (i) => first[i]))
  const reach = RESIDUAL_WIDTHS * median(Float64Array.from(present, (i) => Math.abs(first[i] - centre)))
  const pulled = section.returns.map((value, i) => {
    const off = first[i] - centre
    return value - off + Math.min(reach, Math.max(-reach, off))
  })
  const factors = solve(pulled)
  return { factors, residuals: residualsOf(factors) }
}

function fitted({ industry, industries, styles }: CrossSection, factors: Float64Array, i: number): number {
  let sum = factors[industry[i]]
  for (let s = 0; s < styles.length; s++) sum += styles[s][i] * factors[industries + s]
  return sum
}

/**
 * The regression of any returns of the present stocks. The industries' block of the normal equations is diagonal, so they are eliminated and
 * a system of the styles' size is left: the time is N x styles^2.
 */
function regression(
  { industry, industries, styles, weights }: CrossSection,
  present: readonly number[],
): (returns: Float64Array) => Float64Array {
  const S = styles.length
  const own = new Float64Array(industries)
  const squares = new Float64Array(industries)
  const cross = new Float64Array(industries * S)
  const among = new Float64Array(S * S)
  let total = 0
  for (const i of present) {
    const w = weights[i]
    const j = industry[i]
    total += w
    own[j] += w
    squares[j] += w * w
    for (let s = 0; s < S; s++) {
      const wx = w * styles[s][i]
      cross[j * S + s] += wx
      for (let r = 0; r <= s; r++) among[s * S + r] += wx * styles[r][i]
    }
  }
  const filled = own.map((sum, j) => {
    const effective = sum === 0 ? 0 : (sum * sum) / squares[j]
    return (total / present.length) * Math.max(0, EFFECTIVE_MEMBERS - effective)
  })
  const diagonal = own.map((sum, j) => sum + filled[j])
  for (let s = 0; s < S; s++) {
    among[s * S + s] += RIDGE * total
    for (let r = 0; r <= s; r++)
      for (let j = 0; j < industries; j++)
        among[s * S + r] -= (cross[j * S + s] * cross[j * S + r]) / diagonal[j]
  }

  return (returns) => {
    const industrySums = new Float64Array(industries)
    const styleReturns = new Float64Array(S)
    let market = 0
    for (const i of present) {
      const wr = weights[i] * returns[i]
      market += wr / total
      industrySums[industry[i]] += wr
      for (let s = 0; s < S; s++) styleReturns[s] += wr * styles[s][i]
    }
    for (let j = 0; j < industries; j++) {
      industrySums[j] += filled[j] * market
      for (let s = 0; s < S; s++) styleReturns[s] -= (cross[j * S + s] * industrySums[j]) / diagonal[j]
    }
    solvePositive(among.slice(), styleReturns)
    const factors = new Float64Array(industries + S)
    factors.set(styleReturns, industries)
    for (let j = 0; j < industries; j++) {
      let sum = industrySums[j]
      for (let s = 0; s < S; s++) sum -= cross[j * S + s] * styleReturns[s]
      factors[j] = sum / diagonal[j]
    }
    return factors
  }
}
