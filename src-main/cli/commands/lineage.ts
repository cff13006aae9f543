import { formatDate, parseDate } from '../../../src-shared/domain/date.ts'
import type { Lineage, LineageStock } from '../../../src-shared/domain/lineage.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { formatIc, formatNumber, formatPercent, formatRatio } from '../../../src-shared/format.ts'
import { reasonText, remedyText } from '../../../src-shared/locales/index.ts'
import { runLineageTask } from '../../study/lineageTask.ts'
import { parseCommand } from '../arguments.ts'
import { type Command, usageLine } from '../command.ts'
import { storePath } from '../storePath.ts'
import { table } from '../terminal.ts'

const USAGE = 'lineage STUDY --model NAME --index SYMBOL --date DATE [--symbol SYMBOL]'

/** Where a portfolio's weights on a day come from. */
export const lineage: Command = {
  usage: USAGE,
  summary:
    "A portfolio's weights on a day, back to the rebalance, the optimiser's inputs, the factor, the models and seeds.",
  async run(args, terminal) {
    const text = { type: 'string' } as const
    const { values, positionals } = parseCommand(
      args,
      USAGE,
      { model: text, index: text, date: text, symbol: text },
      { min: 1, max: 1 },
    )
    const { model, index, symbol = null } = values
    const date = values.date === undefined ? null : parseDate(values.date)
    if (model === undefined || index === undefined || date === null)
      throw new PlateauError('usage', '--model, --index and --date YYYY-MM-DD say whose weights, and when.', {
        remedy: usageLine(USAGE),
      })
    const [study] = positionals
    const path = storePath(values.store)
    const answer = runLineageTask({ kind: 'lineage', study, store: path, model, index, date, symbol })
    terminal.answer(answer, [...heading(answer), '', ...modelTable(answer), '', ...stockTables(answer)])
  },
}

const KEPT_FOR = { no_alpha: 'no alpha', bands: 'no weights within what single stocks may weigh' } as const

function heading(answer: Lineage): string[] {
  const { study, model, index, date, nav, cashWeight, returns, decision, rebalance, window } = answer
  const { id, name, engine, appVersion, configHash, dataHash, synthetic } = study
  const limits = (named: readonly { limit: string; slack: number }[]): string =>
    named.map(({ limit, slack }) => `${limit} by ${formatIc(slack)}`).join(', ')
  const prices = decision.binding.map((limit) =>
    limit in decision.multipliers ? `${limit} (${formatIc(decision.multipliers[limit])})` : limit,
  )
  return [
    `${id}  ${name}${synthetic ? '  [SYNTHETIC DATA]' : ''}`,
    `Plateau ${appVersion}, ${engine}, config ${configHash.slice(0, 12)}, data ${dataHash.slice(0, 12)}`,
    '',
    `${model} on ${index} at the close of ${formatDate(date)}: NAV ${formatIc(nav)}, cash ${formatPercent(cashWeight)}` +
      (returns === null
        ? ''
        : `, day ${formatPercent(returns.portfolio)}, benchmark ${formatPercent(returns.benchmark)}`),
    `decided ${formatDate(decision.date)}: ${decision.status}, objective ${formatIc(decision.objective)}, target turnover ${formatPercent(decision.targetTurnover)}`,
    ...(prices.length === 0 ? [] : [`  binding (shadow price): ${prices.join(', ')}`]),
    ...(decision.relaxed.length === 0 ? [] : [`  relaxed: ${limits(decision.relaxed)}`]),
    ...(decision.status === 'relaxed' ? [`  enough alone: ${remedies(decision)}`] : []),
    ...(decision.softened.length === 0 ? [] : [`  softened: ${limits(decision.softened)}`]),
    ...(decision.fallback === null
      ? []
      : [`  the solver did not converge; in place of the optimum: ${reasonText(decision.fallback, 'en')}`]),
    `filled ${formatDate(rebalance.fillDate)}: turnover ${formatPercent(rebalance.turnover)}, cost ${formatPercent(rebalance.cost / rebalance.valueBefore, 'negative', 3)}, buys ${rebalance.buyScale === null ? 'none' : `x ${formatIc(rebalance.buyScale)}`}`,
    ...answer.laterDecisions.map((later) =>
      later.status === 'kept'
        ? `decided ${formatDate(later.date)}: holdings kept${later.reason === null ? '' : ` (${KEPT_FOR[later.reason]})`}`
        : `decided ${formatDate(later.date)}: ${later.status}, to be filled after this day`,
    ),
    `window ${window.index + 1}: trained on ${formatDate(window.train.first)} to ${formatDate(window.train.last)}, validated on ${formatDate(window.valid.first)} to ${formatDate(window.valid.last)}`,
  ]
}

/** Limits that alone would have been enough, with the values that are. */
function remedies({ remedies: known }: Lineage['decision']): string {
  if (known === null) return 'not known'
  if (known.length === 0) return 'no single limit'
  return known.map((one) => remedyText(one, 'en')).join(', ')
}

function modelTable({ runs }: Lineage): string[] {
  return table(
    ['frequency', 'seed', 'best epoch', 'epochs', 'valid IC', 'train dates', 'valid dates'],
    runs.map(({ key, bestEpoch, epochs, validIc, trainDates, validDates }) => [
      key.frequency,
      String(key.seed),
      String(bestEpoch),
      String(epochs),
      formatIc(validIc),
      String(trainDates),
      String(validDates),
    ]),
  )
}

/** Weights and orders, then the factor; a single stock with each seed's prediction. */
function stockTables({ stocks, frequencies, runs }: Lineage): string[] {
  const name = (stock: LineageStock): string =>
    stock.name === '' ? stock.symbol : `${stock.symbol} ${stock.name}`
  const weights = table(
    ['stock', 'benchmark', 'held', 'target', 'order', 'fill', 'price', 'after', 'weight'],
    stocks.map((stock) => [
      name(stock),
      formatPercent(stock.benchmarkWeight),
      formatPercent(stock.heldWeight),
      formatPercent(stock.targetWeight),
      stock.order?.side ?? '—',
      stock.order === null ? '—' : (stock.order.reason ?? stock.order.status),
      formatNumber(stock.order?.fillPrice, 3),
      formatPercent(stock.weightAfter),
      formatPercent(stock.weight),
    ]),
  )
  const factor = table(
    ['stock', 'industry', 'size', 'alpha', 'neutralised', 'composite', ...frequencies],
    stocks.map((stock) => [
      name(stock),
      stock.industry ?? '—',
      formatRatio(stock.size),
      formatIc(stock.alpha),
      formatIc(stock.neutralised),
      formatIc(stock.composite),
      ...stock.byFrequency.map((value) => formatIc(value)),
    ]),
  )
  const [only] = stocks
  const predictions =
    stocks.length === 1
      ? table(
          ['frequency', 'seed', 'prediction'],
          runs.map(({ key }, at) => [key.frequency, String(key.seed), formatNumber(only.predictions[at], 6)]),
        )
      : null
  return [...weights, '', ...factor, ...(predictions === null ? [] : ['', ...predictions])]
}
