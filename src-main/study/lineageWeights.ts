import { PlateauError } from '../../src-shared/errors.ts'
import { rebalanceAt } from '../portfolio/fill.ts'
import { closes, nothingHeld, replay } from '../portfolio/holdings.ts'
import type { Fill } from './lineageFill.ts'
import type { Prepared } from './prepare.ts'
import { tradingData } from './rebalanceInputs.ts'

/** Weights of every stock from the decision to the close of `day`, by replaying the ledger up to the fill. */
export interface FillWeights {
  /** At the close of the decision date. */
  readonly held: Float64Array
  readonly target: Float64Array
  /** At the fill prices. */
  readonly before: Float64Array
  readonly after: Float64Array
  readonly close: Float64Array
  readonly nav: number
  readonly cash: number
  readonly valueBefore: number
}

/** The weights around a fill, and at the close of `day`, on which it was the last one. */
export function weightsOf(
  prepared: Prepared,
  { portfolio: { ledger }, rebalance }: Fill,
  day: number,
): FillWeights {
  const { panel } = prepared.market
  const stocks = panel.symbols.length
  const trading = tradingData(prepared)
  const positions = replay(trading, ledger.slice(0, ledger.indexOf(rebalance) + 1))
  const fillDay = positions.at(-1)!.day
  const closeOn = (wanted: number) => {
    for (const { day, total, cash, values, close } of closes(trading, positions))
      if (day === wanted)
        return { nav: total, cash, weights: values.map((value) => value / total), close: close.slice() }
    throw new PlateauError('internal', 'a day that has no close')
  }
  const decided = closeOn(fillDay - 1)
  // Everything sold: an order for each holding, with its weight at the fill prices.
  const { rebalance: sold } = rebalanceAt(
    trading,
    fillDay,
    positions.at(-2) ?? nothingHeld(stocks),
    decided.close,
    { target: new Float64Array(stocks), orderMax: null },
    { costRate: 0 },
  )
  const stockOf = new Map(panel.symbols.map((symbol, stock) => [symbol, stock]))
  const before = new Float64Array(stocks)
  for (const { symbol, weightBefore } of sold.orders) before[stockOf.get(symbol)!] = weightBefore
  // What got no order was to keep its weight at the decision, whatever it was worth at the fill.
  const target = decided.weights.slice()
  const after = before.map((weight) => (weight * rebalance.valueBefore) / rebalance.valueAfter)
  for (const { symbol, targetWeight, weightAfter } of rebalance.orders) {
    target[stockOf.get(symbol)!] = targetWeight
    after[stockOf.get(symbol)!] = weightAfter
  }
  const { weights: close, nav, cash } = closeOn(day)
  return { held: decided.weights, target, before, after, close, nav, cash, valueBefore: sold.valueBefore }
}
