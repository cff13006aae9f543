import { meanCurve, trainingCurves } from '../../../src-shared/charts/index.ts'
import { fillPlaceholders } from '../../../src-shared/locales/index.ts'
import { countCell, icCell, numberCell, percentCell } from '../cells.ts'
import { FULL_WIDTH, HALF_WIDTH } from '../chart.ts'
import type { ReportContext } from '../context.ts'
import { gapSummary, groupBy } from '../derive.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'
import { table } from '../table.ts'

/** Learning curves of the last window per frequency, and the gap between train and valid over all runs. */
export function trainingSection(context: ReportContext): Html {
  const { result, text, terms } = context
  const { metrics, frequencies } = terms
  const { training, models } = result.config
  const window = Math.max(...result.runs.map(({ key }) => key.window))
  // More names than fit over half a page.
  const paired = models.length === 2 && result.config.optimizers.length <= 5
  const width = paired ? HALF_WIDTH : FULL_WIDTH
  const charts = models.map(({ frequency }) => {
    const runs = result.runs.filter(({ key }) => key.window === window && key.frequency === frequency)
    const curves = groupBy(runs, ({ key }) => key.optimizer).map(([name, own]) => meanCurve(name, own))
    return context.figure(
      fillPlaceholders(text.training.curves, {
        frequency: frequencies[frequency],
        window: String(window + 1),
        seeds: String(training.seeds.length),
      }),
      trainingCurves(curves, context.chartStyle),
      { width, height: 200 },
    )
  })
  const rows = models.flatMap(({ frequency }) =>
    groupBy(
      result.runs.filter(({ key }) => key.frequency === frequency),
      ({ key }) => key.optimizer,
    ).map(([optimizer, runs]) => ({ frequency, optimizer, ...gapSummary(runs) })),
  )
  const gaps = table(
    [
      {
        head: text.facts.frequency,
        cell: ({ frequency }) => frequencies[frequency],
        align: 'left',
        width: 1.1,
      },
      { head: metrics.model.name, cell: ({ optimizer }) => optimizer, align: 'left', width: 1.1 },
      { head: text.training.runs, cell: ({ runs }) => countCell(runs) },
      { head: metrics.bestEpoch.name, cell: ({ bestEpoch }) => numberCell(bestEpoch, 1) },
      { head: text.training.epochs, cell: ({ epochs }) => numberCell(epochs, 1) },
      { head: text.training.stopped, cell: ({ stoppedEarly }) => percentCell(stoppedEarly) },
      { head: metrics.trainIc.name, cell: ({ trainIc }) => icCell(trainIc) },
      { head: metrics.validIc.name, cell: ({ validIc }) => icCell(validIc) },
      { head: metrics.icGap.name, cell: ({ gap }) => icCell(gap) },
    ],
    rows,
  )
  return html`<p class="lead">
      ${fillPlaceholders(text.training.intro, {
        seeds: String(training.seeds.length),
        patience: String(training.patience),
        maxEpochs: String(training.maxEpochs),
      })}
    </p>
    <div class="${paired ? 'pair' : ''}">${charts}</div>
    ${context.exhibit(text.training.gap, gaps, text.training.curvesNote)}`
}
