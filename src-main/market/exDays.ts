import { isExDay } from '../../src-shared/domain/prices.ts'
import { FACTOR_ROUNDING } from './firstFactor.ts'

/**
 * True on an ex-day by the official preclose on which the factor stays as it was: a dividend or a split reads as a fall of the
 * price. False where the preclose is NaN, and where the fall is less than the rounding of a factor.
 *
 * @param last The last traded day. Exchange days without a bar in between would leave open whether the price moved on them.
 */
export function isUnadjusted(
  last: { readonly close: number; readonly factor: number },
  { preclose, factor }: { readonly preclose: number; readonly factor: number },
): boolean {
  const same = (ratio: number): boolean => Math.abs(ratio - 1) <= FACTOR_ROUNDING
  return isExDay(preclose, last.close) && !same(last.close / preclose) && same(factor / last.factor)
}
