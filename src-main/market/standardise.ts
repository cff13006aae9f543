/**
 * Statistics over the stocks of one date. Missing values (NaN) are left out and stay missing.
 */

/**
 * z-scores with the standard deviation of ddof 1; all 0 when there is no spread (methods.md 9, samples). A spread
 * below the rounding error of the mean is none: equal values must not become +-1 by their last bit.
 */
export function zScore(values: Float64Array): Float64Array {
  let n = 0
  let sum = 0
  for (const value of values) {
    if (Number.isNaN(value)) continue
    n++
    sum += value
  }
  const mean = sum / n
  let squares = 0
  for (const value of values) if (!Number.isNaN(value)) squares += (value - mean) ** 2
  const scale = inverseSpread(mean, squares, n)
  return values.map((value) => (value - mean) * scale)
}

/** 1 / standard deviation (ddof 1) from a sum of squared deviations; 0 when there is no spread. */
export function inverseSpread(mean: number, squares: number, n: number): number {
  const std = n < 2 ? 0 : Math.sqrt(squares / (n - 1))
  return std <= 1e-14 * Math.abs(mean) ? 0 : 1 / std
}

/** Values limited to median +- `widths` x MAD, the MAD unscaled; unchanged when the MAD is 0 (methods.md S4). */
export function winsoriseMad(values: Float64Array, widths: number): Float64Array {
  const present = values.filter((value) => !Number.isNaN(value))
  const centre = median(present)
  const mad = median(present.map((value) => Math.abs(value - centre)))
  return mad === 0 ? values : clip(values, centre - widths * mad, centre + widths * mad)
}

export function clip(values: Float64Array, low: number, high: number): Float64Array {
  return values.map((value) => Math.min(high, Math.max(low, value)))
}

/** Middle value, or the mean of the two middle values; NaN of nothing. */
export function median(values: Float64Array): number {
  const sorted = values.toSorted()
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}
