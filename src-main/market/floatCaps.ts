import type { Panel } from './panel.ts'

/**
 * Fills the float capitalisations of a panel in place: a day without one has that of the stock's float at the last price. `capGiven`
 * is set for the days that have one.
 *
 * What is carried is cap / adjusted close of the last day with a cap: the float shares in units of the adjustment factor, which a
 * split leaves as they are. So cap = last cap x (adjusted close now / adjusted close then), where the close of a day without trade is the last
 * one, as no other price is known. A cap from before the first trade stands until it. The factor counts dividends as well,
 * which shares do not grow by: a carried cap is too high by the dividends gone ex since the last cap. New shares of other kinds
 * are seen on the next day with a cap. Only data up to a day are used (docs/decisions/0013-float-cap-from-turnover.md).
 */
export function carryFloatCaps({
  symbols,
  close,
  factor,
  traded,
  floatCap,
  capGiven,
}: Pick<Panel, 'symbols' | 'close' | 'factor' | 'traded' | 'floatCap' | 'capGiven'>): void {
  const stocks = symbols.length
  const price = new Float64Array(stocks).fill(NaN)
  const cap = new Float64Array(stocks).fill(NaN)
  /** NaN until both cap and price are known. */
  const units = new Float64Array(stocks).fill(NaN)
  for (let at = 0; at < floatCap.length;) {
    for (let i = 0; i < stocks; i++, at++) {
      const priced = traded[at] === 1 && close[at] > 0
      if (priced) price[i] = close[at] * factor[at]
      if (floatCap[at] > 0) {
        capGiven[at] = 1
        cap[i] = floatCap[at]
        units[i] = cap[i] / price[i]
      } else {
        if (Number.isNaN(units[i])) units[i] = cap[i] / price[i]
        else if (priced) cap[i] = units[i] * price[i]
        floatCap[at] = cap[i]
      }
    }
  }
}
