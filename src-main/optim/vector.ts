/** Plain vector algebra on flat weight vectors. Norms and products are global unless a range is given. */

/** Two sums side by side: one alone waits for each addition before the next. */
export function dot(a: Float64Array, b: Float64Array, from = 0, to = a.length): number {
  let even = 0
  let odd = 0
  const last = to - ((to - from) & 1)
  for (let i = from; i < last; i += 2) {
    even += a[i] * b[i]
    odd += a[i + 1] * b[i + 1]
  }
  if (last < to) even += a[last] * b[last]
  return even + odd
}

export function norm(a: Float64Array, from = 0, to = a.length): number {
  return Math.sqrt(dot(a, a, from, to))
}

/** out = a + b; answers |b|. */
export function displace(out: Float64Array, a: Float64Array, b: Float64Array): number {
  let squares = 0
  for (let i = 0; i < out.length; i++) {
    const moved = b[i]
    out[i] = a[i] + moved
    squares += moved * moved
  }
  return Math.sqrt(squares)
}

/** out = a + factor b; `out` may be either. */
export function addScaled(out: Float64Array, a: Float64Array, factor: number, b: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = a[i] + factor * b[i]
}

/** out = factor a; `out` may be `a`. */
export function scale(out: Float64Array, factor: number, a: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = factor * a[i]
}

/** out = s a + t b; `out` may be either. */
export function combine(out: Float64Array, s: number, a: Float64Array, t: number, b: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = s * a[i] + t * b[i]
}

/** mean = keep x mean + (1 - keep) x value, in place. */
export function average(mean: Float64Array, keep: number, value: Float64Array): void {
  for (let i = 0; i < mean.length; i++) mean[i] = keep * mean[i] + (1 - keep) * value[i]
}
