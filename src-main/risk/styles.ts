import type { StyleName } from '../../src-shared/domain/factorAnalysis.ts'
import type { Derived } from '../market/derive.ts'
import type { Panel } from '../market/panel.ts'
import { capWeights } from './caps.ts'
import { HistoricalBeta } from './historicalBeta.ts'
import { oneDayReturns } from './oneDayReturns.ts'
import { RelativeStrength } from './relativeStrength.ts'
import { standardise, type Standardised } from './standardise.ts'
import { TradingActivity } from './tradingActivity.ts'

/** Limits of exposures before they are standardised, in MADs; size has none, as its logarithm has no far tail. */
const WIDTHS = 5

/** Exposures of all stocks to the styles that can be measured on a day; a style that cannot is not in the map. */
export type StyleExposures = ReadonlyMap<StyleName, Standardised>

/**
 * Style exposures walked through day by day, each from data up to its day (definitions and sources: docs/decisions/0012-risk-model.md).
 * They are standardised over the stocks of `among` (day x stock, 1 = counts), which also make the market whose beta is measured:
 * its return on a day is the mean over the stocks of `among` the day before, weighted by their float capitalisation then.
 */
export class StyleWalk {
  readonly #panel: Panel
  readonly #derived: Derived
  readonly #among: Uint8Array
  readonly #beta: HistoricalBeta
  readonly #strength: RelativeStrength
  readonly #activity: TradingActivity
  readonly #row: Float64Array
  #day = -1

  constructor(panel: Panel, derived: Derived, among: Uint8Array) {
    const stocks = panel.symbols.length
    this.#panel = panel
    this.#derived = derived
    this.#among = among
    this.#beta = new HistoricalBeta(panel, derived)
    this.#strength = new RelativeStrength(derived, stocks)
    this.#activity = new TradingActivity(panel)
    this.#row = new Float64Array(stocks)
  }

  /** Float capitalisation on the day, per stock; NaN = none. */
  get caps(): Float64Array {
    return this.#of(this.#panel.floatCap, this.#day)
  }

  /** Go on to the next day of the panel, the first being its first; gives its position. */
  advance(): number {
    const day = ++this.#day
    this.#beta.advance(day === 0 ? NaN : this.#marketReturn(day))
    this.#strength.advance()
    this.#activity.advance()
    return day
  }

  /** Exposures on the day. */
  exposures(): StyleExposures {
    const among = this.#of(this.#among, this.#day)
    const { beta, residualVolatility } = this.#beta.estimate()
    const raw: [StyleName, Float64Array, number][] = [
      ['size', this.caps.map(Math.log), Infinity],
      ['beta', beta, WIDTHS],
      ['momentum', this.#strength.estimate(), WIDTHS],
      ['residual_volatility', residualVolatility, WIDTHS],
      ['liquidity', this.#activity.estimate(), WIDTHS],
    ]
    const measured = new Map<StyleName, Standardised>()
    for (const [style, values, widths] of raw) {
      const exposure = standardise(values, among, widths)
      if (exposure !== null) measured.set(style, exposure)
    }
    return measured
  }

  /** NaN without a return. */
  #marketReturn(day: number): number {
    const weights = capWeights(this.#of(this.#panel.floatCap, day - 1), this.#of(this.#among, day - 1))
    oneDayReturns(this.#panel, this.#derived, day, this.#row)
    let sum = 0
    let total = 0
    for (let i = 0; i < weights.length; i++) {
      if (weights[i] === 0 || !Number.isFinite(this.#row[i])) continue
      sum += weights[i] * this.#row[i]
      total += weights[i]
    }
    return sum / total
  }

  #of<A extends Float64Array | Uint8Array>(matrix: A, day: number): A {
    const stocks = this.#row.length
    return matrix.subarray(day * stocks, (day + 1) * stocks) as A
  }
}

/** Style exposures on each of `days` (positions in the panel's dates, ascending); `among` as `StyleWalk`. */
export function* styleExposures(
  panel: Panel,
  derived: Derived,
  among: Uint8Array,
  days: Iterable<number>,
): Generator<StyleExposures> {
  const walk = new StyleWalk(panel, derived, among)
  let at = -1
  for (const day of days) {
    while (at < day) at = walk.advance()
    yield walk.exposures()
  }
}
