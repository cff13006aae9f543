/** Standard normal distribution to about 1e-14 relative in either tail. */

/** Beyond this the continued fraction of the tail converges faster than the series around 0. */
const TAIL = 2

/** Density at z. */
export function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
}

/** Probability of a value below z. */
export function normalProbability(z: number): number {
  return upperTail(-z)
}

/** The z below which a share `probability` of the values lies; infinite at 0 and 1. */
export function normalQuantile(probability: number): number {
  const tail = Math.min(probability, 1 - probability)
  if (tail === 0) return probability === 0 ? -Infinity : Infinity
  // Newton from 0: the tail is convex there, so that every step stays short of the root and the next one is smaller.
  let z = 0
  for (let step = Infinity; step > 1e-15;) {
    step = (upperTail(z) - tail) / normalDensity(z)
    z += step
  }
  return probability < 0.5 ? -z : z
}

/** Probability of a value above z. */
function upperTail(z: number): number {
  if (z < -TAIL) return 1 - upperTail(-z)
  return z > TAIL ? normalDensity(z) / millsFraction(z) : 0.5 - normalDensity(z) * centralSeries(z)
}

/** z + z^3/3 + z^5/(3 5) + ...: the probability between 0 and z over the density at z. All terms have one sign. */
function centralSeries(z: number): number {
  let term = z
  let sum = z
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (z * z) / odd
    sum += term
  }
  return sum
}

/** z + 1/(z + 2/(z + 3/(z + ...))): the density at z over the tail above z (Laplace). */
function millsFraction(z: number): number {
  let value = z
  for (let k = 120; k > 0; k--) value = z + k / value
  return value
}
