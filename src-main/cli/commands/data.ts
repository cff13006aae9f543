import { formatDate } from '../../../src-shared/domain/date.ts'
import { formatPercent } from '../../../src-shared/format.ts'
import { openStore } from '../../store/store.ts'
import { dataSummary } from '../../store/summary.ts'
import { parseCommand } from '../arguments.ts'
import { storePath } from '../storePath.ts'
import { table, type Terminal } from '../terminal.ts'

/** What a store holds: coverage, gaps against the calendar, indices, quarantine. */
export async function data(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values } = parseCommand(args, 'data [--store FILE] [--json]', {}, { min: 0, max: 0 })
  const store = openStore(storePath(values.store), { mode: 'read' })
  const summary = dataSummary(store)
  store.close()
  const date = (value: number | null): string => (value === null ? '—' : formatDate(value))
  terminal.answer(summary, [
    `${summary.name}${summary.synthetic ? ' [SYNTHETIC DATA]' : ''}`,
    `${summary.instruments} instruments, ${summary.bars} bars, ${date(summary.firstDate)} to ${date(summary.lastDate)}`,
    `${summary.calendar.days} trading days${summary.calendar.derived ? ' (from the bars: no calendar is stored)' : ''}, coverage ${formatPercent(summary.coverage)}, ${summary.gaps.days} missing stock-days`,
    ...summary.gaps.worst.map(({ symbol, days }) => `  ${symbol}: ${days} days without a bar`),
    '',
    ...table(
      ['index', 'name', 'bars', 'first', 'last', 'members', 'with bars', 'weight dates'],
      summary.indices.map((index) => [
        index.symbol,
        index.name,
        String(index.bars),
        date(index.firstDate),
        date(index.lastDate),
        String(index.members),
        String(index.membersWithBars),
        String(index.weightDates),
      ]),
    ),
    '',
    ...summary.quarantine.map(({ reason, rows }) => `quarantined ${reason}: ${rows}`),
  ])
}
