import type { Reduced } from '../reduced.ts'

/** Where a stock stands: free to move, or on a bound or its held weight. */
export const FREE = 0
export const AT_LOWER = 1
export const AT_UPPER = 2
export const AT_HELD = 3
/** Where a constraint stands: inside, on a side, or, when soft, beyond one at its price. */
export const INSIDE = 0
export const ON_LOWER = 1
export const ON_UPPER = 2
export const BEYOND_LOWER = 3
export const BEYOND_UPPER = 4
export const EQUATION = 5

/**
 * Which bounds, held weights and constraints are taken for equations, and on which side of its held weight and of its
 * soft limits everything else is: what makes the problem smooth (working set: Nocedal & Wright 2006, section 16.5).
 */
export class WorkingSet {
  /** Per free stock. */
  readonly place: Uint8Array
  /** Derivative of |w - held| where the stock is free. */
  readonly slope: Float64Array
  /** Per constraint: its place, its sides (infinite where they do not apply) and the prices of slack beyond them. */
  readonly rowPlace: Uint8Array
  readonly low: Float64Array
  readonly high: Float64Array
  readonly lowerPrice: Float64Array
  readonly upperPrice: Float64Array
  private readonly reduced: Reduced

  /** All stocks free, all constraints inside. */
  constructor(reduced: Reduced) {
    this.reduced = reduced
    const { n, rows, turnover, varianceMax, sign, constraints } = reduced
    this.place = new Uint8Array(n)
    this.slope = sign.slice()
    this.rowPlace = new Uint8Array(constraints)
    const pad = (values: number[], ofTurnover: number, ofCap: number): Float64Array =>
      Float64Array.from([
        ...values,
        ...(turnover === null ? [] : [ofTurnover]),
        ...(varianceMax === null ? [] : [ofCap]),
      ])
    this.low = pad(
      rows.map(({ lower }) => lower),
      -Infinity,
      -Infinity,
    )
    this.high = pad(
      rows.map(({ upper }) => upper),
      turnover?.max ?? 0,
      (varianceMax ?? 0) / 2,
    )
    this.lowerPrice = pad(
      rows.map(({ lowerPrice }) => lowerPrice),
      Infinity,
      Infinity,
    )
    this.upperPrice = pad(
      rows.map(({ upperPrice }) => upperPrice),
      turnover?.price ?? Infinity,
      Infinity,
    )
  }

  /** Whether the constraint is one of the equations. */
  isActive(row: number): boolean {
    const place = this.rowPlace[row]
    return place === ON_LOWER || place === ON_UPPER || place === EQUATION
  }

  /** The activity at which an active constraint stands. */
  target(row: number): number {
    return this.rowPlace[row] === ON_UPPER ? this.high[row] : this.low[row]
  }

  /** +1 or -1: the direction in which a stock leaves its bound. */
  inward(i: number): number {
    return this.place[i] === AT_LOWER ? 1 : -1
  }

  /** Derivative of |w - held| there: into the range of a pair is towards its held weight. */
  slopeInward(i: number): number {
    return i < this.reduced.pairs ? -this.inward(i) : this.reduced.sign[i]
  }

  /** Lets a stock leave its bound, or its held weight against the gradient of the Lagrangian. */
  free(i: number, gradient: number): void {
    const { place, slope } = this
    slope[i] = place[i] === AT_HELD ? -Math.sign(gradient) : this.slopeInward(i)
    place[i] = FREE
  }

  /** Lets a constraint leave its side, inside or beyond as its multiplier has it. */
  freeRow(row: number, multiplier: number): void {
    const { rowPlace } = this
    const upper = rowPlace[row] === ON_UPPER
    if (upper === multiplier > 0) rowPlace[row] = INSIDE
    else rowPlace[row] = upper ? BEYOND_UPPER : BEYOND_LOWER
  }

  /**
   * Puts the weights of stocks that are not free, and the multipliers of constraints that are not active, where they
   * stand.
   */
  settle(weights: Float64Array, v: Float64Array): void {
    const { n, lower, upper, held } = this.reduced
    const { place, rowPlace, lowerPrice, upperPrice } = this
    for (let i = 0; i < n; i++) {
      if (place[i] === AT_LOWER) weights[i] = lower[i]
      else if (place[i] === AT_UPPER) weights[i] = upper[i]
      else if (place[i] === AT_HELD) weights[i] = held[i]
    }
    for (let row = 0; row < v.length; row++) {
      if (rowPlace[row] === INSIDE) v[row] = 0
      else if (rowPlace[row] === BEYOND_LOWER) v[row] = lowerPrice[row]
      else if (rowPlace[row] === BEYOND_UPPER) v[row] = -upperPrice[row]
    }
  }
}
