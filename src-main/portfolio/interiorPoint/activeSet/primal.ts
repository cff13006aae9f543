import type { EquationStep } from './equationStep.ts'
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

/**
 * The ratio test of the primal active-set method (Nocedal & Wright 2006, algorithm 16.3).
 *
 * @param point As evaluated, feasible; what is met becomes part of its working set.
 * @returns The share of the step up to the first bound, held weight or side of a constraint that it meets; 1 when it
 *   meets none.
 */
export function untilBlocked(point: KktPoint, step: EquationStep): number {
  const { weights, activity, reduced, set } = point
  const { n, pairs, lower, upper, held } = reduced
  const { place, slope, rowPlace, low, high } = set
  const { dw } = step
  let fraction = 1
  let stock = -1
  let row = -1
  let to = FREE
  const meets = (distance: number, speed: number): boolean => {
    if (!(speed > 0) || distance >= fraction * speed) return false
    fraction = Math.max(0, distance) / speed
    return true
  }
  for (let i = 0; i < n; i++) {
    if (place[i] !== FREE) continue
    const towardsHeld = i < pairs ? -slope[i] * dw[i] : 0
    if (meets(upper[i] - weights[i], dw[i])) [stock, to] = [i, AT_UPPER]
    if (meets(weights[i] - lower[i], -dw[i])) [stock, to] = [i, AT_LOWER]
    if (meets(slope[i] * (weights[i] - held[i]), towardsHeld)) [stock, to] = [i, AT_HELD]
  }
  const ofRows = step.alongRows()
  for (let at = 0; at < rowPlace.length; at++) {
    const from = rowPlace[at]
    if (from === INSIDE || from === BEYOND_LOWER) {
      const bound = from === INSIDE ? high[at] : low[at]
      if (meets(bound - activity[at], ofRows[at]))
        [stock, row, to] = [-1, at, from === INSIDE ? ON_UPPER : ON_LOWER]
    }
    if (from === INSIDE || from === BEYOND_UPPER) {
      const bound = from === INSIDE ? low[at] : high[at]
      if (meets(activity[at] - bound, -ofRows[at]))
        [stock, row, to] = [-1, at, from === INSIDE ? ON_LOWER : ON_UPPER]
    }
  }
  if (row >= 0) rowPlace[row] = to
  else if (stock >= 0) place[stock] = to
  return fraction
}

/**
 * The same method's other rule, where the equations hold: frees the stock or the constraint that pulls most.
 *
 * @returns Whether any does.
 */
export function release(point: KktPoint): boolean {
  const { place, rowPlace } = point.set
  let most = 0
  let stock = -1
  let row = -1
  for (let i = 0; i < place.length; i++) {
    const pull = point.pull(i)
    if (pull > most) [most, stock] = [pull, i]
  }
  for (let at = 0; at < rowPlace.length; at++) {
    const pull = point.rowPull(at)
    if (pull > most) [most, row] = [pull, at]
  }
  if (row >= 0) point.freeRow(row)
  else if (stock >= 0) point.free(stock)
  else return false
  point.settle()
  return true
}
