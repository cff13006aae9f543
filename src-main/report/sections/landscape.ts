import {
  directionName,
  type Estimate,
  formatEstimate,
  interpolationChart,
  landscapeChart,
  landscapeScale,
  landscapeTable,
  scaleBar,
  sharpnessRows,
  type SharpnessRow,
} from '../../../src-shared/charts/index.ts'
import type { Landscape } from '../../../src-shared/domain/landscape.ts'
import { planeKind } from '../../../src-shared/domain/landscapeSettings.ts'
import { formatIc, formatPercent, formatSetting } from '../../../src-shared/format.ts'
import { fillPlaceholders } from '../../../src-shared/locales/index.ts'
import { mean } from '../../../src-shared/statistics.ts'
import { icCell, numberCell, percentCell } from '../cells.ts'
import { FULL_WIDTH, HALF_WIDTH } from '../chart.ts'
import type { ReportContext } from '../context.ts'
import { groupBy } from '../derive.ts'
import { sentences } from '../findings.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'
import { table } from '../table.ts'

/**
 * Landscapes side by side on one scale where frequency, window, seed and data are the same, how much of the
 * trajectory each plane holds, how sharp the minima are, and the lines between runs; null without any.
 */
export function landscapeSection(context: ReportContext): Html | null {
  const { landscapes, interpolations } = context.result
  if (landscapes.length === 0 && interpolations.length === 0) return null
  const groups = groupBy(landscapes, ({ key, settings }) =>
    JSON.stringify([key.frequency, key.window, key.seed, settings.part, settings.directions]),
  )
  return html`${groups.map(([, group]) => compared(context, group))} ${lines(context)}`
}

function compared(context: ReportContext, group: readonly Landscape[]): Html {
  const { text, terms, chartStyle } = context
  const { key, settings, dates } = group[0]
  const scale = landscapeScale(group)
  const figure = context.panels(
    fillPlaceholders(text.landscape.figure, {
      frequency: terms.frequencies[key.frequency],
      window: String(key.window + 1),
      seed: String(key.seed),
      part: text.landscape.parts[settings.part],
    }),
    group.map((one) => ({
      title: one.key.optimizer,
      option: landscapeChart(one, scale, chartStyle),
      data: landscapeTable(one, [
        directionName(one, 0, chartStyle),
        directionName(one, 1, chartStyle),
        text.landscape.scale,
      ]),
    })),
    { width: HALF_WIDTH, height: 250 },
    fillPlaceholders(text.landscape.figureNote, {
      dates: String(dates),
      axes: fillPlaceholders(text.landscape.planes[planeKind(settings)], { seed: String(settings.seed) }),
    }),
    {
      title: text.landscape.scale,
      option: scaleBar(scale, chartStyle),
      size: { width: FULL_WIDTH, height: 36 },
    },
  )
  const rows = sharpnessRows(group)
  return html`<p class="lead">${sentences(context.locale, ...found(context, group, rows))}</p>
    ${figure} ${shares(context, group)} ${rows.length === 0 ? null : sharpness(context, group, rows)}`
}

const held = ({ explained }: Landscape): number => explained[0] + explained[1]

function shares(context: ReportContext, group: readonly Landscape[]): Html {
  const { text, terms } = context
  const share = (value: number) => percentCell(value, 'negative', 1)
  const numbers = table(
    [
      { head: terms.metrics.model.name, cell: ({ key }) => key.optimizer, align: 'left', width: 1.1 },
      { head: text.landscape.first, cell: ({ explained }) => share(explained[0]) },
      { head: text.landscape.second, cell: ({ explained }) => share(explained[1]) },
      { head: text.landscape.both, cell: (one) => share(held(one)) },
      { head: text.landscape.firstCentred, cell: (one) => share(one.explainedMeanCentred[0]), width: 1.2 },
      { head: text.landscape.secondCentred, cell: (one) => share(one.explainedMeanCentred[1]), width: 1.2 },
      {
        head: text.landscape.offPlane,
        cell: ({ trajectory }) => numberCell(mean(trajectory.map(({ offPlane }) => offPlane)), 3),
        width: 1.3,
      },
      { head: text.landscape.lossError, cell: (one) => icCell(meanLossError(one)), width: 1.4 },
    ],
    group,
  )
  return context.exhibit(text.landscape.shares, numbers, text.landscape.sharesNote)
}

/** Mean size of true loss less loss on the plane, over the epochs that have both. */
function meanLossError({ trajectory }: Landscape): number | null {
  const errors = trajectory.flatMap(({ trueLoss, onPlaneLoss }) =>
    trueLoss === null || onPlaneLoss === null ? [] : [Math.abs(trueLoss - onPlaneLoss)],
  )
  return errors.length === 0 ? null : mean(errors)
}

