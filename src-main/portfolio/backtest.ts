import type { DateInt } from '../../src-shared/domain/date.ts'
import type { Rebalance } from '../../src-shared/domain/portfolio.ts'
import type { PerformanceInput } from '../../src-shared/performance/row.ts'
import { rebalanceAt } from './fill.ts'
import type { Ordered, TradingTerms } from './fill.ts'
import { carryCloses, nothingHeld } from './holdings.ts'
import type { Position } from './holdings.ts'
import { type Holdings, type TradingData, valueAt } from './trading.ts'

export interface BacktestInput extends TradingData, TradingTerms {
  /** Positions in `dates` at whose close a portfolio is decided; the last day of the data decides nothing. */
  readonly decisionDays: readonly number[]
  /**
   * Target weights for the fill on the next day, or null to leave the holdings alone. `held`: drifted weights of the
   * holdings at the close of `day` (what is missing to 1 is cash); `value`: of the whole, the capital being 1. A fixed plan ignores them.
   * A target of NaN is a stock not to be traded: it gets no order.
   */
  readonly decide: (day: number, held: Float64Array, value: number) => Promise<Float64Array | null>
  /** Largest value of each stock's order decided at the close of `day`, the capital being 1; absent: no limit. */
  readonly orderMaxAt?: ((day: number) => Float64Array) | undefined
}

export interface Backtest {
  /** At the close of each day; 1 before the first fill. */
  readonly nav: Float64Array
  /** NAV over the previous day's NAV less 1; NaN on the first day. */
  readonly returns: Float64Array
  readonly cash: Float64Array
  readonly ledger: readonly Rebalance[]
  /** What every rebalance left behind: with prices, the holdings of every day (holdings.ts). */
  readonly positions: readonly Position[]
  readonly totalCost: number
}

/** Backtest of methods 7, rules B1 to B8, on a capital of 1. A decision sees nothing later than its own close. */
export async function backtest(input: BacktestInput): Promise<Backtest> {
  const days = input.dates.length
  const count = input.symbols.length
  const decisionDays = new Set(input.decisionDays)
  const nav = new Float64Array(days)
  const cash = new Float64Array(days)
  const ledger: Rebalance[] = []
  const positions: Position[] = []
  const lastClose = new Float64Array(count).fill(Number.NaN)
  const values = new Float64Array(count)
  let holdings: Holdings = nothingHeld(count)
  let ordered: Ordered | null = null

  for (let day = 0; day < days; day++) {
    if (ordered !== null) {
      const filled = rebalanceAt(input, day, holdings, lastClose, ordered, input)
      holdings = filled.holdings
      positions.push({ day, ...holdings })
      ledger.push(filled.rebalance)
      ordered = null
    }
    carryCloses(input, day, lastClose)
    const total = valueAt(holdings, lastClose, values)
    nav[day] = total
    cash[day] = holdings.cash
    if (decisionDays.has(day) && day + 1 < days) {
      const target = await input.decide(
        day,
        values.map((value) => value / total),
        total,
      )
      if (target !== null) ordered = { target, orderMax: input.orderMaxAt?.(day) ?? null }
    }
  }
  return {
    nav,
    returns: nav.map((value, day) => (day === 0 ? Number.NaN : value / nav[day - 1] - 1)),
    cash,
    ledger,
    positions,
    totalCost: ledger.reduce((sum, rebalance) => sum + rebalance.cost, 0),
  }
}

/**
 * Index into `dates` of the day after the first fill, from which on both sides are close to close (methods 7), or of the first
 * later one that follows no day of `gaps`: the return of a benchmark without a close would catch up with days that are not
 * compared. Null where nothing was ever filled, or no day follows.
 */
export function firstComparedDay(
  dates: ArrayLike<DateInt>,
  ledger: readonly Rebalance[],
  gaps: ReadonlySet<number> = new Set(),
): number | null {
  const build = ledger.find(({ turnover }) => turnover > 0)
  if (build === undefined) return null
  let from = Array.from(dates).indexOf(build.fillDate) + 1
  while (gaps.has(from - 1)) from++
  return from < dates.length ? from : null
}

/**
 * Net returns beside benchmark returns from the first compared day on, null without one. `benchmarkReturns`: per day of
 * `dates`; `gaps`: those without a close of its own.
 */
export function compareWithBenchmark(
  dates: ArrayLike<DateInt>,
  { returns, ledger }: Backtest,
  benchmarkReturns: Float64Array,
  gaps?: ReadonlySet<number>,
): Pick<PerformanceInput, 'dates' | 'portfolio' | 'benchmark' | 'rebalances'> | null {
  const from = firstComparedDay(dates, ledger, gaps)
  if (from === null) return null
  return {
    dates: Array.from(dates).slice(from),
    portfolio: returns.slice(from),
    benchmark: benchmarkReturns.slice(from),
    rebalances: ledger.map(({ fillDate, turnover }) => ({
      date: fillDate,
      turnover,
      initial: fillDate < dates[from],
    })),
  }
}

/** Orders refused, by reason, in order of first appearance. */
export function refusedOrders(ledger: readonly Rebalance[]): { reason: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const { orders } of ledger) {
    for (const { reason } of orders) {
      if (reason !== null) counts.set(reason, (counts.get(reason) ?? 0) + 1)
    }
  }
  return Array.from(counts, ([reason, count]) => ({ reason, count }))
}
