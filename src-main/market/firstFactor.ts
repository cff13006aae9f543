import { HALF_TICK } from '../../src-shared/domain/prices.ts'

/** Factors are quoted to a few digits. */
export const FACTOR_ROUNDING = 1e-4
/** A day's change that needs no explanation by an ex-day. */
const PLAUSIBLE_CHANGE = 0.2

/**
 * The factor before the first known one, `first`, of a stock that traded earlier (docs/decisions/0010). It is 1 where the
 * factors are those of ex-days only, and `first` where a file of every day begins late; the prices on both sides tell
 * which is nearer.
 *
 * @param day The first traded day on which a factor is known; preclose NaN where the source gives none.
 * @param lastClose Raw close of the last traded day before it.
 */
export function factorBefore(
  first: number,
  { preclose, close }: { readonly preclose: number; readonly close: number },
  lastClose: number,
): number {
  const size = (ratio: number): number => Math.abs(Math.log(ratio))
  if (Number.isNaN(preclose)) {
    const change = close / lastClose
    return size(first * change) > Math.max(size(change), Math.log1p(PLAUSIBLE_CHANGE)) ? first : 1
  }
  const exRight = preclose / lastClose
  const slack = FACTOR_ROUNDING + HALF_TICK / lastClose
  return size(first * exRight) > size(exRight) + slack ? first * exRight : 1
}
