import { DAY_STATE } from '../../src-shared/domain/coverage.ts'
import type { DateInt } from '../../src-shared/domain/date.ts'
import type { StockPrices } from '../../src-shared/domain/stockPrices.ts'
import { failure } from '../../src-shared/failure.ts'
import { marketErrors } from '../../src-shared/locales/errors/market.ts'
import { lowerBound } from '../../src-shared/sorted.ts'
import type { ReadableStore } from '../store/store.ts'
import { dayStates } from './coverage.ts'
import { derive } from './derive.ts'
import { readPanel } from './panelReader.ts'

/**
 * The prices of one stock on its exchange days among `days`, with the factors and limits that studies use.
 *
 * Errors: not_found for a symbol that the store does not know; data_insufficient when it has no bar on an exchange day;
 * store_corrupt when its bars do not come in the order of their days.
 */
export function stockPrices(
  store: ReadableStore,
  symbol: string,
  days: Int32Array<ArrayBuffer>,
  refused: ReadonlySet<DateInt>,
): StockPrices {
  const place = { file: store.path }
  return store.snapshot(() => {
    const found = store.get<{ id: number; name: string; first: DateInt | null; last: DateInt | null }>(
      `SELECT id, name, (SELECT min(date) FROM bar WHERE instrument = id) AS first,
         (SELECT max(date) FROM bar WHERE instrument = id) AS last
       FROM instrument WHERE symbol = ?`,
      symbol,
    )
    if (found === undefined) throw failure(marketErrors.stockUnknown, { symbol }, { place })
    const { id, name, first, last } = found
    const dates: Int32Array<ArrayBuffer> =
      first === null ? new Int32Array(0) : days.slice(lowerBound(days, first), lowerBound(days, last! + 1))
    if (dates.length === 0) throw failure(marketErrors.stockWithoutBars, { symbol }, { place })
    const read = readPanel(store, dates, Int32Array.of(id), 0)
    if (read === null) throw failure(marketErrors.stockBarsOutOfOrder, { symbol }, { place })
    const { matrices } = read.block
    const panel = { dates, symbols: [symbol], listedAt: Int32Array.of(0), ...matrices }
    const { limitUp, limitDown } = derive(panel, 'none')
    const states = dayStates(store, id, dates, refused)
    // The panel's own memory is shared between threads, and messages do not take such memory.
    const own = (values: Float64Array): Float64Array<ArrayBuffer> => Float64Array.from(values)
    const prices = (values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> =>
      values.map((value, t) => (states[t] === DAY_STATE.traded ? value : NaN))
    return {
      symbol,
      name,
      dates,
      states,
      open: prices(own(matrices.open)),
      high: prices(own(matrices.high)),
      low: prices(own(matrices.low)),
      close: prices(own(matrices.close)),
      preclose: own(matrices.preclose),
      volume: prices(own(matrices.volume)),
      amount: prices(own(matrices.amount)),
      factor: own(matrices.factor),
      limits: Int8Array.from(dates, (_, t) => limitUp[t] - limitDown[t]),
      barsOutside: read.barsOutside,
    }
  })
}
