import type { Random } from '../../src-shared/random.ts'
import type { LimitPrices } from '../market/limits.ts'

/** One stock's trading day, prices in whole cents. */
export interface Session {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** Between low and high, not rounded. */
  readonly vwap: number
  /** Log return that the price limit kept from happening. */
  readonly unmet: number
}

export interface SessionWish {
  readonly precloseCents: number
  /** Log return the day would have without a limit. */
  readonly wanted: number
  /** Daily volatility, scales the intraday range. */
  readonly volatility: number
  /** Null on a day without a limit. */
  readonly limits: LimitPrices | null
  /** Open and stay at the limit when the wanted return is this many times the limit. */
  readonly oneWordExcess: number
}

/** Prices of a day: the wanted return clipped at the limit tick, and an intraday path around it. */
export function tradingSession(wish: SessionWish, random: Random): Session {
  const { precloseCents, wanted, volatility, limits } = wish
  const upper = limits?.upCents ?? Infinity
  const lower = Math.max(1, limits?.downCents ?? 1)
  const tick = (cents: number) => Math.min(upper, Math.max(lower, Math.round(cents)))

  const close = tick(precloseCents * Math.exp(wanted))
  const atLimit = close === upper || close === lower
  const unmet = atLimit ? wanted - Math.log(close / precloseCents) : 0
  const room = Math.abs(Math.log(close / precloseCents))
  // Drawn on every day, so that one day's limit does not shift the numbers of all later days.
  const [gap, up, down, mid] = [random.normal(), random.normal(), random.normal(), random.normal()]
  if (atLimit && Math.abs(wanted) >= wish.oneWordExcess * room)
    return { open: close, high: close, low: close, close, vwap: close, unmet }

  const open = tick(precloseCents * Math.exp(0.3 * wanted + 0.3 * volatility * gap))
  const high = tick(Math.max(open, close) * Math.exp(0.4 * volatility * Math.abs(up)))
  const low = tick(Math.min(open, close) * Math.exp(-0.4 * volatility * Math.abs(down)))
  const vwap = (open + high + low + 2 * close) / 5 + 0.2 * volatility * mid * close
  return { open, high, low, close, vwap: Math.min(high, Math.max(low, vwap)), unmet }
}
