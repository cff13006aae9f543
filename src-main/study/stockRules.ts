import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import type { Derived } from '../market/derive.ts'
import type { MarketData, Panel } from '../market/panel.ts'
import type { EnhancementProblem } from '../portfolio/enhancementProblem.ts'

/** Days whose mean amount a trade's share is measured by; a day without trade counts as 0. */
const AMOUNT_DAYS = 20

/** What single stocks may weigh and trade on every day of a study (methods 6), as arrays over the panel's stocks. */
export interface StockRules {
  readonly range: EnhancementProblem['stockRange']
  /** 1 = never traded. */
  readonly hold: Uint8Array
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
    throw new PlateauError('not_found', `The stock ${symbol} has no bars in the store.`, {
      place: { field: `portfolio.limits.${field}` },
      remedy: 'Import its bars, or take it out of the limits.',
    })
  }
  const held = new Uint8Array(panel.symbols.length)
  for (const symbol of hold) held[at(symbol, 'hold')] = 1
  if (stocks.length + sell.length === 0) return { range: null, hold: held }
  const range = {
    lower: new Float64Array(panel.symbols.length).fill(NaN),
    upper: new Float64Array(panel.symbols.length).fill(NaN),
  }
  const set = (stock: number, min: number, max: number): void => {
    range.lower[stock] = min
    range.upper[stock] = max
  }
  for (const { symbol, min, max } of stocks) set(at(symbol, 'stocks'), min, max)
  for (const symbol of sell) set(at(symbol, 'sell'), 0, 0)
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
