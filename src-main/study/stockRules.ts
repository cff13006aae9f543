import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { failure } from '../../src-shared/failure.ts'
import { portfolioErrors } from '../../src-shared/locales/errors/portfolios.ts'
import { formatPercent } from '../../src-shared/format.ts'
import type { Derived } from '../market/derive.ts'
import type { MarketData, Panel } from '../market/panel.ts'
import type { EnhancementProblem } from '../portfolio/enhancementProblem.ts'
import { allTestDays } from './factors.ts'
import type { Prepared } from './prepare.ts'

/** Days whose mean amount a trade's share is measured by; a day without trade counts as 0. */
const AMOUNT_DAYS = 20
/** What sums of percentages are off by. */
const ROUNDING = 1e-9

/** What single stocks may weigh and trade on every day of a study (methods 6), as arrays over the panel's stocks. */
export interface StockRules {
  readonly range: EnhancementProblem['stockRange']
  /** 1 = never traded. */
  readonly hold: Uint8Array
}

/**
 * What no portfolio could keep to is refused before anything is trained. Errors: not_found for a symbol without bars; infeasible
 * for least weights of more than the whole portfolio; data_insufficient for a limit of participation where no volume is stored.
 */
export function requireTradable({ portfolio: { limits } }: StudyConfig, prepared: Prepared): void {
  const { market, derived } = prepared
  stockRules(limits, market.panel)
  const least = limits.stocks.reduce((sum, { min }) => sum + min, 0)
  if (least > 1 + ROUNDING) {
    throw failure(
      portfolioErrors.leastWeightsTooLarge,
      { least: formatPercent(least) },
      { place: { field: 'portfolio.limits.stocks' } },
    )
  }
  const { participationMax: share } = limits
  if (share === null) return
  const canTrade = (day: number): boolean =>
    participation(market, derived, day, { share, value: 1 }).some((most) => most > 0)
  if (!allTestDays(prepared).some(canTrade)) {
    throw failure(portfolioErrors.noVolumes, {}, { place: { field: 'portfolio.limits.participationMax' } })
  }
}

/** Errors: not_found for a symbol without bars. */
export function stockRules(
  { stocks, hold, sell }: StudyConfig['portfolio']['limits'],
  panel: Panel,
): StockRules {
  const position = new Map(panel.symbols.map((symbol, stock) => [symbol, stock]))
  const at = (symbol: string, field: 'stocks' | 'hold' | 'sell'): number => {
    const stock = position.get(symbol)
    if (stock !== undefined) return stock
    throw failure(portfolioErrors.stockUnknown, { symbol }, { place: { field: `portfolio.limits.${field}` } })
  }
  const held = new Uint8Array(panel.symbols.length)
  for (const symbol of hold) held[at(symbol, 'hold')] = 1
  if (stocks.length + sell.length === 0) return { range: null, hold: held }
  const range = {
    lower: new Float64Array(panel.symbols.length).fill(NaN),
    upper: new Float64Array(panel.symbols.length).fill(NaN),
    sold: new Uint8Array(panel.symbols.length),
  }
  const set = (stock: number, min: number, max: number): void => {
    range.lower[stock] = min
    range.upper[stock] = max
  }
  for (const { symbol, min, max } of stocks) set(at(symbol, 'stocks'), min, max)
  for (const symbol of sell) {
    const stock = at(symbol, 'sell')
    set(stock, 0, 0)
    range.sold[stock] = 1
  }
  return { range, hold: held }
}

/**
 * Largest weight that may be traded of each stock of a portfolio of `value` in currency: its share of the stock's mean amount (volume x vwap
 * or its stand-in) over the last days up to `day`.
 */
export function participation(
  { panel }: MarketData,
  { rawVwap }: Derived,
  day: number,
  { share, value }: { share: number; value: number },
): Float64Array {
  const stocks = panel.symbols.length
  const from = Math.max(0, day - AMOUNT_DAYS + 1)
  return Float64Array.from({ length: stocks }, (_, stock) => {
    let sum = 0
    for (let t = from; t <= day; t++) {
      const amount = panel.volume[t * stocks + stock] * rawVwap[t * stocks + stock]
      if (Number.isFinite(amount)) sum += amount
    }
    return (share * sum) / (day - from + 1) / value
  })
}
