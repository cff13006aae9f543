import { formatDate } from '../../src-shared/domain/date.ts'
import type { PortfolioReport } from '../../src-shared/domain/portfolio.ts'
import type { PlateauError } from '../../src-shared/errors.ts'
import { failure } from '../../src-shared/failure.ts'
import { portfolioErrors } from '../../src-shared/locales/errors/portfolios.ts'
import type { IndexData, Panel } from '../market/panel.ts'
import { lastKnown } from './lastKnown.ts'

export interface Benchmark {
  /** Per stock, sum 1. */
  readonly weights: Float64Array
  /** 1 = member of the index. Where no membership is stored: the stocks with weight. */
  readonly member: Uint8Array
  /** Share of the benchmark left out: of weight when published, else of the number of members. */
  readonly missing: number
}

export interface BenchmarkWeights {
  readonly source: PortfolioReport['benchmarkWeights']
  /** The benchmark at the close of `day`, from what is known by then. Errors: data_insufficient without any weight. */
  at(day: number): Benchmark
}

/**
 * Benchmark weights of an index from day `from` on (methods 1), all days by one source: the published snapshots when one
 * is dated on or before `from`, drifting with returns until the next; else float capitalisation of the members when that of half
 * of them is known by `from`; else equal weight of the members with a bar. Members without an instrument, or without the
 * number their source needs, are left out and the rest sums to 1. Between two snapshots stocks that leave the index, as far as its
 * members are stored, have no weight, and what they had is missing where others take their place (docs/decisions/0024).
 *
 * @param adjClose Adjusted close, day x stock, NaN = no trade.
 */
export function benchmarkWeights(
  index: IndexData,
  panel: Panel,
  adjClose: Float64Array,
  from: number,
): BenchmarkWeights {
  const { dates, symbols } = panel
  const stocks = symbols.length

  const snapshotAt = (day: number) => index.weights?.findLast(({ date }) => date <= dates[day])
  const membersAt = (day: number) => index.member?.subarray(day * stocks, (day + 1) * stocks)

  const published = (day: number): Benchmark => {
    const snapshot = snapshotAt(day)
    if (snapshot === undefined) throw nothingAt(day)
    // A snapshot older than the data drifts from the first day on.
    const base = Math.max(
      0,
      dates.findLastIndex((date) => date <= snapshot.date),
    )
    const [before, now] = [membersAt(base), membersAt(day)]
    const hasLeft = (stock: number): boolean => before?.[stock] === 1 && now?.[stock] === 0
    const drifted = snapshot.weights.map((weight, stock) => {
      if (!(weight > 0) || hasLeft(stock)) return 0
      const growth = lastKnown(adjClose, stocks, day, stock) / lastKnown(adjClose, stocks, base, stock)
      return Number.isFinite(growth) ? weight * growth : weight
    })
    const replaced = now?.some((isMember, stock) => isMember === 1 && before?.[stock] === 0) === true
    const known = snapshot.weights.reduce(
      (sum, weight, stock) => sum + (weight > 0 && !(replaced && hasLeft(stock)) ? weight : 0),
      0,
    )
    return {
      weights: normalised(drifted, day),
      member: now ?? Uint8Array.from(drifted, (weight) => (weight > 0 ? 1 : 0)),
      missing: Math.max(0, 1 - known),
    }
  }

  /** Members weighted by `sizeOf`, NaN where a member cannot be weighted. */
  const byMembers =
    (sizeOf: (day: number, stock: number) => number) =>
    (day: number): Benchmark => {
      const member = membersAt(day)
      if (member === undefined) throw nothingAt(day)
      let known = 0
      let unknown = 0
      const sizes = Float64Array.from(member, (isMember, stock) => {
        if (isMember !== 1) return 0
        const size = sizeOf(day, stock)
        if (size > 0) known++
        else unknown++
        return size > 0 ? size : 0
      })
      const noInstrument = index.missingMembers?.[day] ?? 0
      return {
        weights: normalised(sizes, day),
        member,
        missing: noInstrument + ((1 - noInstrument) * unknown) / (known + unknown),
      }
    }

  const normalised = (sizes: Float64Array, day: number): Float64Array => {
    const sum = sizes.reduce((total, size) => total + size, 0)
    if (!(sum > 0)) throw nothingAt(day)
    return sizes.map((size) => size / sum)
  }

  const nothingAt = (day: number): PlateauError =>
    failure(
      portfolioErrors.benchmarkEmpty,
      { symbol: index.symbol, date: formatDate(dates[day]) },
      { place: { field: 'portfolio.indices' } },
    )

  const floatCap = byMembers((day, stock) => panel.floatCap[day * stocks + stock])
  const equal = byMembers((day, stock) =>
    Number.isFinite(lastKnown(adjClose, stocks, day, stock)) ? 1 : Number.NaN,
  )
  if (snapshotAt(from) !== undefined) return { source: 'published', at: published }
  return capsKnown(membersAt(from), panel.floatCap.subarray(from * stocks)) >= LEAST_CAPS
    ? { source: 'float_cap', at: floatCap }
    : { source: 'equal', at: equal }
}

/** Of a few caps alone the weights would be those of a few stocks. */
const LEAST_CAPS = 0.5

/** Share of the members whose float capitalisation is known; 0 without members. */
function capsKnown(member: Uint8Array | undefined, caps: Float64Array): number {
  const members = Array.from(member?.keys() ?? []).filter((stock) => member![stock] === 1)
  return members.length === 0 ? 0 : members.filter((stock) => caps[stock] > 0).length / members.length
}
