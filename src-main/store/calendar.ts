import type { DateInt } from '../../src-shared/domain/date.ts'
import type { Outcome } from './rowWriter.ts'
import type { ReadableStore, WritableStore } from './store.ts'

export function putTradingDay(store: WritableStore, batch: number, date: DateInt): Outcome {
  return store.run('INSERT OR IGNORE INTO calendar VALUES (?, ?)', date, batch) === 1
    ? 'inserted'
    : 'unchanged'
}

/**
 * Take out the days from `first` to `last` that `named` does not know, but for those on which a bar is stored. Answers the
 * days that went and those that stay for their bars, ascending.
 */
export function removeUnnamedDays(
  store: WritableStore,
  { first, last }: { readonly first: DateInt; readonly last: DateInt },
  named: (date: DateInt) => boolean,
): { removed: DateInt[]; kept: DateInt[] } {
  const removed: DateInt[] = []
  const kept: DateInt[] = []
  for (const date of tradingDays(store)) {
    if (date < first || date > last || named(date)) continue
    // Bars are found by their stock first.
    const traded = store.get(
      'SELECT 1 FROM instrument WHERE EXISTS (SELECT 1 FROM bar WHERE instrument = id AND date = ?) LIMIT 1',
      date,
    )
    if (traded !== undefined) kept.push(date)
    else {
      store.run('DELETE FROM calendar WHERE date = ?', date)
      removed.push(date)
    }
  }
  return { removed, kept }
}

/** The stored trading days, ascending; empty when no calendar was imported. */
export function tradingDays(store: ReadableStore): DateInt[] {
  return store.all<{ date: number }>('SELECT date FROM calendar ORDER BY date').map((row) => row.date)
}
