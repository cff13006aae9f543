import type { IndexData, MarketData, Panel } from './panel.ts'

/** The market as it was known at the close of day `last`: views of the first last + 1 rows, nothing copied. */
export function truncateMarket(market: MarketData, last: number): MarketData {
  const { panel } = market
  const days = last + 1
  const cells = days * panel.symbols.length
  const rows = (matrix: Float64Array): Float64Array => matrix.subarray(0, cells)
  const truncated: Panel = {
    dates: panel.dates.subarray(0, days),
    symbols: panel.symbols,
    open: rows(panel.open),
    high: rows(panel.high),
    low: rows(panel.low),
    close: rows(panel.close),
    preclose: rows(panel.preclose),
    volume: rows(panel.volume),
    amount: rows(panel.amount),
    factor: rows(panel.factor),
    floatCap: rows(panel.floatCap),
    capGiven: panel.capGiven.subarray(0, cells),
    traded: panel.traded.subarray(0, cells),
    st: panel.st.subarray(0, cells),
    listedAt: panel.listedAt,
  }
  const lastDate = panel.dates[last]
  const index = (data: IndexData): IndexData => ({
    ...data,
    close: data.close?.subarray(0, days) ?? null,
    member: data.member?.subarray(0, cells) ?? null,
    missingMembers: data.missingMembers?.subarray(0, days) ?? null,
    weights: data.weights?.filter((snapshot) => snapshot.date <= lastDate) ?? null,
  })
  return {
    ...market,
    panel: truncated,
    indices: new Map(Array.from(market.indices, ([symbol, data]) => [symbol, index(data)])),
  }
}
