import type { DateInt } from '../../../src-shared/domain/date.ts'

/**
 * Float shares are known when what the rounding of a turnover rate leaves open is at most this to either side
 * (docs/decisions/0013-float-cap-from-turnover.md). For one day by itself: three digits, zeros at the end not counted.
 */
const PRECISION = 0.005
/** Float32 and arithmetic leave digits of their own behind those of a number as it was written. */
const DIGIT_NOISE = 1e-7
const MAX_DECIMALS = 7

/** What the turnover rates of a stock have left open by `date`: bounds of its float shares. */
interface Bounds {
  readonly date: DateInt
  readonly low: number
  readonly high: number
}

/** A day with trade: close in currency, volume in shares, turnover rate in the unit of the file. */
export interface TurnoverDay {
  readonly symbol: string
  readonly date: DateInt
  readonly close: number
  readonly volume: number
  readonly turn: number
}

/**
 * Float caps of one file from its turnover rates: close x float shares, where float shares = volume / turnover rate. A rate
 * is rounded, to half a unit of its last digit, so a day says between what bounds the float shares lie. They stay as they
 * are between corporate actions: where a day's own bounds are too wide they are narrowed by those of the days before it in
 * the file, and where the two exclude each other the shares have changed and the day's own stand alone.
 *
 * @param unit What a rate writes for all shares: 100 for percent.
 * @returns Of a day, in file order, its float cap in currency; null where the bounds are still too wide.
 */
export function createFloatCaps(unit: number): (day: TurnoverDay) => number | null {
  const known = new Map<string, Bounds>()
  return ({ symbol, date, close, volume, turn }) => {
    if (!(turn > 0 && turn <= unit)) return null
    const half = halfUnit(turn)
    const own = {
      date,
      low: volume / ((turn + half) / unit),
      high: turn > half ? volume / ((turn - half) / unit) : Infinity,
    }
    const exact = half <= PRECISION * turn
    const bounds = exact ? own : narrowed(own, known.get(symbol))
    known.set(symbol, bounds)
    if (exact) return positive((close * volume) / (turn / unit))
    const { low, high } = bounds
    return high - low <= PRECISION * (high + low) ? positive((close * (low + high)) / 2) : null
  }
}

/** What a day and the ones before it leave open; later ones must say nothing of it. */
function narrowed(own: Bounds, before: Bounds | undefined): Bounds {
  if (before === undefined || before.date >= own.date) return own
  const low = Math.max(own.low, before.low)
  const high = Math.min(own.high, before.high)
  return low <= high ? { date: own.date, low, high } : own
}

/** Half a unit of the last digit that is not 0: files lose zeros at the end, and gain some that mean nothing. */
function halfUnit(value: number): number {
  let scale = 1
  for (let decimals = 0; decimals < MAX_DECIMALS; decimals++) {
    const scaled = value * scale
    if (Math.abs(scaled - Math.round(scaled)) <= DIGIT_NOISE * scaled) break
    scale *= 10
  }
  return 0.5 / scale
}

const positive = (cap: number): number | null => (cap > 0 && cap < Infinity ? cap : null)
