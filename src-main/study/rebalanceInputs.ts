import type { BenchmarkWeights } from '../portfolio/benchmarkWeights.ts'
import type { EnhancementProblem } from '../portfolio/enhancementProblem.ts'
import type { TradingData } from '../portfolio/trading.ts'
import type { StyleExposures } from '../risk/styles.ts'
import type { Prepared } from './prepare.ts'

/** What the optimiser is given of the market at the close of `day`, whatever the factor and the holdings; `styles` are the day's. */
export function rebalanceInputs(
  { market, universe }: Prepared,
  benchmark: BenchmarkWeights,
  styles: StyleExposures,
  day: number,
): Pick<
  EnhancementProblem,
  'benchmark' | 'member' | 'universe' | 'industry' | 'industries' | 'size' | 'styles'
> & {
  /** 1 = traded on the day. */
  readonly traded: Uint8Array
} {
  const { panel, industries } = market
  const stocks = panel.symbols.length
  const row = (matrix: Uint8Array): Uint8Array => matrix.subarray(day * stocks, (day + 1) * stocks)
  const { weights, member } = benchmark.at(day)
  return {
    benchmark: weights,
    member,
    universe: row(universe),
    industry: industries?.at(day) ?? null,
    industries: industries?.names ?? [],
    size: styles.get('size')?.exposure ?? null,
    styles: Array.from(styles, ([name, { exposure }]) => ({ name, exposure })).filter(
      ({ name }) => name !== 'size',
    ),
    traded: row(panel.traded),
  }
}

/** Prices and trading states as a backtest reads them. */
export function tradingData({ market: { panel }, derived }: Prepared): TradingData {
  return {
    dates: panel.dates,
    symbols: panel.symbols,
    close: panel.close,
    vwap: derived.rawVwap,
    factor: panel.factor,
    traded: panel.traded,
    oneWordUp: derived.oneWordUp,
    oneWordDown: derived.oneWordDown,
  }
}
