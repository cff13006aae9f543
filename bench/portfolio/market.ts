import { portfolioLimits } from '../../src-shared/domain/study.ts'
import type { PortfolioLimits } from '../../src-shared/domain/study.ts'
import { createRandom } from '../../src-shared/random.ts'
import type { Random } from '../../src-shared/random.ts'
import { zScore } from '../../src-main/market/standardise.ts'
import type { EnhancementProblem } from '../../src-main/portfolio/enhancementProblem.ts'
import type { RiskModel } from '../../src-main/risk/model.ts'

/** One week of a generated market. Everything but the holdings is the market's; the holdings come from the week before. */
export interface Week {
  problem(held: Float64Array, limits: PortfolioLimits): EnhancementProblem
  /** Weights at this week's start, at its end: moved by the week's returns, sum unchanged. */
  drift(weights: Float64Array): Float64Array
}

const INDUSTRIES = 30
/** The first is size. */
const STYLES = 10
const DAYS_PER_WEEK = 5
const TRADING_DAYS = 252
const COMMON = 8
/** Correlation of a stock's factor value with its own a week before. */
const PERSISTENCE = 0.85
const MISSING = 0.02
const SUSPENDED = 0.005
const EXCLUDED = 0.02

/** The limits of methods 6 at their defaults. */
export const LIMITS = portfolioLimits.parse({})

/**
 * A market of `stocks` stocks over `count` weeks, the same for the same arguments: lognormal capitalisations, the benchmark
 * the capitalisation-weighted largest 300 (at most half of the stocks), 30 industries of unequal size, 10 styles (size from
 * the capitalisation), returns by the risk model, factor values that persist from week to week.
 */
export function* weeksOf(stocks: number, count: number, seed = 1): Generator<Week> {
  const random = createRandom(seed)
  const draw = (value: () => number): Float64Array => Float64Array.from({ length: stocks }, value)
  const cap = draw(() => Math.exp(1.1 * random.normal()))
  const members = Math.min(300, stocks >> 1)
  const smallest = cap.toSorted()[stocks - members]
  const member = Uint8Array.from(cap, (value) => (value >= smallest ? 1 : 0))
  const industry = Int32Array.from({ length: stocks }, () => Math.floor(INDUSTRIES * random.uniform() ** 1.3))
  const styles = Array.from({ length: STYLES }, () => zScore(draw(() => random.normal())))
  const universe = Uint8Array.from(member, (is) => (is === 1 || random.uniform() >= EXCLUDED ? 1 : 0))
  const covariance = factorCovariance(random)
  const specific = draw(() => (0.18 + 0.35 * random.uniform()) ** 2 / TRADING_DAYS)
  const specificVolatility = specific.map(Math.sqrt)
  const score = draw(() => random.normal())

  for (let week = 0; week < count; week++) {
    styles[0] = zScore(cap.map(Math.log))
    const members = cap.map((value, i) => value * member[i])
    const benchmark = scaledTo(members, 1)
    const exposure = exposures(industry, styles)
    const risk: RiskModel = { factors: FACTORS, exposure, covariance: covariance.matrix, specific }
    const alpha = zScore(score.map((value) => (random.uniform() < MISSING ? Number.NaN : value)))
    const frozen = Uint8Array.from({ length: stocks }, () => (random.uniform() < SUSPENDED ? 1 : 0))
    const size = styles[0]
    const others = styles.slice(1).map((style, k) => ({ name: STYLE_NAMES[k + 1], exposure: style.slice() }))

    const factorReturns = covariance.draw(random).map((value) => value * Math.sqrt(DAYS_PER_WEEK))
    const returns = draw(() => Math.sqrt(DAYS_PER_WEEK) * random.normal()).map((shock, i) => {
      let own = shock * specificVolatility[i]
      for (let k = 0; k < FACTORS.length; k++) own += exposure[i * FACTORS.length + k] * factorReturns[k]
      return Math.max(-0.4, own)
    })
    yield {
      problem: (held, limits) => ({
        alpha,
        benchmark,
        member,
        universe,
        industry,
        industries: INDUSTRY_NAMES,
        size,
        held,
        frozen,
        styles: others,
        stockRange: null,
        tradeMax: null,
        risk,
        tradingDaysPerYear: TRADING_DAYS,
        limits,
      }),
      drift: (weights) =>
        scaledTo(
          weights.map((weight, i) => weight * (1 + returns[i])),
          weights.reduce((sum, weight) => sum + weight, 0),
        ),
    }
    for (let i = 0; i < stocks; i++) {
      cap[i] *= 1 + returns[i]
      score[i] = PERSISTENCE * score[i] + Math.sqrt(1 - PERSISTENCE ** 2) * random.normal()
    }
    for (const style of styles.slice(1)) {
      style.set(zScore(style.map((value) => 0.99 * value + Math.sqrt(1 - 0.99 ** 2) * random.normal())))
    }
  }
}

const INDUSTRY_NAMES = Array.from({ length: INDUSTRIES }, (_, k) => `industry ${k + 1}`)
const STYLE_NAMES = Array.from({ length: STYLES }, (_, k) => (k === 0 ? 'size' : `style ${k}`))
const FACTORS = [
  ...INDUSTRY_NAMES.map((name) => `industry:${name}`),
  ...STYLE_NAMES.map((name) => `style:${name}`),
]

/** Daily covariance of the factors: 8 common sources behind them carry half of each one's variance. */
function factorCovariance(random: Random): { matrix: Float64Array; draw: (random: Random) => Float64Array } {
  const count = FACTORS.length
  const volatility = Float64Array.from(
    FACTORS,
    (_, k) =>
      (k < INDUSTRIES ? 0.15 + 0.15 * random.uniform() : 0.02 + 0.06 * random.uniform()) /
      Math.sqrt(TRADING_DAYS),
  )
  const loadings = FACTORS.map(() => {
    const raw = Float64Array.from({ length: COMMON }, () => random.normal())
    return raw.map((value) => value / Math.hypot(...raw))
  })
  const matrix = new Float64Array(count * count)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const common = loadings[i].reduce((sum, value, k) => sum + value * loadings[j][k], 0)
      matrix[i * count + j] = (i === j ? 1 : 0.5 * common) * volatility[i] * volatility[j]
    }
  }
  const draw = (source: Random): Float64Array => {
    const common = Float64Array.from({ length: COMMON }, () => source.normal())
    return volatility.map((scale, i) => {
      const shared = loadings[i].reduce((sum, value, k) => sum + value * common[k], 0)
      return scale * Math.SQRT1_2 * (shared + source.normal())
    })
  }
  return { matrix, draw }
}

function exposures(industry: Int32Array, styles: readonly Float64Array[]): Float64Array {
  const matrix = new Float64Array(industry.length * FACTORS.length)
  industry.forEach((group, i) => {
    matrix[i * FACTORS.length + group] = 1
    styles.forEach((style, k) => (matrix[i * FACTORS.length + INDUSTRIES + k] = style[i]))
  })
  return matrix
}

function scaledTo(values: Float64Array, total: number): Float64Array {
  const sum = values.reduce((running, value) => running + value, 0)
  return values.map((value) => (value * total) / sum)
}