function sharpness(context: ReportContext, group: readonly Landscape[], rows: readonly SharpnessRow[]): Html {
  const { text, terms } = context
  const exact = (value: number | null) => ({ text: formatEstimate({ value, error: null }), value })
  const estimated = (head: string, estimateOf: (row: SharpnessRow) => Estimate, width: number) => ({
    head,
    cell: (row: SharpnessRow) => formatEstimate(estimateOf(row)),
    width,
    parts: [
      { head, cell: (row: SharpnessRow) => exact(estimateOf(row).value) },
      {
        head: fillPlaceholders(text.errorOf, { name: head }),
        cell: (row: SharpnessRow) => exact(estimateOf(row).error),
      },
    ],
  })
  const numbers = table<SharpnessRow>(
    [
      { head: terms.metrics.model.name, cell: ({ key }) => key.optimizer, align: 'left', width: 1.1 },
      { head: text.landscape.scale, cell: ({ loss }) => icCell(loss) },
      { head: terms.metrics.gradientNorm.name, cell: ({ gradientNorm }) => exact(gradientNorm) },
      { head: text.landscape.samSharpness, cell: ({ samSharpness }) => exact(samSharpness), width: 1.2 },
      estimated(text.landscape.ballIncrease, ({ ballIncrease }) => ballIncrease, 1.8),
      estimated(text.landscape.topEigenvalue, ({ topEigenvalue }) => topEigenvalue, 1.6),
      estimated(text.landscape.trace, ({ trace }) => trace, 1.5),
    ],
    rows,
  )
  return context.exhibit(
    fillPlaceholders(text.landscape.sharpness, { rho: formatSetting(rows[0].rho) }),
    numbers,
    fillPlaceholders(text.landscape.sharpnessNote, { draws: String(group[0].settings.draws) }),
  )
}

function found(
  { text }: ReportContext,
  group: readonly Landscape[],
  rows: readonly SharpnessRow[],
): string[] {
  const { landscape, listSeparator } = text
  const plane = fillPlaceholders(landscape.plane, {
    models: group
      .toSorted((a, b) => held(a) - held(b))
      .map((one) => `${one.key.optimizer} ${formatPercent(held(one), 'negative', 1)}`)
      .join(listSeparator),
  })
  if (rows.length === 0) return [plane]
  const ranked = (measure: 'ballIncrease' | 'topEigenvalue') =>
    rows
      .filter((row) => row[measure].value !== null)
      .toSorted((a, b) => a[measure].value! - b[measure].value!)
  const ranking = (sentence: string, measure: 'ballIncrease' | 'topEigenvalue') => {
    const models = ranked(measure).map((row) => `${row.key.optimizer} ${formatEstimate(row[measure])}`)
    return models.length === 0
      ? []
      : [
          fillPlaceholders(sentence, {
            rho: formatSetting(rows[0].rho),
            models: models.join(listSeparator),
          }),
        ]
  }
  const [smallest, ...others] = ranked('ballIncrease')
  const alike = others.filter(
    ({ ballIncrease: { value, error } }) =>
      value! - smallest.ballIncrease.value! <= 2 * Math.hypot(error ?? 0, smallest.ballIncrease.error ?? 0),
  )
  return [
    plane,
    ...ranking(landscape.ball, 'ballIncrease'),
    ...(alike.length === 0
      ? []
      : [
          fillPlaceholders(landscape.alike, {
            models: alike.map(({ key }) => key.optimizer).join(listSeparator),
          }),
        ]),
    ...ranking(landscape.eigenvalues, 'topEigenvalue'),
    landscape.caution,
  ]
}

/** One figure per frequency, window and part of the data: runs of one model are on a line. */
function lines(context: ReportContext): Html {
  const { result, text, terms, chartStyle } = context
  const groups = groupBy(result.interpolations, ({ from, part }) =>
    JSON.stringify([from.frequency, from.window, part]),
  )
  return html`${groups.map(([, group]) => {
    const [{ from: first, part: of }] = group
    return context.figure(
      fillPlaceholders(text.landscape.line, {
        frequency: terms.frequencies[first.frequency],
        window: String(first.window + 1),
        part: text.landscape.parts[of],
      }),
      interpolationChart(group, chartStyle),
      { width: FULL_WIDTH, height: 200 },
      fillPlaceholders(text.landscape.lineNote, {
        barriers: group
          .map(
            ({ from, to, barrier }) =>
              `${from.optimizer} #${from.seed} – ${to.optimizer} #${to.seed} ${formatIc(barrier)}`,
          )
          .join(text.listSeparator),
      }),
    )
  })}`
}
