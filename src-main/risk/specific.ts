/** Residuals that a stock's own estimate needs. */
export const SPECIFIC_DAYS = 60
/** Size buckets: at most ten, of at least twenty stocks each. */
const BUCKETS = 10
const BUCKET_STOCKS = 20
/** A specific risk is never below 0.001 % a day. */
const LEAST = 1e-5

export interface SpecificSettings {
  /** In days. */
  readonly halfLife: number
  /** Newey-West lags. */
  readonly lags: number
  /** q of the shrinkage; 0 = none. */
  readonly shrinkage: number
}

export interface SpecificRisk {
  /** N, variance per day, > 0. */
  readonly variance: Float64Array
  /** Stocks of `among` whose variance is their bucket's. */
  readonly fromBucket: number
}

/**
 * Specific variance per day of every stock from its residuals: `days` holds one row of N per day, oldest first, NaN = none.
 *
 * A stock's own volatility is the root of the exponentially weighted Newey-West sum of its residuals about 0 (as `factorCovariance`, gaps
 * count as 0 in lagged products). It is pulled towards the plain mean of its size bucket with the weight q |d| / (D + q |d|), d its distance
 * from the mean and D the root mean square distance in the bucket (USE4, specific risk, Bayesian shrinkage). A stock with fewer than 60 residuals,
 * or without any movement, has its bucket's mean. Buckets are groups by capitalisation of equally many stocks of `among`, all
 * stocks are one where capitalisations are missing; any other stock is in the bucket that its capitalisation falls in.
 *
 * @param caps N, NaN = not known.
 * @param among N, 1 = counts in the means.
 */
export function specificRisk(
  days: readonly Float64Array[],
  caps: Float64Array,
  among: Uint8Array,
  settings: SpecificSettings,
): SpecificRisk {
  const own = ownVolatility(days, settings)
  const counted = Array.from(own.keys()).filter((i) => among[i] === 1 && own[i] > 0)
  const whole = bucketOf(counted, own)
  const edges = bucketEdges(counted.map((i) => caps[i]).filter((cap) => cap > 0))
  const place = (i: number) =>
    Math.max(
      0,
      edges.findLastIndex((edge) => caps[i] >= edge),
    )
  const inBuckets = Map.groupBy(
    counted.filter((i) => caps[i] > 0),
    place,
  )
  const buckets = edges.map((_, b) => bucketOf(inBuckets.get(b) ?? counted, own))
  let fromBucket = 0
  const variance = own.map((volatility, i) => {
    const { mean, distance } = caps[i] > 0 && edges.length > 0 ? buckets[place(i)] : whole
    if (!(volatility > 0)) {
      fromBucket += among[i]
      return Math.max(LEAST, mean) ** 2
    }
    const pull = settings.shrinkage * Math.abs(volatility - mean)
    const share = pull === 0 ? 0 : pull / (distance + pull)
    return Math.max(LEAST, share * mean + (1 - share) * volatility) ** 2
  })
  return { variance, fromBucket }
}

/** Per stock; 0 under `SPECIFIC_DAYS` residuals. */
function ownVolatility(days: readonly Float64Array[], { halfLife, lags }: SpecificSettings): Float64Array {
  const stocks = days[0].length
  const decay = 0.5 ** (1 / halfLife)
  const count = new Int32Array(stocks)
  const weight = new Float64Array(stocks)
  const sum = new Float64Array(stocks)
  for (let t = 0; t < days.length; t++) {
    const now = days[t]
    const w = decay ** (days.length - 1 - t)
    for (let i = 0; i < stocks; i++) {
      if (!Number.isFinite(now[i])) continue
      count[i]++
      weight[i] += w
      sum[i] += w * now[i] * now[i]
    }
    for (let lag = 1; lag <= Math.min(lags, t); lag++) {
      const then = days[t - lag]
      const factor = 2 * (1 - lag / (lags + 1)) * w * decay ** (lag / 2)
      for (let i = 0; i < stocks; i++) {
        const product = now[i] * then[i]
        if (Number.isFinite(product)) sum[i] += factor * product
      }
    }
  }
  return sum.map((value, i) => (count[i] < SPECIFIC_DAYS ? 0 : Math.sqrt(Math.max(0, value / weight[i]))))
}

/** Lowest capitalisation of each bucket, ascending; none where there are too few stocks for one. */
function bucketEdges(caps: readonly number[]): number[] {
  const ascending = caps.toSorted((a, b) => a - b)
  const buckets = Math.min(BUCKETS, Math.floor(ascending.length / BUCKET_STOCKS))
  return Array.from({ length: buckets }, (_, b) => ascending[Math.floor((b * ascending.length) / buckets)])
}

function bucketOf(
  members: readonly number[],
  own: Float64Array,
): { readonly mean: number; readonly distance: number } {
  const mean = members.reduce((sum, i) => sum + own[i], 0) / Math.max(1, members.length)
  const squares = members.reduce((sum, i) => sum + (own[i] - mean) ** 2, 0)
  return { mean, distance: Math.sqrt(squares / Math.max(1, members.length)) }
}
