import { convergenceChart } from '../../../src-shared/charts/index.ts'
import { formatNumber } from '../../../src-shared/format.ts'
import { fillPlaceholders } from '../../../src-shared/locales/index.ts'
import { icCell, numberCell } from '../cells.ts'
import { HALF_WIDTH } from '../chart.ts'
import type { ReportContext } from '../context.ts'
import { convergenceSummaries, type ConvergenceSummary } from '../derive.ts'
import { sentences } from '../findings.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'
import { table } from '../table.ts'

/** Validation IC and ICIR by epoch of the last window per frequency, and what all windows say; null without any. */
export function convergenceSection(context: ReportContext): Html | null {
  const { result, text, terms, chartStyle } = context
  const { metrics, frequencies } = terms
  if (result.convergence.length === 0) return null
  const window = Math.max(...result.convergence.map((entry) => entry.window))
  const groups = result.config.models.map(({ frequency }) => {
    const entries = result.convergence.filter((entry) => entry.frequency === frequency)
    return {
      frequency,
      last: entries.filter((entry) => entry.window === window),
      summaries: convergenceSummaries(entries),
    }
  })
  const figures = groups.map(({ frequency, last }) =>
    context.panels(
      fillPlaceholders(text.convergence.curves, {
        frequency: frequencies[frequency],
        window: String(window + 1),
        seeds: String(result.config.training.seeds.length),
      }),
      (['validIc', 'validIcir'] as const).map((measure) => ({
        title: metrics[measure].name,
        option: convergenceChart(last, measure, chartStyle),
      })),
      { width: HALF_WIDTH, height: 190 },
      text.convergence.curvesNote,
    ),
  )
  const rows = groups.flatMap(({ frequency, summaries }) =>
    summaries.map((summary) => ({ frequency, ...summary })),
  )
  const numbers = table(
    [
      { head: text.facts.frequency, cell: ({ frequency }) => frequencies[frequency], align: 'left' },
      { head: metrics.model.name, cell: ({ optimizer }) => optimizer, align: 'left', width: 1.1 },
      { head: metrics.bestEpoch.name, cell: ({ bestEpoch }) => numberCell(bestEpoch, 1) },
      { head: metrics.validIc.name, cell: ({ bestValidIc }) => icCell(bestValidIc) },
      { head: metrics.icGap.name, cell: ({ generalisationGap }) => icCell(generalisationGap) },
      {
        head: text.convergence.decay,
        cell: ({ decaySlope }) => numberCell(decaySlope, 5, 'always'),
        width: 1.6,
      },
    ],
    rows,
  )
  const seeds = String(result.config.training.seeds.length)
  const said = groups.flatMap(({ frequency, summaries }) => found(context, frequencies[frequency], summaries))
  return html`<p class="lead">
      ${sentences(context.locale, ...said, fillPlaceholders(text.convergence.caution, { seeds }))}
    </p>
    ${figures} ${context.exhibit(text.convergence.table, numbers, text.convergence.tableNote)}`
}

const formatSlope = (slope: number): string => formatNumber(slope, 5, 'always')

function found(
  { text }: ReportContext,
  frequency: string,
  summaries: readonly ConvergenceSummary[],
): string[] {
  const { convergence, listSeparator } = text
  const decayed = summaries.flatMap(({ optimizer, decaySlope }) =>
    decaySlope === null ? [] : [{ optimizer, decaySlope }],
  )
  const others = summaries.filter(({ decaySlope }) => decaySlope === null)
  const list = (items: readonly string[]) => ({ models: items.join(listSeparator) })
  return [
    fillPlaceholders(convergence.best, {
      frequency,
      ...list(
        summaries
          .toSorted((a, b) => a.bestEpoch - b.bestEpoch)
          .map(({ optimizer, bestEpoch }) => `${optimizer} ${formatNumber(bestEpoch, 1)}`),
      ),
    }),
    ...(decayed.length === 0
      ? []
      : [
          fillPlaceholders(
            convergence.decays,
            list(
              decayed
                .toSorted((a, b) => b.decaySlope - a.decaySlope)
                .map(({ optimizer, decaySlope }) => `${optimizer} ${formatSlope(decaySlope)}`),
            ),
          ),
        ]),
    ...(others.length === 0
      ? []
      : [fillPlaceholders(convergence.noDecay, list(others.map(({ optimizer }) => optimizer)))]),
  ]
}
