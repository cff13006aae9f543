import { formatCount, formatPercent } from '../../../src-shared/format.ts'
import { fillPlaceholders, indexName } from '../../../src-shared/locales/index.ts'
import { countCell, numberCell, percentCell, ratioCell } from '../cells.ts'
import type { ReportContext } from '../context.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'
import type { Column } from '../table.ts'
import { table } from '../table.ts'

/** Paired differences of every later optimizer to the first; null when the study has only one. */
export function comparisonTables(context: ReportContext): Html | null {
  const { result, text, terms, locale } = context
  const { baseline, bootstrap, portfolios, rankIc } = result.comparisons
  if (rankIc.length === 0) return null
  const { metrics } = terms
  const model: Column<{ readonly model: string }> = {
    head: metrics.model.name,
    cell: (row) => row.model,
    align: 'left',
    width: 1.1,
  }
  const excess = table<(typeof portfolios)[number]>(
    [
      { head: metrics.index.name, cell: ({ index }) => indexName(index, locale), align: 'left', width: 1.1 },
      model,
      { head: metrics.meanDifference.name, cell: (row) => percentCell(row.meanDifference, 'always') },
      {
        head: metrics.interval.name,
        cell: ({ interval }) =>
          interval === null
            ? '—'
            : fillPlaceholders(text.to, {
                from: formatPercent(interval.lower),
                to: formatPercent(interval.upper),
              }),
        width: 1.8,
        parts: (['lower', 'upper'] as const).map((side) => ({
          head: fillPlaceholders(text.boundOf[side], { name: metrics.interval.name }),
          cell: ({ interval }: (typeof portfolios)[number]) => percentCell(interval?.[side]),
        })),
      },
      { head: metrics.neweyWestT4.name, cell: (row) => ratioCell(row.neweyWestT4), width: 1.2 },
      { head: metrics.neweyWestT20.name, cell: (row) => ratioCell(row.neweyWestT20), width: 1.2 },
      {
        head: metrics.annualisedExcessDifference.name,
        cell: (row) => percentCell(row.annualisedExcessDifference, 'always'),
      },
      { head: metrics.commonDays.name, cell: ({ commonDays }) => countCell(commonDays) },
    ],
    portfolios,
  )
  const ranks = table<(typeof rankIc)[number]>(
    [
      model,
      {
        head: metrics.meanRankIcDifference.name,
        cell: (row) => numberCell(row.meanRankIcDifference, 4, 'always'),
      },
      { head: metrics.rankIcDifferenceT.name, cell: (row) => ratioCell(row.rankIcDifferenceT) },
      { head: metrics.commonDates.name, cell: ({ commonDates }) => countCell(commonDates) },
    ],
    rankIc,
  )
  return context.exhibit(
    fillPlaceholders(text.statistics.differences, { baseline }),
    html`${excess}
      <div class="gap"></div>
      ${ranks}`,
    fillPlaceholders(text.statistics.differencesNote, {
      block: formatCount(bootstrap.expectedBlock),
      draws: formatCount(bootstrap.draws),
      seed: String(bootstrap.seed),
    }),
  )
}

/** What chance leaves of every portfolio's Sharpe; null in results of earlier versions. */
export function sharpeExhibit({ result, text, terms, locale, exhibit }: ReportContext): Html | null {
  const { sharpe } = result.comparisons
  if (sharpe.length === 0) return null
  const { metrics } = terms
  type Row = (typeof sharpe)[number]
  const rows = table<Row>(
    [
      { head: metrics.index.name, cell: ({ index }) => indexName(index, locale), align: 'left', width: 1.1 },
      { head: metrics.model.name, cell: ({ model }) => model, align: 'left', width: 1.1 },
      { head: metrics.dailySharpe.name, cell: (row) => numberCell(row.dailySharpe, 4), width: 1.2 },
      { head: metrics.skewness.name, cell: (row) => ratioCell(row.skewness) },
      { head: metrics.kurtosis.name, cell: (row) => ratioCell(row.kurtosis) },
      {
        head: metrics.probabilisticSharpe.name,
        cell: (row) => percentCell(row.probabilisticSharpe),
        width: 1.4,
      },
      { head: metrics.trials.name, cell: ({ trials }) => countCell(trials) },
      {
        head: metrics.expectedMaximumSharpe.name,
        cell: (row) => numberCell(row.expectedMaximumSharpe, 4),
        width: 1.4,
      },
      { head: metrics.deflatedSharpe.name, cell: (row) => percentCell(row.deflatedSharpe), width: 1.4 },
    ],
    sharpe,
  )
  return exhibit(text.statistics.sharpe, rows, text.statistics.sharpeNote)
}
