import type { PlateauError } from '../../src-shared/errors.ts'
import { failure } from '../../src-shared/failure.ts'
import { marketErrors } from '../../src-shared/locales/errors/market.ts'
import { formatDate } from '../../src-shared/domain/date.ts'
import { styleName } from '../../src-shared/domain/factorAnalysis.ts'
import type { RiskSettings } from '../../src-shared/domain/study.ts'
import type { Derived } from '../market/derive.ts'
import type { Industries } from '../market/industryHistory.ts'
import type { Panel } from '../market/panel.ts'
import { capWeights } from './caps.ts'
import { type CovarianceSettings, factorCovariance } from './covariance.ts'
import { factorReturns } from './factorReturns.ts'
import type { RiskModel } from './model.ts'
import { oneDayReturns } from './oneDayReturns.ts'
import { specificRisk } from './specific.ts'
import { type StyleExposures, StyleWalk } from './styles.ts'

/** Days of factor returns that a model needs, and a style's covariances with the other factors. */
export const RISK_DAYS = 120
/** Days of factor returns that a style's own variance needs: it is then off by half or so, which harms less than to leave it out. */
const VARIANCE_DAYS = 10
/** Days from a listing on whose residuals say nothing of a stock's later risk: an issue runs from limit to limit. */
const NEW_DAYS = 60

export interface RiskInputs {
  readonly panel: Panel
  readonly derived: Derived
  /** Null: one factor, `market`, in place of the industries. */
  readonly industries: Industries | null
  /** Estimation universe, day x stock, 1 = counts in regressions, style scales and size buckets. */
  readonly estimation: Uint8Array
}

export interface DatedRiskModel {
  /** Position in the panel's dates. */
  readonly day: number
  readonly model: RiskModel
  /** Days of factor returns in the covariance; the fewest where they differ. */
  readonly returnDays: number
  /** Stocks of the estimation universe. */
  readonly stocks: number
  /** Those without a capitalisation, which have the median of the others' as weights. */
  readonly withoutCap: number
  /** Those whose specific risk is that of their size bucket. */
  readonly fromBucket: number
}

/** What a day leaves for the regression of the next. */
interface Close {
  readonly industry: Int32Array
  readonly styles: StyleExposures
  readonly weights: Float64Array
}

/**
 * Risk models at the closes of `days` (positions in the panel's dates, ascending), in one walk over the panel; each is of data up to its day
 * (docs/decisions/0012-risk-model.md). Factors are the industries that have a stock of the panel on the day, `industry:unclassified` for stocks
 * without one, then the styles that can be measured on the day and have been for `VARIANCE_DAYS` of the window. The covariance is of the days
 * of the window that have all of them; a style that would leave fewer than `RISK_DAYS` is of its own days, and uncorrelated until then.
 *
 * Throws PlateauError data_insufficient at a day with fewer than `RISK_DAYS` days of factor returns up to it.
 */
export function* riskModels(
  { panel, derived, industries, estimation }: RiskInputs,
  settings: RiskSettings,
  days: Iterable<number>,
): Generator<DatedRiskModel> {
  const N = panel.symbols.length
  const walk = new StyleWalk(panel, derived, estimation)
  const among = (day: number) => estimation.subarray(day * N, (day + 1) * N)
  /** Of the last `window` days that have a regression, oldest first. */
  const returns: Float64Array[] = []
  const residuals: Float64Array[] = []
  const unclassified = industries?.names.length ?? 0
  let close: Close | null = null
  let at = -1
  for (const day of days) {
    while (at < day) {
      const row = new Float64Array(N)
      at = walk.advance()
      oneDayReturns(panel, derived, at, row)
      const solved = close && regress(close, unclassified + 1, row)
      if (solved !== null) {
        returns.push(solved.factors)
        residuals.push(solved.residuals.map((value, i) => (isNew(panel.listedAt[i], at) ? NaN : value)))
        if (returns.length > settings.window) {
          returns.shift()
          residuals.shift()
        }
      }
      close = {
        industry: industryOf(industries, N, at),
        styles: walk.exposures(),
        weights: capWeights(walk.caps, among(at)).map(Math.sqrt),
      }
    }
    if (returns.length < RISK_DAYS || close === null) throw tooEarly(panel.dates[day], returns.length)
    const { industry, styles } = close
    const blocks = covarianceBlocks(returns, industry, unclassified, styles)
    const columns = blocks.flatMap((block) => block.columns).sort((a, b) => a - b)
    const specific = specificRisk(residuals, walk.caps, among(day), {
      halfLife: settings.specificHalfLife,
      lags: settings.neweyWestLags,
      shrinkage: settings.specificShrinkage,
    })
    yield {
      day,
      model: {
        factors: columns.map((k) => factorName(k, industries)),
        exposure: exposureMatrix(columns, unclassified, industry, styles),
        covariance: blockCovariance(blocks, columns, {
          halfLife: settings.covarianceHalfLife,
          lags: settings.neweyWestLags,
          floor: settings.eigenvalueFloor,
        }),
        specific: specific.variance,
      },
      returnDays: Math.min(...blocks.map(({ days }) => days.length)),
      ...counted(among(day), walk.caps),
      fromBucket: specific.fromBucket,
    }
  }
}

