/**
 * Variables that lie between two bounds, with the multipliers of both sides and the directions of one step: the
 * barrier part of an interior-point method. A step d of the variables moves the multipliers by
 *
 *   dLow = pushLow - (zLow / (value - low)) d,   dHigh = pushHigh + (zHigh / (high - value)) d.
 */
export class Boxed {
  readonly length: number
  readonly low: Float64Array
  readonly high: Float64Array
  readonly value: Float64Array
  readonly zLow: Float64Array
  readonly zHigh: Float64Array
  readonly d: Float64Array
  private readonly dLow: Float64Array
  private readonly dHigh: Float64Array
  private readonly pushLow: Float64Array
  private readonly pushHigh: Float64Array

  /** low < high, both finite. */
  constructor(low: Float64Array, high: Float64Array) {
    this.length = low.length
    this.low = low
    this.high = high
    this.value = new Float64Array(low.length)
    this.zLow = new Float64Array(low.length)
    this.zHigh = new Float64Array(low.length)
    this.d = new Float64Array(low.length)
    this.dLow = new Float64Array(low.length)
    this.dHigh = new Float64Array(low.length)
    this.pushLow = new Float64Array(low.length)
    this.pushHigh = new Float64Array(low.length)
  }

  /** Puts variable j at `at`, moved inside by `inside` of its range where need be, on the central path of `mu`. */
  start(j: number, at: number, inside: number, mu: number): void {
    const { low, high, value } = this
    const margin = inside * (high[j] - low[j])
    value[j] = Math.min(Math.max(at, low[j] + margin), high[j] - margin)
    this.zLow[j] = mu / (value[j] - low[j])
    this.zHigh[j] = mu / (high[j] - value[j])
  }

  /** Sum of multiplier x distance over both sides, after a step of this length. */
  complementarity(step: number): number {
    const { low, high, value, zLow, zHigh, d, dLow, dHigh } = this
    let sum = 0
    for (let j = 0; j < this.length; j++) {
      const moved = value[j] + step * d[j]
      sum += (zLow[j] + step * dLow[j]) * (moved - low[j]) + (zHigh[j] + step * dHigh[j]) * (high[j] - moved)
    }
    return sum
  }

  /** Curvature of the barrier. */
  curvature(out: Float64Array): void {
    const { low, high, value, zLow, zHigh } = this
    for (let j = 0; j < this.length; j++) {
      out[j] = zLow[j] / (value[j] - low[j]) + zHigh[j] / (high[j] - value[j])
    }
  }

  /**
   * Aims at complementarity `mu` on every side; `corrected`: for the second order of the step that was just computed.
   * `out`: the push on d.
   */
  aim(mu: number, corrected: boolean, out: Float64Array): void {
    const { low, high, value, zLow, zHigh, d, dLow, dHigh, pushLow, pushHigh } = this
    for (let j = 0; j < this.length; j++) {
      const above = value[j] - low[j]
      const below = high[j] - value[j]
      const second = corrected ? d[j] : 0
      pushLow[j] = (mu - second * dLow[j]) / above - zLow[j]
      pushHigh[j] = (mu + second * dHigh[j]) / below - zHigh[j]
      out[j] = pushLow[j] - pushHigh[j]
    }
  }

  /** The multipliers' directions that belong to d. */
  follow(): void {
    const { low, high, value, zLow, zHigh, d, dLow, dHigh, pushLow, pushHigh } = this
    for (let j = 0; j < this.length; j++) {
      dLow[j] = pushLow[j] - (zLow[j] / (value[j] - low[j])) * d[j]
      dHigh[j] = pushHigh[j] + (zHigh[j] / (high[j] - value[j])) * d[j]
    }
  }

  /** The longest step that leaves no bound and no multiplier below 0; Infinity when none does. */
  longestStep(): number {
    const { low, high, value, zLow, zHigh, d, dLow, dHigh } = this
    let shrink = 0
    for (let j = 0; j < this.length; j++) {
      const d1 = -d[j] / (value[j] - low[j])
      const d2 = d[j] / (high[j] - value[j])
      const d3 = -dLow[j] / zLow[j]
      const d4 = -dHigh[j] / zHigh[j]
      if (d1 > shrink) shrink = d1
      if (d2 > shrink) shrink = d2
      if (d3 > shrink) shrink = d3
      if (d4 > shrink) shrink = d4
    }
    return 1 / shrink
  }

  move(step: number): void {
    const { value, zLow, zHigh, d, dLow, dHigh } = this
    for (let j = 0; j < this.length; j++) {
      value[j] += step * d[j]
      zLow[j] += step * dLow[j]
      zHigh[j] += step * dHigh[j]
    }
  }
}
