import type { Iterate } from './iterate.ts'

/** A start keeps this share of a range from its ends, of trades no more than this over their number ... */
const INSIDE = 0.3
const MARGINS = 3
/** ... and has this complementarity, over marginal gain x mean range: what took the fewest iterations. */
const START = 0.1
const START_CAPPED = 0.5
/** Differences of marginal gains, over the gains, that are rounding. */
const NOISE = 1e-10

/**
 * Puts the iterate at its start: weights at the holdings, as far inside their ranges; multipliers of the size of the
 * marginal gains, those of slack columns at their prices. The equations need not hold there.
 *
 * @returns That size, the typical marginal gain of a stock: the unit of gaps and dual residuals.
 */
export function startingPoint(iterate: Iterate): number {
  const { trades, ranged, gradient, activity } = iterate
  const { reduced, rangedRow, cost } = iterate.form
  const { n, sign, pairs, held, origin, room, tradeCost, capAt } = reduced
  const place = (mu: number): void => {
    for (let j = 0; j < n + pairs; j++) {
      const margin = Math.min(INSIDE * room[j], MARGINS / n)
      trades.start(j, j < pairs || j >= n ? 0 : sign[j] * (held[j] - origin[j]), margin / room[j], mu)
    }
    for (let j = n + pairs; j < trades.length; j++) {
      trades.start(j, Math.min(mu / cost[j], INSIDE * trades.high[j]), 0, mu)
    }
  }
  place(0)
  iterate.evaluate()
  let centre = 0
  let spread = 0
  for (let i = 0; i < n; i++) centre += gradient[i] / n
  for (let i = 0; i < n; i++) spread += Math.abs(gradient[i] - centre) / n
  spread += tradeCost
  // Where all stocks gain alike, the differences are rounding.
  const scale = spread > NOISE * Math.abs(centre) ? spread : Math.abs(centre) || 1
  const meanRoom = room.reduce((sum, value) => sum + value, 0) / Math.max(1, room.length)
  const mu = (capAt < 0 ? START : START_CAPPED) * scale * Math.min(meanRoom, MARGINS / n / INSIDE)
  place(mu)
  rangedRow.forEach((row, k) => {
    // The cap's lower side says nothing about its scale; its upper side does.
    const share = row === capAt ? ranged.high[k] / (ranged.high[k] - ranged.low[k]) : 1
    ranged.start(k, activity[row], INSIDE * share, mu)
  })
  return scale
}
