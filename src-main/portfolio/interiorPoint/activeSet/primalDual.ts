import type { KktPoint } from './kktPoint.ts'
import {
  AT_HELD,
  AT_LOWER,
  AT_UPPER,
  BEYOND_LOWER,
  BEYOND_UPPER,
  FREE,
  INSIDE,
  ON_LOWER,
  ON_UPPER,
} from './workingSet.ts'

/** Violations of weights and constraints that are rounding; of the cap, over it. */
const ROUNDING = 1e-12

/**
 * Moves to its other side whatever violates a bound or pulls away from where it stands, all at once (primal-dual
 * active set: Hintermueller, Ito & Kunisch 2003).
 *
 * @param point As evaluated; its working set is changed, and what is no longer free is put where it stands.
 * @returns Whether anything moved.
 */
export function changeSides(point: KktPoint): boolean {
  const stocks = changeStocks(point)
  const rows = changeRows(point)
  if (stocks || rows) point.settle()
  return stocks || rows
}

function changeStocks(point: KktPoint): boolean {
  const { weights, reduced, set } = point
  const { n, pairs, lower, upper, held } = reduced
  const { place, slope } = set
  let changed = false
  for (let i = 0; i < n; i++) {
    const was = place[i]
    if (was !== FREE) {
      if (point.pull(i) > 0) point.free(i)
    } else if (weights[i] < lower[i] - ROUNDING) place[i] = AT_LOWER
    else if (weights[i] > upper[i] + ROUNDING) place[i] = AT_UPPER
    else if (i < pairs && slope[i] * (weights[i] - held[i]) < -ROUNDING) place[i] = AT_HELD
    if (place[i] !== was) changed = true
  }
  return changed
}

function changeRows(point: KktPoint): boolean {
  const { activity, set } = point
  const { rowPlace, low, high } = set
  let changed = false
  for (let row = 0; row < rowPlace.length; row++) {
    const was = rowPlace[row]
    const rounding = ROUNDING * point.unitOf(row)
    if (
      (was === INSIDE || was === BEYOND_LOWER) &&
      activity[row] > (was === INSIDE ? high : low)[row] + rounding
    ) {
      rowPlace[row] = was === INSIDE ? ON_UPPER : ON_LOWER
    } else if (
      (was === INSIDE || was === BEYOND_UPPER) &&
      activity[row] < (was === INSIDE ? low : high)[row] - rounding
    ) {
      rowPlace[row] = was === INSIDE ? ON_LOWER : ON_UPPER
    } else if (point.rowPull(row) > 0) point.freeRow(row)
    if (rowPlace[row] !== was) changed = true
  }
  return changed
}
