import { zScore } from '../market/standardise.ts'
import type { Recipe } from './recipe.ts'

/**
 * The planted patterns. Each day every stock gives off an impulse computed from its bars; impulses add up in a state
 * that fades, and the state moves the stock's return on the following days. A model that reads a window of bars can
 * recover the state, hence the expected return.
 *
 *   daily impulse   -z(return) x (reversal + reversalPerAbnormalVolume x tanh z(abnormal volume)) - closeOverVwap x z(ln close/vwap)
 *   weekly impulse  z(week's return) x (momentum + momentumPerVolumeTrend x tanh z(volume trend))
 *   state           retention x state + sqrt(1 - retention^2) x z(impulse)
 *   next return    += strength x state, x stormStrength in a storm
 *
 * z is over the stocks of the day; impulses of different days are nearly uncorrelated, so a state has about unit variance.
 */
export interface PatternState {
  readonly daily: Float64Array
  readonly weekly: Float64Array
}

/** One day's observations per stock; NaN where a stock did not trade. */
export interface DailyShape {
  readonly logReturn: Float64Array
  /** Log volume less its usual level. */
  readonly abnormalVolume: Float64Array
  readonly closeOverVwap: Float64Array
}

export interface WeeklyShape {
  readonly logReturn: Float64Array
  /** Log of the week's volume less its usual level. */
  readonly volumeTrend: Float64Array
}

export function fadeDaily(
  state: Float64Array,
  shape: DailyShape,
  pattern: Recipe['patterns']['daily'],
): void {
  const moves = zScore(shape.logReturn)
  const volume = zScore(shape.abnormalVolume)
  const tilt = zScore(shape.closeOverVwap)
  const impulse = moves.map(
    (move, i) =>
      -limited(move) * (pattern.reversal + pattern.reversalPerAbnormalVolume * Math.tanh(volume[i])) -
      pattern.closeOverVwap * limited(tilt[i]),
  )
  absorb(state, impulse, pattern.retention)
}

export function fadeWeekly(
  state: Float64Array,
  shape: WeeklyShape,
  pattern: Recipe['patterns']['weekly'],
): void {
  const moves = zScore(shape.logReturn)
  const trend = zScore(shape.volumeTrend)
  const impulse = moves.map(
    (move, i) => limited(move) * (pattern.momentum + pattern.momentumPerVolumeTrend * Math.tanh(trend[i])),
  )
  absorb(state, impulse, pattern.retention)
}

/**
 * Expected log return from tomorrow's vwap to the vwap `horizon` days later, per stock, up to market-wide factors: the
 * states fade on schedule and later impulses have mean 0. About half of the first and of the last day is earned.
 *
 * @param weekEndsAfter For k = 0 to horizon, the number of week ends from tomorrow to k days after it, exclusive.
 */
export function expectedReturn(
  state: PatternState,
  patterns: Recipe['patterns'],
  weekEndsAfter: readonly number[],
): Float64Array {
  const last = weekEndsAfter.length - 1
  let dailySum = 0
  let weeklySum = 0
  weekEndsAfter.forEach((weekEnds, k) => {
    const share = k === 0 || k === last ? 0.5 : 1
    dailySum += share * patterns.daily.retention ** k
    weeklySum += share * patterns.weekly.retention ** weekEnds
  })
  return state.daily.map(
    (daily, i) =>
      patterns.daily.strength * dailySum * daily + patterns.weekly.strength * weeklySum * state.weekly[i],
  )
}

function absorb(state: Float64Array, impulse: Float64Array, retention: number): void {
  const gain = Math.sqrt(1 - retention * retention)
  zScore(impulse).forEach((value, i) => {
    state[i] = retention * state[i] + (Number.isNaN(value) ? 0 : gain * value)
  })
}

/** Outliers (a day at the limit, a resumption) count at most three standard deviations. */
function limited(z: number): number {
  return Math.min(3, Math.max(-3, z))
}
