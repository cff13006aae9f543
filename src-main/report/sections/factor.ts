import { layerBars, layerNav, rankIcChart } from '../../../src-shared/charts/index.ts'
import { fillPlaceholders } from '../../../src-shared/locales/index.ts'
import { countCell, icCell, percentCell, ratioCell } from '../cells.ts'
import { FULL_WIDTH, HALF_WIDTH } from '../chart.ts'
import type { ReportContext } from '../context.ts'
import type { TestedFactor } from '../derive.ts'
import { compositeFactors, testedFactors } from '../derive.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'
import { table } from '../table.ts'
import { factorName, factorScope } from './columns.ts'
import { analysisPart, monthsFigure } from './factorAnalysis.ts'
import { coverageExhibit } from './factorCoverage.ts'

/** RankIC of every factor, layers and months of the composites, then what the analysis says of composites and imported factors. */
export function factorSection(context: ReportContext): Html {
  const { result, text, chartStyle } = context
  const factors = testedFactors(result)
  const compared = factors.filter(({ scope }) => scope === 'composite' || scope === 'imported')
  const perModel = (factor: TestedFactor): Html => {
    const titled = (title: string) => fillPlaceholders(title, { model: factor.label })
    return html`<div class="pair">
        ${context.figure(titled(text.factor.layers), layerNav(factor, chartStyle), {
          width: HALF_WIDTH,
          height: 230,
        })}
        ${context.figure(titled(text.factor.rankIc), rankIcChart(factor, chartStyle), {
          width: HALF_WIDTH,
          height: 230,
        })}
      </div>
      ${monthsFigure(context, factor)}`
  }
  const neutralised = result.config.composite.neutralise.length > 0
  const icNote = neutralised ? text.factor.icNeutralised : undefined
  return html`${context.exhibit(text.factor.ic, icTable(context, factors), icNote)}
  ${context.figure(text.factor.bars, layerBars(compositeFactors(result), chartStyle), {
    width: FULL_WIDTH,
    height: 220,
  })}
  ${context.exhibit(text.factor.layerTable, layerTable(context, compared))}
  ${context.exhibit(text.factor.top, topTable(context, compared))}
  ${factors.filter(({ scope }) => scope === 'composite').map(perModel)} ${analysisPart(context, compared)}
  ${coverageExhibit(context, factors)}`
}

function icTable(context: ReportContext, factors: readonly TestedFactor[]): Html {
  const { metrics } = context.terms
  return table<TestedFactor>(
    [
      factorName(context),
      factorScope(context),
      { head: metrics.n.name, cell: ({ rankIcSummary }) => countCell(rankIcSummary.n) },
      { head: metrics.rankIc.name, cell: ({ rankIcSummary }) => icCell(rankIcSummary.mean) },
      { head: metrics.std.name, cell: ({ rankIcSummary }) => icCell(rankIcSummary.std) },
      { head: metrics.rankIcir.name, cell: ({ rankIcSummary }) => ratioCell(rankIcSummary.ir) },
      {
        head: metrics.sharePositive.name,
        cell: ({ rankIcSummary }) => percentCell(rankIcSummary.sharePositive),
      },
      { head: metrics.t.name, cell: ({ rankIcSummary }) => ratioCell(rankIcSummary.t) },
      { head: metrics.neweyWestT.name, cell: ({ rankIcSummary }) => ratioCell(rankIcSummary.neweyWestT) },
      { head: metrics.ic.name, cell: ({ icSummary }) => icCell(icSummary.mean) },
      { head: metrics.icir.name, cell: ({ icSummary }) => ratioCell(icSummary.ir) },
    ],
    factors,
  )
}

function layerTable(context: ReportContext, factors: readonly TestedFactor[]): Html {
  const { charts } = context.terms
  const count = Math.max(...factors.map(({ layers }) => layers.length))
  return table<TestedFactor>(
    [
      factorName(context),
      ...Array.from({ length: count }, (_, at) => ({
        head: at === 0 ? charts.top : String(at + 1),
        cell: ({ layers }: TestedFactor) => percentCell(layers[at]?.annualisedReturn),
      })),
      {
        head: context.text.factor.universe,
        cell: ({ benchmark }) => percentCell(benchmark.annualisedReturn),
      },
    ],
    factors,
  )
}

function topTable(context: ReportContext, factors: readonly TestedFactor[]): Html {
  const { metrics } = context.terms
  return table<TestedFactor>(
    [
      factorName(context),
      {
        head: metrics.annualisedReturn.name,
        cell: ({ layers }) => percentCell(layers[0].annualisedReturn),
      },
      {
        head: metrics.annualisedExcess.name,
        cell: ({ layers }) => percentCell(layers[0].annualisedExcess),
      },
      { head: metrics.trackingError.name, cell: ({ layers }) => percentCell(layers[0].trackingError) },
      { head: metrics.informationRatio.name, cell: ({ layers }) => ratioCell(layers[0].informationRatio) },
      { head: metrics.maxDrawdown.name, cell: ({ layers }) => percentCell(layers[0].maxDrawdown) },
      {
        head: metrics.excessMaxDrawdown.name,
        cell: ({ layers }) => percentCell(layers[0].excessMaxDrawdown),
      },
      { head: metrics.turnoverPerYear.name, cell: ({ layers }) => percentCell(layers[0].turnoverPerYear) },
      {
        head: metrics.topMinusBottom.name,
        cell: ({ topMinusBottom }) => percentCell(topMinusBottom.annualised),
      },
      {
        head: metrics.monotonicity.name,
        cell: ({ monotonicity }) => ratioCell(monotonicity),
        width: 1.15,
      },
    ],
    factors,
  )
}