function counted(among: Uint8Array, caps: Float64Array): Pick<DatedRiskModel, 'stocks' | 'withoutCap'> {
  let stocks = 0
  let withoutCap = 0
  for (let i = 0; i < among.length; i++) {
    stocks += among[i]
    if (among[i] === 1 && !(caps[i] > 0)) withoutCap++
  }
  return { stocks, withoutCap }
}

/** A stock listed before the first day counts as old. */
function isNew(listedAt: number, day: number): boolean {
  return listedAt >= 0 && day - listedAt < NEW_DAYS
}

/** Factor returns in fixed columns: the industries, the unclassified, every style; NaN for a style that was not measured. */
function regress({ industry, styles, weights }: Close, width: number, row: Float64Array) {
  const measured = [...styles.values()].map(({ exposure }) => exposure)
  const solved = factorReturns({ industry, industries: width, styles: measured, returns: row, weights })
  if (solved === null) return null
  const factors = new Float64Array(width + styleName.options.length).fill(NaN)
  factors.set(solved.factors.subarray(0, width))
  ;[...styles.keys()].forEach((style, s) => {
    factors[width + styleName.options.indexOf(style)] = solved.factors[width + s]
  })
  return { factors, residuals: solved.residuals }
}

/** Industry at the close; stocks without one share the position after the last. */
function industryOf(industries: Industries | null, stocks: number, day: number): Int32Array {
  if (industries === null) return new Int32Array(stocks)
  return industries.at(day).map((at) => (at === -1 ? industries.names.length : at))
}

/** Factors whose covariances are estimated together, by their columns: from the days that have all of them. */
interface CovarianceBlock {
  readonly columns: readonly number[]
  readonly days: readonly Float64Array[]
}

/**
 * First the industries with every style that leaves `RISK_DAYS` days to it and those before it. The other styles are uncorrelated with
 * these, and with one another unless they have the same days, as beta and residual volatility do: a variance is told by far fewer days
 * than its share in a covariance of all factors.
 */
function covarianceBlocks(
  returns: readonly Float64Array[],
  industry: Int32Array,
  unclassified: number,
  styles: StyleExposures,
): CovarianceBlock[] {
  const columns = [...new Set(industry)].sort((a, b) => a - b)
  let days = returns
  const late: number[] = []
  for (const style of styles.keys()) {
    const column = unclassified + 1 + styleName.options.indexOf(style)
    const common = days.filter((row) => Number.isFinite(row[column]))
    if (common.length < RISK_DAYS) {
      late.push(column)
      continue
    }
    columns.push(column)
    days = common
  }
  const known = (column: number) => returns.map((row) => Number(Number.isFinite(row[column]))).join('')
  const alike = [...Map.groupBy(late, known).values()].map((columns) => ({
    columns,
    days: returns.filter((row) => Number.isFinite(row[columns[0]])),
  }))
  return [{ columns, days }, ...alike.filter((block) => block.days.length >= VARIANCE_DAYS)]
}

/** Covariance of the factors in `columns`, K x K row-major: that of each block, 0 between blocks. */
function blockCovariance(
  blocks: readonly CovarianceBlock[],
  columns: readonly number[],
  settings: CovarianceSettings,
): Float64Array {
  const K = columns.length
  const covariance = new Float64Array(K * K)
  for (const block of blocks) {
    const places = block.columns.map((column) => columns.indexOf(column))
    const own = factorCovariance(
      block.days.map((row) => Float64Array.from(block.columns, (k) => row[k])),
      settings,
    )
    places.forEach((i, a) => places.forEach((j, b) => (covariance[i * K + j] = own[a * places.length + b])))
  }
  return covariance
}

function factorName(column: number, industries: Industries | null): string {
  const names = industries?.names ?? []
  if (column < names.length) return `industry:${names[column]}`
  if (column === names.length) return industries === null ? 'market' : 'industry:unclassified'
  return `style:${styleName.options[column - names.length - 1]}`
}

function exposureMatrix(
  columns: readonly number[],
  unclassified: number,
  industry: Int32Array,
  styles: StyleExposures,
): Float64Array {
  const K = columns.length
  const exposure = new Float64Array(industry.length * K)
  const place = new Map(columns.map((column, k) => [column, k]))
  for (let i = 0; i < industry.length; i++) exposure[i * K + place.get(industry[i])!] = 1
  styles.forEach(({ exposure: own }, style) => {
    const k = place.get(unclassified + 1 + styleName.options.indexOf(style))
    if (k !== undefined) for (let i = 0; i < own.length; i++) exposure[i * K + k] = own[i]
  })
  return exposure
}

function tooEarly(date: number, days: number): PlateauError {
  return failure(
    marketErrors.riskTooEarly,
    { date: formatDate(date), needed: RISK_DAYS, days },
    { place: { field: 'portfolio.risk' } },
  )
}
