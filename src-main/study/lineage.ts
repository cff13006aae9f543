import type { DateInt } from '../../src-shared/domain/date.ts'
import type { Lineage, LineageStock } from '../../src-shared/domain/lineage.ts'
import { failure } from '../../src-shared/failure.ts'
import { lineageErrors } from '../../src-shared/locales/errors/lineages.ts'
import { daysBetween, splitDates } from '../market/splits.ts'
import { benchmarkWeights } from '../portfolio/benchmarkWeights.ts'
import { allTestDays } from './factors.ts'
import { checkLineage } from './lineageCheck.ts'
import type { Fill, LineageQuestion, Traced } from './lineageFill.ts'
import { factorOn } from './lineageFactor.ts'
import { weightsOf } from './lineageWeights.ts'
import { rebalanceInputs } from './rebalanceInputs.ts'
import { stylesOn } from './styles.ts'

/**
 * The weights of a day, stock by stock: the fill and the decision that made them, the optimiser's inputs, the factor and the
 * predictions in it. All that the result does not hold is computed anew by the functions that the study used.
 *
 * Errors: not_found for a symbol without bars; store_corrupt when a recomputed number is not the result's.
 */
export function traceLineage(question: LineageQuestion, fill: Fill, traced: Traced): Lineage {
  const { id, result, prepared } = traced
  const { portfolio, decision, rebalance } = fill
  const { model, index } = portfolio
  const { panel } = prepared.market
  const asked = question.symbol === null ? null : panel.symbols.indexOf(question.symbol)
  if (asked === -1) throw failure(lineageErrors.stockUnknown, { symbol: question.symbol! })
  const dayOf = (date: DateInt): number => panel.dates.findLastIndex((known) => known <= date)
  const day = dayOf(question.date)
  const date = panel.dates[day]

  const decided = dayOf(decision.date)
  const factor = factorOn(traced, model, decided)
  const { market, derived } = prepared
  const [from] = allTestDays(prepared)
  const benchmark = benchmarkWeights(market.indices.get(index)!, panel, derived.adjClose, from)
  const styles = stylesOn(result.config, prepared, [decided]).get(decided)!
  const inputs = rebalanceInputs(prepared, benchmark, styles, decided)
  const weights = weightsOf(prepared, fill, day)
  const check = checkLineage(traced, fill, { factor, weights, inputs })

  const size = styles.get('size')
  const stockOn = (stock: number): LineageStock => {
    const symbol = panel.symbols[stock]
    const order = rebalance.orders.find((each) => each.symbol === symbol)
    const industry = inputs.industry?.[stock] ?? -1
    return {
      symbol,
      name: traced.nameOf(symbol),
      industry: industry < 0 ? null : inputs.industries[industry],
      size: size?.known[stock] === 1 ? size.exposure[stock] : null,
      inUniverse: inputs.universe[stock] === 1,
      member: inputs.member[stock] === 1,
      suspended: inputs.traded[stock] !== 1,
      benchmarkWeight: inputs.benchmark[stock],
      heldWeight: weights.held[stock],
      alpha: orNull(factor.alpha[stock]),
      neutralised: orNull(factor.neutralised[stock]),
      composite: orNull(factor.composite[stock]),
      byFrequency: factor.byFrequency.map((values) => orNull(values[stock])),
      predictions: factor.predictions.map((values) => orNull(values[stock])),
      targetWeight: weights.target[stock],
      order:
        order === undefined
          ? null
          : {
              side: order.side,
              orderValue: order.orderValue,
              filledValue: order.filledValue,
              status: order.status,
              reason: order.reason,
              fillPrice: order.fillPrice,
              cost: order.cost,
            },
      weightBefore: weights.before[stock],
      weightAfter: weights.after[stock],
      weight: weights.close[stock],
    }
  }
  const ordered = new Set(rebalance.orders.map(({ symbol }) => symbol))
  const chosen =
    asked === null
      ? panel.symbols.flatMap((symbol, stock) =>
          weights.close[stock] > 0 || ordered.has(symbol) ? [stock] : [],
        )
      : [asked]
  const { orders: _, ...fillFacts } = rebalance
  const compared = portfolio.dates.indexOf(date)
  const { configHash, dataHash, engine, appVersion, synthetic } = result
  return {
    study: { id, name: result.config.name, configHash, dataHash, engine, appVersion, synthetic },
    model,
    index,
    date,
    nav: weights.nav,
    cashWeight: weights.cash / weights.nav,
    returns:
      compared === -1
        ? null
        : { portfolio: portfolio.returns[compared], benchmark: portfolio.benchmarkReturns[compared] },
    decision,
    rebalance: fillFacts,
    laterDecisions: portfolio.decisions.filter((each) => each.date > decision.date && each.date <= date),
    window: windowOf(traced, factor.window),
    frequencies: result.config.models.map(({ frequency }) => frequency),
    runs: factor.runs,
    check,
    stocks: chosen.map(stockOn).sort((a, b) => b.weight - a.weight),
  }
}

/** The fit window, and the decision dates on which its models were trained and compared. */
function windowOf({ result, prepared }: Traced, at: number): Lineage['window'] {
  const window = prepared.windows[at]
  const { dates } = prepared.market.panel
  const { horizon, stride } = result.config.samples
  const split = splitDates(daysBetween(dates, window.fitStart, window.fitEnd)!, horizon, stride)
  const span = (days: Int32Array) => ({ first: dates[days[0]], last: dates[days[days.length - 1]] })
  return { ...window, train: span(split.trainDates), valid: span(split.validDates) }
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value)
