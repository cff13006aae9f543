import { formatIc, formatPercent, formatRatio } from '../../../src-shared/format.ts'
import type { StudyComparison } from '../../../src-shared/domain/studyComparison.ts'
import { runCompareTask } from '../../study/compareTask.ts'
import { parseCommand } from '../arguments.ts'
import type { Command } from '../command.ts'
import { storePath } from '../storePath.ts'
import { table } from '../terminal.ts'

const USAGE = 'compare ID...'

/** Finished studies beside each other. */
export const compare: Command = {
  usage: USAGE,
  summary: 'Finished studies side by side: settings that differ, paired differences with 95% intervals.',
  async run(args, terminal) {
    const { values, positionals } = parseCommand(args, USAGE, {}, { min: 1, max: 8 })
    const comparison = runCompareTask({ kind: 'compare', ids: positionals, store: storePath(values.store) })
    const { studies, settings, baseline, arms } = comparison
    const between = (interval: { lower: number; upper: number } | null, format: (value: number) => string) =>
      interval === null ? '—' : `[${format(interval.lower)}, ${format(interval.upper)}]`
    const name = ({ studyId, optimizer }: { studyId: string; optimizer: string }): string =>
      studies.length === 1 ? optimizer : `${studyId} ${optimizer}`
    terminal.answer(comparison, [
      ...studies.map(
        ({ id, name, engine, synthetic }) =>
          `${id}  ${name}  ${engine}${synthetic ? '  [SYNTHETIC DATA]' : ''}`,
      ),
      ...(settings.length === 0
        ? []
        : [
            '',
            ...table(
              ['setting', ...studies.map(({ id }) => id)],
              settings.map(({ path, values }) => [path, ...values.map((value) => value ?? '—')]),
            ),
          ]),
      '',
      `less ${name(baseline)}:`,
      ...table(
        ['model', 'frequency', 'pairs', 'windows', 'best valid IC', '95%', 't'],
        arms.flatMap((arm) =>
          arm.validIc.map(({ frequency, pairs, windows, mean, interval, t }) => [
            name(arm),
            frequency,
            String(pairs),
            String(windows),
            formatIc(mean),
            between(interval, formatIc),
            formatRatio(t),
          ]),
        ),
      ),
      ...otherData(studies),
      ...independence(arms.flatMap(({ validIc }) => validIc.map(({ windows }) => windows))),
      '',
      ...table(
        ['model', 'index', 'days', 'excess p.a.', '95%', 't (20 lags)'],
        arms.flatMap((arm) =>
          arm.portfolios.map(({ index, commonDays, meanDifference, interval, neweyWestT20 }) => [
            name(arm),
            index,
            String(commonDays),
            formatPercent(meanDifference),
            between(interval, formatPercent),
            formatRatio(neweyWestT20),
          ]),
        ),
      ),
    ])
  },
}

/** Why runs of some studies are not matched. */
function otherData(studies: StudyComparison['studies']): string[] {
  const others = studies.filter(({ dataHash }) => dataHash !== studies[0].dataHash)
  return others.length === 0
    ? []
    : [`Other data than the baseline, so no matched runs: ${others.map(({ id }) => id).join(', ')}.`]
}

/** What the intervals of the best validation IC take for independent. */
function independence(windows: readonly number[]): string[] {
  return [
    ...(windows.some((count) => count > 1)
      ? ['Intervals: Student t over windows, each the mean over its seeds; windows - 1 degrees of freedom.']
      : []),
    ...(windows.includes(1)
      ? ['Intervals of a single window: Student t over its seeds; they say nothing about other dates.']
      : []),
  ]
}
