import { fillPlaceholders, indexName } from '../../../src-shared/locales/index.ts'
import { icCell, percentCell, ratioCell } from '../cells.ts'
import type { ReportContext } from '../context.ts'
import { compositeFactors } from '../derive.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'
import { shortPeriod } from '../shortPeriod.ts'
import { table } from '../table.ts'
import { comparisonTables, sharpeExhibit } from './comparisons.ts'

/** What a reader looks for first: composite factors, portfolios against their benchmarks, models against the first. */
export function statisticsSection(context: ReportContext): Html {
  const { result, text, terms, locale } = context
  const { metrics } = terms
  const factors = table(
    [
      { head: metrics.model.name, cell: (factor) => factor.optimizer, align: 'left', width: 1.1 },
      { head: metrics.rankIc.name, cell: ({ rankIcSummary }) => icCell(rankIcSummary.mean) },
      { head: metrics.rankIcir.name, cell: ({ rankIcSummary }) => ratioCell(rankIcSummary.ir) },
      { head: metrics.t.name, cell: ({ rankIcSummary }) => ratioCell(rankIcSummary.t) },
      { head: metrics.neweyWestT.name, cell: ({ rankIcSummary }) => ratioCell(rankIcSummary.neweyWestT) },
      { head: metrics.topExcess.name, cell: ({ layers }) => percentCell(layers[0].annualisedExcess) },
      { head: metrics.informationRatio.name, cell: ({ layers }) => ratioCell(layers[0].informationRatio) },
      { head: metrics.monthlyWinRate.name, cell: ({ layers }) => percentCell(layers[0].monthlyWinRate) },
      {
        head: metrics.excessMaxDrawdown.name,
        cell: ({ layers }) => percentCell(layers[0].excessMaxDrawdown),
      },
      {
        head: metrics.turnoverPerRebalance.name,
        cell: ({ layers }) => percentCell(layers[0].turnoverPerRebalance),
      },
    ],
    compositeFactors(result),
  )
  const portfolios = table(
    [
      { head: metrics.index.name, cell: ({ index }) => indexName(index, locale), align: 'left', width: 1.1 },
      { head: metrics.model.name, cell: ({ model }) => model, align: 'left', width: 1.1 },
      {
        head: metrics.annualisedExcess.name,
        cell: ({ performance }) => percentCell(performance?.full.annualisedExcess),
      },
      {
        head: metrics.trackingError.name,
        cell: ({ performance }) => percentCell(performance?.full.trackingError),
      },
      {
        head: metrics.informationRatio.name,
        cell: ({ performance }) => ratioCell(performance?.full.informationRatio),
      },
      {
        head: metrics.excessDrawdown.name,
        cell: ({ performance }) => percentCell(performance?.full.excessDrawdown.value),
      },
      {
        head: metrics.excessCalmar.name,
        cell: ({ performance }) => ratioCell(performance?.full.excessCalmar),
      },
      {
        head: metrics.monthlyWinRate.name,
        cell: ({ performance }) => percentCell(performance?.full.monthlyWinRate),
      },
      {
        head: metrics.turnoverPerYear.name,
        cell: ({ performance }) => percentCell(performance?.full.turnoverPerYear),
      },
    ],
    result.portfolios,
  )
  const note = fillPlaceholders(text.statistics.testNote, {
    horizon: String(result.config.factorTest.horizon),
  })
  return html`${context.exhibit(text.statistics.factors, factors, note)}
  ${context.exhibit(text.statistics.portfolios, portfolios, shortPeriod(result.portfolios, locale))}
  ${comparisonTables(context)} ${sharpeExhibit(context)}`
}
