import { parseDate } from '../../../src-shared/domain/date.ts'
import type { MarketData, Panel } from '../../../src-main/market/panel.ts'

/** Daily rows of one stock as columns; null = missing. */
export interface StockColumns {
  readonly symbol: string
  /** Trading days of the rows, as YYYY-MM-DD. */
  readonly dates: readonly string[]
  readonly open: readonly (number | null)[]
  readonly high: readonly (number | null)[]
  readonly low: readonly (number | null)[]
  readonly close: readonly (number | null)[]
  readonly preclose?: readonly (number | null)[]
  readonly volume: readonly (number | null)[]
  readonly amount: readonly (number | null)[]
  readonly adj_factor: readonly (number | null)[]
  readonly suspended: readonly (number | null)[]
  readonly is_st: readonly (number | null)[]
  readonly listDate?: string
}

/** A panel of the given rows on a calendar of YYYY-MM-DD days. */
export function panelOf(calendar: readonly string[], stocks: readonly StockColumns[]): Panel {
  const dates = Int32Array.from(calendar, (text) => parseDate(text) ?? NaN)
  const width = stocks.length
  const cells = dates.length * width
  const matrix = () => new Float64Array(cells).fill(NaN)
  const panel = {
    dates,
    symbols: stocks.map((stock) => stock.symbol),
    open: matrix(),
    high: matrix(),
    low: matrix(),
    close: matrix(),
    preclose: matrix(),
    volume: matrix(),
    amount: matrix(),
    factor: matrix(),
    floatCap: matrix(),
    capGiven: new Uint8Array(cells),
    traded: new Uint8Array(cells),
    st: new Int8Array(cells).fill(-1),
    listedAt: Int32Array.from(stocks, (stock) => {
      const listed = parseDate(stock.listDate ?? '1990-12-19') ?? 0
      return listed < dates[0] ? -1 : dates.findIndex((date) => date >= listed)
    }),
  }
  const rowOf = new Map(calendar.map((text, t) => [text, t]))
  stocks.forEach((stock, i) => {
    stock.dates.forEach((day, k) => {
      const at = (rowOf.get(day) ?? NaN) * width + i
      panel.open[at] = stock.open[k] ?? NaN
      panel.high[at] = stock.high[k] ?? NaN
      panel.low[at] = stock.low[k] ?? NaN
      panel.close[at] = stock.close[k] ?? NaN
      panel.preclose[at] = stock.preclose?.[k] ?? NaN
      panel.volume[at] = stock.volume[k] ?? NaN
      panel.amount[at] = stock.amount[k] ?? NaN
      panel.factor[at] = stock.adj_factor[k] ?? NaN
      panel.traded[at] = stock.suspended[k] !== 1 && (stock.volume[k] ?? 0) > 0 ? 1 : 0
      panel.st[at] = stock.is_st[k] ?? -1
    })
  })
  return panel
}

/** Market data around a panel, with the given index memberships. */
export function marketOf(
  panel: Panel,
  members: Readonly<Record<string, Uint8Array | null>> = {},
): MarketData {
  return {
    panel,
    indices: new Map(
      Object.entries(members).map(([symbol, member]) => [
        symbol,
        {
          symbol,
          name: symbol,
          close: null,
          totalReturn: false,
          member,
          missingMembers: null,
          weights: null,
        },
      ]),
    ),
    industries: null,
    calendarDerived: false,
    synthetic: false,
    hash: '',
    bars: panel.traded.length,
    barsOutside: 0,
    factorsFrom: new Int32Array(panel.symbols.length),
    unfactored: new Set(),
  }
}
