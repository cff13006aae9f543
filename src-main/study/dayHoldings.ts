import type { DateInt } from '../../src-shared/domain/date.ts'
import type { DayHoldings, HeldStock } from '../../src-shared/domain/holdings.ts'
import type { PortfolioReport } from '../../src-shared/domain/portfolio.ts'
import { benchmarkWeights } from '../portfolio/benchmarkWeights.ts'
import { holdingsOn } from '../portfolio/holdings.ts'
import { lastKnown } from '../portfolio/lastKnown.ts'
import { allTestDays } from './factors.ts'
import type { Prepared } from './prepare.ts'
import { tradingData } from './rebalanceInputs.ts'

/** What a portfolio held at the close of a date beside its benchmark. `capital`: initial, in currency; null: of any size. */
export function dayHoldings(
  prepared: Prepared,
  { model, index, ledger }: PortfolioReport,
  {
    date: asked,
    capital,
    nameOf,
  }: { readonly date: DateInt; readonly capital: number | null; readonly nameOf: (symbol: string) => string },
): Omit<DayHoldings, 'fillDate'> {
  const { market, derived } = prepared
  const { panel, industries } = market
  const stocks = panel.symbols.length
  const { date, total, cash, holdings } = holdingsOn(tradingData(prepared), ledger, asked, capital)
  const day = panel.dates.indexOf(date)
  const benchmark = benchmarkWeights(
    market.indices.get(index)!,
    panel,
    derived.adjClose,
    allTestDays(prepared)[0],
  )
  const { weights } = benchmark.at(day)
  const industry = industries?.at(day)
  const held = new Map(holdings.map((holding) => [holding.symbol, holding]))

  const stockOn = (symbol: string, stock: number): HeldStock => {
    const { weight = 0, value = 0, shares = 0 } = held.get(symbol) ?? {}
    const group = industry?.[stock] ?? -1
    const change =
      derived.adjClose[day * stocks + stock] / lastKnown(derived.adjClose, stocks, day - 1, stock) - 1
    return {
      symbol,
      name: nameOf(symbol),
      industry: group < 0 ? null : industries!.names[group],
      weight,
      benchmarkWeight: weights[stock],
      dayReturn: Number.isFinite(change) ? change : null,
      value: capital === null ? null : value,
      shares: capital === null ? null : shares,
    }
  }
  return {
    model,
    index,
    date,
    nav: total / (capital ?? 1),
    cashWeight: cash / total,
    benchmarkWeights: benchmark.source,
    stocks: panel.symbols
      .map(stockOn)
      .filter(({ weight, benchmarkWeight }) => weight > 0 || benchmarkWeight > 0)
      .sort((a, b) => b.weight - a.weight || b.benchmarkWeight - a.benchmarkWeight),
  }
}
