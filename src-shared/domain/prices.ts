/** Prices are quoted to this. */
export const TICK = 0.01
export const HALF_TICK = TICK / 2

/** Above the binary rounding of a difference of two prices that are half a tick apart. */
const ROUNDING = 1e-9

/** True when the official preclose of a day is not the close of the last traded day: an ex-day. False where one is NaN. */
export function isExDay(preclose: number, lastClose: number): boolean {
  return Math.abs(preclose - lastClose) > HALF_TICK + ROUNDING
}

/** A mean price of a day (amount / volume) outside of its [low, high] by a smaller share is rounding. */
const MEAN_SLACK = 0.01

/** True when `mean` can be the mean price of a day with that range. */
export function isMeanOf(mean: number, low: number, high: number): boolean {
  return mean >= low * (1 - MEAN_SLACK) && mean <= high * (1 + MEAN_SLACK)
}
