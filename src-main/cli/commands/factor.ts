import { type DateInt, formatDate, formatDateRange, parseDate } from '../../../src-shared/domain/date.ts'
import { INDUSTRY_DATES } from '../../../src-shared/domain/factorAnalysis.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { formatCount, formatIc, formatPercent, formatRatio } from '../../../src-shared/format.ts'
import { icSample } from '../../../src-shared/sampleLoss.ts'
import { type FactorAnswer, runFactorTask } from '../../study/factorTask.ts'
import type { IndustryBasis } from '../../study/industryBasis.ts'
import { parseCommand } from '../arguments.ts'
import type { Command } from '../command.ts'
import { storePath } from '../storePath.ts'
import { table } from '../terminal.ts'

const USAGE = 'factor NAME [--universe INDEX] [--from DATE] [--to DATE] [--layers N] [--horizon N]'
/** A study's defaults (src-shared/domain/study.ts). */
const RULES = { minListedDays: 60, excludeSt: true }
const TRADING_DAYS_PER_YEAR = 252
const ANNUALISED_EXCESS = 'compound'

/** Test a daily factor that came with the data, without a study. */
export const factor: Command = {
  usage: USAGE,
  summary: 'Single-factor test of a stored daily factor: IC, layers, decay, industries, years.',
  async run(args, terminal) {
    const { values, positionals } = parseCommand(
      args,
      USAGE,
      {
        universe: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        layers: { type: 'string' },
        horizon: { type: 'string' },
      },
      { min: 1, max: 1 },
    )
    const answer = runFactorTask({
      name: positionals[0],
      store: storePath(values.store),
      index: values.universe ?? null,
      rules: RULES,
      from: day(values.from, '--from'),
      to: day(values.to, '--to'),
      layers: whole(values.layers, '--layers', { default: 10, min: 2, max: 50 }),
      horizon: whole(values.horizon, '--horizon', { default: 5, min: 1, max: 60 }),
      tradingDaysPerYear: TRADING_DAYS_PER_YEAR,
      annualisedExcess: ANNUALISED_EXCESS,
    })
    terminal.answer(answer, lines(answer))
  },
}

