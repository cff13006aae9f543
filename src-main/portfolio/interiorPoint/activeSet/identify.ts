import type { Iterate } from '../barrier/iterate.ts'
import {
  AT_HELD,
  AT_LOWER,
  AT_UPPER,
  BEYOND_LOWER,
  BEYOND_UPPER,
  EQUATION,
  INSIDE,
  ON_LOWER,
  ON_UPPER,
  type WorkingSet,
} from './workingSet.ts'

/**
 * Reads the working set from an interior point that is near the optimum: a variable is on its bound when its distance
 * is less than its multiplier, each over its own scale (indicators: El-Bakry, Tapia & Zhang 1994).
 *
 * @param set All free and inside; is changed.
 * @param scale Typical size of a stock's marginal gain.
 */
export function identify(set: WorkingSet, iterate: Iterate, scale: number): void {
  identifyStocks(set, iterate, scale)
  identifyConstraints(set, iterate, scale)
}

function identifyStocks({ place, slope }: WorkingSet, { trades, form }: Iterate, scale: number): void {
  const { n, pairs, room, sign } = form.reduced
  const perUnit = scale / (room.reduce((sum, value) => sum + value, 0) / Math.max(1, room.length))
  const { value, low, high, zLow, zHigh } = trades
  const atZero = (j: number): boolean => (value[j] - low[j]) * perUnit < zLow[j]
  const atRoom = (j: number): boolean => (high[j] - value[j]) * perUnit < zHigh[j]
  for (let i = 0; i < pairs; i++) {
    const [buy, sell] = [i, n + i]
    if (atRoom(buy)) place[i] = AT_UPPER
    else if (atRoom(sell)) place[i] = AT_LOWER
    else if (atZero(buy) && atZero(sell)) place[i] = AT_HELD
    slope[i] = value[buy] >= value[sell] ? 1 : -1
  }
  for (let i = pairs; i < n; i++) {
    const buys = sign[i] > 0
    if (atZero(i)) place[i] = buys ? AT_LOWER : AT_UPPER
    else if (atRoom(i)) place[i] = buys ? AT_UPPER : AT_LOWER
  }
}

function identifyConstraints(
  { rowPlace, lowerPrice, upperPrice }: WorkingSet,
  { trades, ranged, v, form }: Iterate,
  scale: number,
): void {
  const { reduced, rangedRow, slackRow, slackSign } = form
  const { n, pairs, capAt } = reduced
  for (let row = 0; row < rowPlace.length; row++) {
    // A soft equation has two sides, each at its price.
    const soft = lowerPrice[row] < Infinity || upperPrice[row] < Infinity
    rowPlace[row] = !soft ? EQUATION : v[row] > 0 ? ON_LOWER : ON_UPPER
  }
  rangedRow.forEach((row, k) => {
    // A range says a constraint's scale; the cap's lower side is out of the way.
    const range = row === capAt ? ranged.high[k] : ranged.high[k] - ranged.low[k]
    const perActivity = scale / range
    const onLow = (ranged.value[k] - ranged.low[k]) * perActivity < ranged.zLow[k]
    const onHigh = (ranged.high[k] - ranged.value[k]) * perActivity < ranged.zHigh[k]
    rowPlace[row] = onHigh ? ON_UPPER : onLow ? ON_LOWER : INSIDE
  })
  slackRow.forEach((row, s) => {
    const j = n + pairs + s
    if (trades.value[j] * scale > trades.zLow[j] && rowPlace[row] !== INSIDE) {
      rowPlace[row] = slackSign[s] > 0 ? BEYOND_LOWER : BEYOND_UPPER
    }
  })
}
