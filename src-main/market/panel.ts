import type { DateInt } from '../../src-shared/domain/date.ts'
import type { IndustryHistory } from './industryHistory.ts'

/**
 * Stored bars as dense day x stock matrices: entry (t, i) of a matrix sits at t * symbols.length + i. Prices are raw
 * (unadjusted) in the currency of the market, volume in shares, amount in currency. NaN = missing, never 0.
 */
export interface Panel {
  /** Exchange trading days, ascending, T of them. */
  readonly dates: Int32Array
  /** N instruments in code-point order. */
  readonly symbols: readonly string[]
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  /** Official ex-rights previous close; NaN where the source gives none. */
  readonly preclose: Float64Array
  readonly volume: Float64Array
  readonly amount: Float64Array
  /** Cumulative adjustment factor: adjusted = raw x factor. 1 where the source gives none (firstFactor.ts). */
  readonly factor: Float64Array
  /** Float market capitalisation at the close, on a day without one carried with the price (floatCaps.ts); NaN before the first. */
  readonly floatCap: Float64Array
  /** 1 = `floatCap` is the day's own, as stored, and not carried. */
  readonly capGiven: Uint8Array
  /** 1 = traded: a bar, not flagged suspended, volume > 0. A day that is 0 is never an observation or a fill. */
  readonly traded: Uint8Array
  /** 1 = ST, 0 = not, -1 = unknown (treated as not, and counted). */
  readonly st: Int8Array
  /** Per stock: index in `dates` of the listing day; negative when it was listed before the first date. */
  readonly listedAt: Int32Array
}

/** One index on the panel's dates. */
export interface IndexData {
  readonly symbol: string
  readonly name: string
  /** Published close per date (T), NaN where missing; null when no index bars are stored. */
  readonly close: Float64Array | null
  /** True when `close` is a total-return series (dividends reinvested). */
  readonly totalReturn: boolean
  /** Day x stock, 1 = member (in_date <= d < out_date). Null when no membership is stored. */
  readonly member: Uint8Array | null
  /** Share of members per date that have no bars in the store. */
  readonly missingMembers: Float64Array | null
  /** Published weight snapshots, ascending by date; null when none are stored. weights[i] per stock, fractions. */
  readonly weights: readonly { readonly date: DateInt; readonly weights: Float64Array }[] | null
}

/** Everything a study reads, loaded once. */
export interface MarketData {
  readonly panel: Panel
  readonly indices: ReadonlyMap<string, IndexData>
  /** Null when no stock of the panel has a classification. */
  readonly industries: IndustryHistory | null
  /** True when the trading days were derived from the bars because no calendar is stored. */
  readonly calendarDerived: boolean
  /** True when any stored file declares itself synthetic. */
  readonly synthetic: boolean
  /** Data hash (domain/dataHash.ts) of the stored content this was loaded from; equal content gives equal hashes. */
  readonly hash: string
  /** Number of bars in the panel. */
  readonly bars: number
  /** Stored bars that are left out because they lie on no exchange day (store/exchangeDays.ts). */
  readonly barsOutside: number
  /** Per stock: where its factors begin after its bars, so that an earlier one was derived (firstFactor.ts), the first day with a known one; 0 elsewhere. */
  readonly factorsFrom: Int32Array
  /** Stocks of which no factor is stored: theirs is 1. */
  readonly unfactored: ReadonlySet<number>
}
