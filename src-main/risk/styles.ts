import type { StyleName } from '../../src-shared/domain/factorAnalysis.ts'
import type { Derived } from '../market/derive.ts'
import type { Panel } from '../market/panel.ts'
import { capWeights, updateCaps } from './caps.ts'
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
  /** Float capitalisation last known on the day, per stock; NaN = none. */
  readonly caps: Float64Array
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
    this.caps = new Float64Array(stocks).fill(NaN)
    this.#panel = panel
    this.#derived = derived
    this.#among = among
    this.#beta = new HistoricalBeta(panel, derived)
    this.#strength = new RelativeStrength(derived, stocks)
    this.#activity = new TradingActivity(panel)
    this.#row = new Float64Array(stocks)
  }

  /** Go on to the next day of the panel, the first being its first; gives its position. */
  advance(): number {
    const day = ++this.#day
    const market = day === 0 ? NaN : this.#marketReturn(day)
    updateCaps(this.#panel, day, this.caps)
    this.#beta.advance(market)
    this.#strength.advance()
    this.#activity.advance(this.caps)
    return day
  }

  /** Exposures on the day. */
  exposures(): StyleExposures {
    const stocks = this.caps.length
    const among = this.#among.subarray(this.#day * stocks, (this.#day + 1) * stocks)
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

  /** NaN without a return. The capitalisations are still those of the day before. */
  #marketReturn(day: number): number {
    const stocks = this.caps.length
    const weights = capWeights(this.caps, this.#among.subarray((day - 1) * stocks, day * stocks))
    oneDayReturns(this.#panel, this.#derived, day, this.#row)
    let sum = 0
    let total = 0
    for (let i = 0; i < stocks; i++) {
      if (weights[i] === 0 || !Number.isFinite(this.#row[i])) continue
      sum += weights[i] * this.#row[i]
      total += weights[i]
    }
    return sum / total
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
