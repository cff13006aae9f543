/**
 * Quantile of Student's t with `degrees` of freedom: the t whose cumulative probability is p, 0 < p < 1. By bisection on the
 * regularised incomplete beta function; the probability is met to 1e-12 up to 100 degrees, to 1e-9 beyond.
 */
export function studentTQuantile(p: number, degrees: number): number {
  if (p === 0.5) return 0
  if (p < 0.5) return -studentTQuantile(1 - p, degrees)
  let high = 1
  while (studentTProbability(high, degrees) < p) high *= 2
  let low = high === 1 ? 0 : high / 2
  while (high - low > 1e-12 * high) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (studentTProbability(middle, degrees) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Probability that a t with `degrees` of freedom is at most t, t >= 0. */
export function studentTProbability(t: number, degrees: number): number {
  return 1 - incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2
}

/** Regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22) in Lentz's form. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  // The fraction converges fast below the mean; above it the complement's does.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  const tiny = 1e-300
  let c = 1
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || tiny)
  let fraction = d
  for (let m = 1; m < 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / (1 + even * d || tiny)
    c = 1 + even / c || tiny
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / (1 + odd * d || tiny)
    c = 1 + odd / c || tiny
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return (front * fraction) / a
}

/** Logarithm of the gamma function, z > 0: Stirling's series beyond 10, reached by the recurrence. */
function logGamma(z: number): number {
  let shift = 0
  let at = z
  while (at < 10) shift += Math.log(at++)
  const square = 1 / (at * at)
  const series =
    (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))) / at
  return (at - 0.5) * Math.log(at) - at + Math.log(2 * Math.PI) / 2 + series - shift
}
