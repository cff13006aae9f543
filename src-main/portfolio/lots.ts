import { boardOf } from '../market/limits.ts'

/** Shares of one order on an exchange: at least `minimum`, in steps of `step`. */
export interface LotRule {
  readonly minimum: number
  readonly step: number
}

const ONE_SHARE: LotRule = { minimum: 1, step: 1 }
const LOTS: Readonly<Record<NonNullable<ReturnType<typeof boardOf>>, LotRule>> = {
  main: { minimum: 100, step: 100 },
  chinext: { minimum: 100, step: 100 },
  star: { minimum: 200, step: 1 },
  bse: { minimum: 100, step: 1 },
}

/** Lots of the exchanges: 100 shares; on STAR 200 or more, on BJ 100 or more, one by one; single shares elsewhere. */
export function lotRule(symbol: string): LotRule {
  const board = boardOf(symbol)
  return board === null ? ONE_SHARE : LOTS[board]
}

/** Shares this close below a whole lot, as a share of their number, are rounding noise. */
const NOISE = 1e-12

/** The largest order within `shares`; 0 when it is below the minimum. */
export function wholeLots(shares: number, { minimum, step }: LotRule): number {
  const whole = Math.floor((shares * (1 + NOISE)) / step) * step
  return whole < minimum ? 0 : whole
}

/**
 * What an order of `value` (+ buy, - sell) fills in whole lots, rounded towards none. `held`: value of the position, which
 * is sold in lots or all at once: odd shares, and the parts of shares that an adjustment factor makes of dividends, leave
 * with the whole position only. `sharePrice`: value of one raw share. Values are in one unit, whatever it is.
 */
export function valueInLots(value: number, held: number, sharePrice: number, rule: LotRule): number {
  if (value < 0 && -value >= held * (1 - NOISE)) return value
  const shares = wholeLots(Math.abs(value) / sharePrice, rule)
  if (shares === 0) return 0
  return Math.sign(value) * shares * sharePrice
}