function lines(answer: FactorAnswer): string[] {
  const { synthetic, universe, horizon, report, analysis, vwapStandInShare, stUnknown, industryBasis } =
    answer
  const { testDates, dropped, universeStockDates, rankIcSummary, icSummary, layers, topMinusBottom } = report
  const { withoutReturn, withReturn } = icSample(report)
  const left = dropped.reduce((sum, { count }) => sum + count, 0)
  return [
    `${report.name}${synthetic ? '  [SYNTHETIC DATA]' : ''}: ${testDates.length} test dates, ${formatDate(testDates[0])} to ${formatDate(testDates[testDates.length - 1])}`,
    `universe ${universe.index ?? 'of all instruments'}, listed ${universe.minListedDays} days${universe.excludeSt ? ', no ST' : ''}; return over ${horizon} days from the next day's vwap`,
    `${formatCount(universeStockDates)} stock-dates, ${formatPercent(left / universeStockDates)} left the test: ${dropped.map(({ reason, count }) => `${reason} ${formatCount(count)}`).join(', ')}`,
    `${formatCount(withoutReturn)} more without a period return, ${formatCount(withReturn)} with one`,
    ...(vwapStandInShare > 0
      ? [
          `${formatPercent(vwapStandInShare)} of the traded bars have no vwap; (high + low + close) / 3 stands in`,
        ]
      : []),
    ...(stUnknown > 0
      ? [
          `${formatCount(stUnknown)} stock-days without ST state, taken as not ST in universe and price limits`,
        ]
      : []),
    '',
    ...table(
      ['', 'mean', 'std', 'IR', 'positive', 't', 't (NW)', 'lag', 'dates'],
      [['RankIC', rankIcSummary] as const, ['IC', icSummary] as const].map(([name, summary]) => [
        name,
        formatIc(summary.mean),
        formatIc(summary.std),
        formatRatio(summary.ir),
        formatPercent(summary.sharePositive),
        formatRatio(summary.t),
        formatRatio(summary.neweyWestT),
        formatCount(summary.neweyWestLag),
        String(summary.n),
      ]),
    ),
    '',
    ...table(
      ['layer', 'return p.a.', 'excess p.a.', 'IR', 'excess drawdown', 'turnover'],
      layers.map((layer) => [
        layer.layer === 1 ? 'TOP' : String(layer.layer),
        formatPercent(layer.annualisedReturn),
        formatPercent(layer.annualisedExcess),
        formatRatio(layer.informationRatio),
        formatPercent(layer.excessMaxDrawdown),
        formatPercent(layer.turnoverPerRebalance),
      ]),
    ),
    `${formatCount(report.rebalances)} rebalances; last test date with a value ${report.lastValueDate === null ? 'none' : formatDate(report.lastValueDate)}`,
    `TOP less bottom ${formatPercent(topMinusBottom.annualised)} p.a., monotonicity ${formatRatio(report.monotonicity)}`,
    '',
    ...table(
      ['lag', 'RankIC of the day', 'RankIC up to it'],
      analysis.decay.map(({ lag, oneDay, cumulative }) => [
        String(lag),
        formatIc(oneDay),
        formatIc(cumulative),
      ]),
    ),
    '',
    ...table(
      ['year', 'RankIC', 'IR', 'TOP', 'bottom', 'all'],
      analysis.years.map(({ year, rankIc, layerReturns, benchmarkReturn }) => [
        String(year),
        formatIc(rankIc.mean),
        formatRatio(rankIc.ir),
        formatPercent(layerReturns[0]),
        formatPercent(layerReturns[layerReturns.length - 1]),
        formatPercent(benchmarkReturn),
      ]),
    ),
    `rank autocorrelation ${analysis.rankAutocorrelation.map(({ mean }) => formatRatio(mean)).join(', ')} at 1 to ${analysis.rankAutocorrelation.length} test dates`,
    ...(analysis.industries.length === 0
      ? []
      : [
          '',
          ...(industryBasis === null ? [] : industryBasisLines(industryBasis)),
          ...table(
            ['industry', 'stocks', 'RankIC', 'IR', 'TOP excess'],
            analysis.industries.map(({ industry, stocks, rankIc, topExcess, topExcessN }) => [
              industry,
              stocks.toFixed(1),
              formatIc(rankIc.n < INDUSTRY_DATES ? null : rankIc.mean),
              formatRatio(rankIc.n < INDUSTRY_DATES ? null : rankIc.ir),
              formatPercent(topExcessN < INDUSTRY_DATES ? null : topExcess),
            ]),
          ),
        ]),
  ]
}

/** What of the industries was not known on the day, or not at all; nothing when all was. */
function industryBasisLines({ stockDays, later, undated, unknown }: IndustryBasis): string[] {
  const part = (count: number): string =>
    `${formatCount(count)} stock-dates (${formatPercent(count / stockDays)})`
  return [
    ...(later === null
      ? []
      : [
          `${part(later.stockDays)} by a later classification, ${formatDateRange(later.first, later.last)}: hindsight`,
        ]),
    ...(undated === 0 ? [] : [`${part(undated)} by a classification without a date`]),
    ...(unknown === 0 ? [] : [`${part(unknown)} without any classification: one group, unknown`]),
  ]
}

function day(text: string | undefined, option: string): DateInt | null {
  if (text === undefined) return null
  const date = parseDate(text)
  if (date !== null) return date
  throw new PlateauError('usage', `${option} ${text} is not a date.`, { remedy: 'Write it as 2020-01-31.' })
}

function whole(
  text: string | undefined,
  option: string,
  limits: { readonly default: number; readonly min: number; readonly max: number },
): number {
  if (text === undefined) return limits.default
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= limits.min && value <= limits.max) return value
  throw new PlateauError('usage', `${option} ${text} is not possible.`, {
    remedy: `Give a whole number from ${limits.min} to ${limits.max}.`,
  })
}
