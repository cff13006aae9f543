import type { VwapStandIn } from '../../src-shared/domain/study.ts'
import { isMeanOf } from '../../src-shared/domain/prices.ts'
import { boardLimitPercent, boardOf, limitPrices, toCents } from './limits.ts'
import type { Panel } from './panel.ts'

/**
 * What follows from the raw bars, in the panel's day x stock layout. A day without trade has NaN prices, vwap, volume
 * and return, and 0 in every flag (methods.md M3).
 */
export interface Derived {
  /** Adjusted = raw x factor; volume = raw / factor, so that price x volume stays the traded amount. */
  readonly adjOpen: Float64Array
  readonly adjHigh: Float64Array
  readonly adjLow: Float64Array
  readonly adjClose: Float64Array
  readonly adjVwap: Float64Array
  readonly adjVolume: Float64Array
  /** meanPrice, or its stand-in; raw, what an order fills at. */
  readonly rawVwap: Float64Array
  /** Adjusted close over the adjusted close of the last traded day, less 1. */
  readonly returns: Float64Array
  /** Close at the limit price (methods.md M1). */
  readonly limitUp: Uint8Array
  readonly limitDown: Uint8Array
  /** Open = high = low = close at the limit price. */
  readonly oneWordUp: Uint8Array
  readonly oneWordDown: Uint8Array
  /** Traded and not a one-word limit-up (limit-down). */
  readonly canBuy: Uint8Array
  readonly canSell: Uint8Array
  /** Share of traded stock-days whose vwap is the stand-in. */
  readonly vwapStandInShare: number
  /** Traded stock-days of boards with an ST limit whose ST state is unknown, taken as not ST. */
  readonly stUnknown: number
}

/**
 * Amount / volume of a traded bar, raw; NaN without an amount, and where the amount is that of other trades: sources repeat that
 * of the day before beside the new volume, and nobody traded at what follows (docs/decisions/0023).
 */
export function meanPrice({ amount, volume, low, high }: Panel, at: number): number {
  const mean = amount[at] / volume[at]
  return mean > 0 && isMeanOf(mean, low[at], high[at]) ? mean : NaN
}

/** Adjusted prices, vwap, returns and limit flags of a panel (methods.md 1, M1 to M4). */
export function derive(panel: Panel, vwapStandIn: VwapStandIn): Derived {
  const { dates, symbols } = panel
  const stocks = symbols.length
  const cells = dates.length * stocks
  const missing = () => new Float64Array(cells).fill(NaN)
  const adjOpen = missing()
  const adjHigh = missing()
  const adjLow = missing()
  const adjClose = missing()
  const adjVwap = missing()
  const adjVolume = missing()
  const rawVwap = missing()
  const returns = missing()
  const limitUp = new Uint8Array(cells)
  const limitDown = new Uint8Array(cells)
  const oneWordUp = new Uint8Array(cells)
  const oneWordDown = new Uint8Array(cells)
  const canBuy = new Uint8Array(cells)
  const canSell = new Uint8Array(cells)

  const boards = symbols.map(boardOf)
  const lastAdjClose = new Float64Array(stocks).fill(NaN)
  let tradedDays = 0
  let standIns = 0
  let stUnknown = 0

  for (let t = 0, at = 0; t < dates.length; t++) {
    for (let i = 0; i < stocks; i++, at++) {
      if (panel.traded[at] === 0) continue
      tradedDays++
      const factor = panel.factor[at]
      const volume = panel.volume[at]
      const high = panel.high[at]
      const low = panel.low[at]
      const close = panel.close[at]
      adjOpen[at] = panel.open[at] * factor
      adjHigh[at] = high * factor
      adjLow[at] = low * factor
      adjClose[at] = close * factor
      adjVolume[at] = volume / factor
      rawVwap[at] = meanPrice(panel, at)
      if (vwapStandIn === 'typical' && Number.isNaN(rawVwap[at])) {
        rawVwap[at] = (high + low + close) / 3
        standIns++
      }
      adjVwap[at] = rawVwap[at] * factor
      returns[at] = adjClose[at] / lastAdjClose[i] - 1

      const board = boards[i]
      if (board !== null) {
        if (panel.st[at] === -1) stUnknown++
        // Without an official previous close: the last traded close in today's terms; a first bar has neither, so no flag.
        const stored = panel.preclose[at]
        const preclose = Number.isNaN(stored) ? lastAdjClose[i] / factor : stored
        if (!Number.isNaN(preclose)) {
          const percent = boardLimitPercent(board, dates[t], panel.st[at] === 1)
          const { upCents, downCents } = limitPrices(toCents(preclose), percent)
          const cents = toCents(close)
          const flat = toCents(panel.open[at]) === cents && toCents(high) === cents && toCents(low) === cents
          limitUp[at] = cents === upCents ? 1 : 0
          limitDown[at] = cents === downCents ? 1 : 0
          oneWordUp[at] = flat ? limitUp[at] : 0
          oneWordDown[at] = flat ? limitDown[at] : 0
        }
      }
      canBuy[at] = 1 - oneWordUp[at]
      canSell[at] = 1 - oneWordDown[at]
      lastAdjClose[i] = adjClose[at]
    }
  }
  return {
    adjOpen,
    adjHigh,
    adjLow,
    adjClose,
    adjVwap,
    adjVolume,
    rawVwap,
    returns,
    limitUp,
    limitDown,
    oneWordUp,
    oneWordDown,
    canBuy,
    canSell,
    vwapStandInShare: tradedDays === 0 ? 0 : standIns / tradedDays,
    stUnknown,
  }
}
