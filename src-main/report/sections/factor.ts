import { layerBars, layerNav, rankIcChart } from '../../../src-shared/charts/index.ts'
import type { FactorReport } from '../../../src-shared/domain/factor.ts'
import { formatCount, formatIc, formatPercent, formatRatio } from '../../../src-shared/format.ts'
import { fillPlaceholders } from '../../../src-shared/locales/index.ts'
import { FULL_WIDTH, HALF_WIDTH } from '../chart.ts'
import type { ReportContext } from '../context.ts'
import type { StudyFactor } from '../derive.ts'
import { compositeFactors } from '../derive.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'
import type { Column } from '../table.ts'
import { table } from '../table.ts'

/** RankIC of every factor, then layers of the composites. */
export function factorSection(context: ReportContext): Html {
  const { result, text, chartStyle } = context
  const composites = compositeFactors(result)
  const perModel = (factor: StudyFactor): Html =>
    html`<div class="pair">
      ${context.figure(
        fillPlaceholders(text.factor.layers, { model: factor.optimizer }),
        layerNav(factor, chartStyle),
        { width: HALF_WIDTH, height: 210 },
      )}
      ${context.figure(
        fillPlaceholders(text.factor.rankIc, { model: factor.optimizer }),
        rankIcChart(factor, chartStyle),
        { width: HALF_WIDTH, height: 210 },
      )}
    </div>`
  return html`${context.exhibit(text.factor.ic, icTable(context))}
  ${context.figure(text.factor.bars, layerBars(composites, chartStyle), { width: FULL_WIDTH, height: 220 })}
  ${context.exhibit(text.factor.layerTable, layerTable(context, composites))}
  ${context.exhibit(text.factor.top, topTable(context, composites))} ${composites.map(perModel)}
  ${context.exhibit(text.factor.coverage, coverageTable(context))}`
}

function name({ terms }: ReportContext): Column<StudyFactor> {
  return { head: terms.metrics.model.name, cell: ({ optimizer }) => optimizer, align: 'left', width: 1.1 }
}

function frequency({ terms, text }: ReportContext): Column<StudyFactor> {
  return {
    head: text.facts.frequency,
    cell: (factor) => terms.frequencies[factor.frequency],
    align: 'left',
    width: 1.4,
  }
}

function icTable(context: ReportContext): Html {
  const { metrics } = context.terms
  return table<StudyFactor>(
    [
      name(context),
      frequency(context),
      { head: metrics.n.name, cell: ({ rankIcSummary }) => formatCount(rankIcSummary.n) },
      { head: metrics.rankIc.name, cell: ({ rankIcSummary }) => formatIc(rankIcSummary.mean) },
      { head: metrics.std.name, cell: ({ rankIcSummary }) => formatIc(rankIcSummary.std) },
      { head: metrics.rankIcir.name, cell: ({ rankIcSummary }) => formatRatio(rankIcSummary.ir) },
      {
        head: metrics.sharePositive.name,
        cell: ({ rankIcSummary }) => formatPercent(rankIcSummary.sharePositive),
      },
      { head: metrics.t.name, cell: ({ rankIcSummary }) => formatRatio(rankIcSummary.t) },
      { head: metrics.neweyWestT.name, cell: ({ rankIcSummary }) => formatRatio(rankIcSummary.neweyWestT) },
      { head: metrics.ic.name, cell: ({ icSummary }) => formatIc(icSummary.mean) },
      { head: metrics.icir.name, cell: ({ icSummary }) => formatRatio(icSummary.ir) },
    ],
    context.result.factors,
  )
}

function layerTable(context: ReportContext, factors: readonly StudyFactor[]): Html {
  const { charts } = context.terms
  const count = Math.max(...factors.map(({ layers }) => layers.length))
  return table<StudyFactor>(
    [
      name(context),
      ...Array.from({ length: count }, (_, at) => ({
        head: at === 0 ? charts.top : String(at + 1),
        cell: ({ layers }: FactorReport) => formatPercent(layers[at].annualisedReturn),
      })),
      {
        head: context.text.factor.universe,
        cell: ({ benchmark }) => formatPercent(benchmark.annualisedReturn),
      },
    ],
    factors,
  )
}

function topTable(context: ReportContext, factors: readonly StudyFactor[]): Html {
  const { metrics } = context.terms
  return table<StudyFactor>(
    [
      name(context),
      {
        head: metrics.annualisedReturn.name,
        cell: ({ layers }) => formatPercent(layers[0].annualisedReturn),
      },
      {
        head: metrics.annualisedExcess.name,
        cell: ({ layers }) => formatPercent(layers[0].annualisedExcess),
      },
      { head: metrics.trackingError.name, cell: ({ layers }) => formatPercent(layers[0].trackingError) },
      { head: metrics.informationRatio.name, cell: ({ layers }) => formatRatio(layers[0].informationRatio) },
      { head: metrics.maxDrawdown.name, cell: ({ layers }) => formatPercent(layers[0].maxDrawdown) },
      {
        head: metrics.excessMaxDrawdown.name,
        cell: ({ layers }) => formatPercent(layers[0].excessMaxDrawdown),
      },
      { head: metrics.turnoverPerYear.name, cell: ({ layers }) => formatPercent(layers[0].turnoverPerYear) },
      {
        head: metrics.topMinusBottom.name,
        cell: ({ topMinusBottom }) => formatPercent(topMinusBottom.annualised),
      },
      { head: metrics.monotonicity.name, cell: ({ monotonicity }) => formatRatio(monotonicity) },
    ],
    factors,
  )
}

function coverageTable(context: ReportContext): Html {
  const { terms, text, result } = context
  const reasons = ['no_factor', 'not_buyable', 'no_price'] as const
  const dropped = (factor: StudyFactor, reason: string) =>
    factor.dropped.find((entry) => entry.reason === reason)?.count ?? 0
  return table<StudyFactor>(
    [
      name(context),
      frequency(context),
      {
        head: terms.metrics.universeStockDates.name,
        cell: (factor) => formatCount(factor.universeStockDates),
      },
      ...reasons.map((reason) => ({
        head: terms.dropReasons[reason],
        cell: (factor: StudyFactor) => formatCount(dropped(factor, reason)),
      })),
      {
        head: text.factor.used,
        cell: (factor) => formatCount(factor.pairs.reduce((sum, pairs) => sum + pairs, 0)),
      },
      { head: terms.metrics.skippedDates.name, cell: (factor) => formatCount(factor.skippedDates) },
    ],
    result.factors,
  )
}
