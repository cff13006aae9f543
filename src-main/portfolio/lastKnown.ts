/** The latest value of a stock on or before `day` in a day x stock matrix; NaN when there is none. */
export function lastKnown(matrix: Float64Array, stocks: number, day: number, stock: number): number {
  for (let at = day * stocks + stock; at >= 0; at -= stocks) {
    if (Number.isFinite(matrix[at])) return matrix[at]
  }
  return Number.NaN
}
