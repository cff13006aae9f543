import type { DateInt } from '../../src-shared/domain/date.ts'
import { failure, listed } from '../../src-shared/failure.ts'
import { marketErrors } from '../../src-shared/locales/errors/market.ts'
import { listExtraFactors } from '../store/extraFactors.ts'
import type { ReadableStore } from '../store/store.ts'
import type { Panel } from './panel.ts'

/** What a panel has of a daily factor that came with the data. */
export interface ExtraFactorCoverage {
  readonly name: string
  /** Traded stock-days of the panel with a value. */
  readonly values: number
  /** Their share of all traded stock-days. */
  readonly share: number
  /** First and last day with one, as indices into the dates; null without any. */
  readonly days: { readonly first: number; readonly last: number } | null
}

/**
 * The stored daily factors by name and how much of a panel each covers. Reads every value of every factor once.
 *
 * Errors: those of the store.
 */
export function extraFactorCoverage(store: ReadableStore, panel: Panel): ExtraFactorCoverage[] {
  const { dates, symbols, traded } = panel
  const tradedDays = traded.reduce((sum, flag) => sum + flag, 0)
  return listExtraFactors(store).map(({ name }) => {
    let values = 0
    let first = dates.length
    let last = -1
    eachValue(store, panel, name, (t, stock) => {
      if (traded[t * symbols.length + stock] === 0) return
      values++
      first = Math.min(first, t)
      last = Math.max(last, t)
    })
    const share = tradedDays === 0 ? 0 : values / tradedDays
    return { name, values, share, days: values === 0 ? null : { first, last } }
  })
}

/**
 * The stored daily factor `name` as a day x stock matrix of a panel, NaN where no value is stored: a value stands on its
 * own day alone and is carried to no other.
 *
 * Errors: not_found when no factor has the name; those of the store.
 */
export function readExtraFactor(store: ReadableStore, panel: Panel, name: string): Float64Array {
  const names = listExtraFactors(store).map((factor) => factor.name)
  if (!names.includes(name)) {
    throw failure(
      names.length === 0 ? marketErrors.noFactors : marketErrors.factorUnknown,
      { factor: name, factors: listed(names) },
      { place: { file: store.path } },
    )
  }
  const stocks = panel.symbols.length
  const matrix = new Float64Array(panel.dates.length * stocks).fill(NaN)
  eachValue(store, panel, name, (t, stock, value) => (matrix[t * stocks + stock] = value))
  return matrix
}

/** Every value of a factor on the panel's days and stocks, stock by stock. */
function eachValue(
  store: ReadableStore,
  { dates, symbols }: Panel,
  name: string,
  take: (t: number, stock: number, value: number) => void,
): void {
  const dateAt = new Map(Array.from(dates, (date, t) => [date, t]))
  const stockAt = new Map(symbols.map((symbol, i) => [symbol, i]))
  const columns = new Map(
    store
      .all<{ id: number; symbol: string }>('SELECT id, symbol FROM instrument')
      .map(({ id, symbol }) => [id, stockAt.get(symbol)]),
  )
  for (const [instrument, date, value] of store.scan<readonly [number, DateInt, number]>(
    `SELECT instrument, date, value FROM extra_factor_value
     WHERE factor = (SELECT id FROM extra_factor WHERE name = ?) ORDER BY instrument, date`,
    name,
  )) {
    const stock = columns.get(instrument)
    const t = dateAt.get(date)
    if (stock !== undefined && t !== undefined) take(t, stock, value)
  }
}
