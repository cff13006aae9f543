import type { PortfolioReport, Rebalance } from '../../src-shared/domain/portfolio.ts'
import type { Note } from '../../src-shared/domain/result.ts'
import { closes, type Prices, replay } from '../portfolio/holdings.ts'
import type { Prepared } from './prepare.ts'
import { tradingData } from './rebalanceInputs.ts'

/** Exchange days without trade, up to the last one, after which the last close says little of what a holding is worth. */
const LONG = 60

export interface UntradedHoldings {
  readonly stocks: number
  /** Of the portfolio at the last close. */
  readonly share: number
}

/** Holdings of the last day that have not traded for `LONG` days or more: suspended, or delisted, and valued at their last close. */
export function untradedHoldings(prices: Prices, ledger: readonly Rebalance[]): UntradedHoldings {
  const { dates, symbols, traded } = prices
  const last = dates.length - 1
  let [stocks, value, whole] = [0, 0, 1]
  for (const { day, values, total } of closes(prices, replay(prices, ledger))) {
    if (day < last) continue
    whole = total
    values.forEach((held, stock) => {
      if (!(held > 0)) return
      for (let back = 0; back < LONG && back <= last; back++)
        if (traded[(last - back) * symbols.length + stock] === 1) return
      stocks++
      value += held
    })
  }
  return { stocks, share: value / whole }
}

/** One for each portfolio that has such holdings. */
export function untradedNotes(prepared: Prepared, portfolios: readonly PortfolioReport[]): Note[] {
  const prices = tradingData(prepared)
  return portfolios.flatMap(({ index, model, ledger }) => {
    const { stocks: count, share } = untradedHoldings(prices, ledger)
    return count === 0
      ? []
      : [{ code: 'holdings_untraded', values: { index, model, count, share, days: LONG } }]
  })
}
