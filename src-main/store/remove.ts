import { createHash } from 'node:crypto'
import type { DateInt } from '../../src-shared/domain/date.ts'
import { failure } from '../../src-shared/failure.ts'
import { removalErrors } from '../../src-shared/locales/errors/removal.ts'
import { storeErrors } from '../../src-shared/locales/errors/store.ts'
import { chainAgain, isChained } from './chainFactors.ts'
import { closeBatch, openBatch } from './imports.ts'
import type { WritableStore } from './store.ts'

/** What to remove: of these stocks, or of all (null); from one day to another, both included, or open (null). */
export interface Removal {
  readonly symbols: readonly string[] | null
  readonly from: DateInt | null
  readonly to: DateInt | null
}

/** Rows removed. */
export interface RemovedCounts {
  readonly bars: number
  readonly factors: number
  readonly dailyValues: number
  readonly extraFactors: number
}

const TABLES: Readonly<Record<Exclude<keyof RemovedCounts, 'factors'>, string>> = {
  bars: 'bar',
  dailyValues: 'daily_value',
  extraFactors: 'extra_factor_value',
}

const FIRST: DateInt = 19000101
const LAST: DateInt = 21991231

/**
 * Remove bars, factors, daily values and extra factors of stocks and days, in one transaction; with `dryRun` count them
 * and remove nothing. A factor that is in force after the range holds on: its change point moves to the first day that
 * is kept. A chain of factors begins at 1 on the first bar that is left. Instruments, calendar, indices and industries
 * stay.
 *
 * Errors: usage when neither stocks nor days are named, or the days are the wrong way round; not_found for a symbol
 * that the store does not know.
 */
export function removeData(store: WritableStore, removal: Removal, dryRun: boolean): RemovedCounts {
  const { symbols, from, to } = removal
  if (symbols === null && from === null && to === null) throw failure(removalErrors.nothingNamed, {})
  if (from !== null && to !== null && from > to) throw failure(removalErrors.rangeReversed, { from, to })

  const counted: RemovedCounts[] = []
  try {
    store.transaction(() => {
      counted.push(remove(store, { symbols, from: from ?? FIRST, to: to ?? LAST }))
      if (dryRun) throw new Error('Nothing is removed in a dry run.')
      note(store, removal)
    })
  } catch (error) {
    if (!dryRun || counted.length === 0) throw error
  }
  return counted[0]
}

function remove(
  store: WritableStore,
  { symbols, from, to }: { symbols: readonly string[] | null; from: DateInt; to: DateInt },
): RemovedCounts {
  const ids = symbols === null ? allIds(store) : symbols.map((symbol) => idOf(store, symbol))
  const removed = { bars: 0, factors: 0, dailyValues: 0, extraFactors: 0 }
  for (const id of ids) {
    for (const field of ['bars', 'dailyValues', 'extraFactors'] as const)
      removed[field] += store.run(
        `DELETE FROM ${TABLES[field]} WHERE instrument = ? AND date BETWEEN ? AND ?`,
        id,
        from,
        to,
      )
    const before = changePoints(store, id)
    if (isChained(store, id)) chainAgain(store, id)
    else removeFactors(store, id, from, to)
    removed.factors += before - changePoints(store, id)
  }
  return removed
}

const changePoints = (store: WritableStore, id: number): number =>
  store.get<{ points: number }>('SELECT count(*) AS points FROM adjustment WHERE instrument = ?', id)!.points

/** Change points within the range; the last of them goes on to hold from the day after, where it still has days. */
function removeFactors(store: WritableStore, id: number, from: DateInt, to: DateInt): void {
  const inForce = (date: DateInt): number | undefined =>
    store.get<{ factor: number }>(
      'SELECT factor FROM adjustment WHERE instrument = ? AND date <= ? ORDER BY date DESC LIMIT 1',
      id,
      date,
    )?.factor
  const after = inForce(to)
  const removed = store.run(
    'DELETE FROM adjustment WHERE instrument = ? AND date BETWEEN ? AND ?',
    id,
    from,
    to,
  )
  if (removed === 0) return
  const kept = store.get<{ date: DateInt | null }>(
    'SELECT min(date) AS date FROM bar WHERE instrument = ? AND date > ?',
    id,
    to,
  )!.date
  const next = store.get<{ date: DateInt; factor: number }>(
    'SELECT date, factor FROM adjustment WHERE instrument = ? AND date > ? ORDER BY date LIMIT 1',
    id,
    to,
  )
  const before = inForce(from)
  if (kept !== null && (next === undefined || next.date > kept)) {
    if (after !== before) store.run('INSERT INTO adjustment VALUES (?, ?, ?)', id, kept, after!)
  } else if (next !== undefined && next.factor === before)
    store.run('DELETE FROM adjustment WHERE instrument = ? AND date = ?', id, next.date)
}

/** What was done stands among the imports: what was derived from the data before is out of date. */
function note(store: WritableStore, removal: Removal): void {
  const what = JSON.stringify(removal)
  const batch = openBatch(store, {
    importedAt: new Date().toISOString(),
    path: `remove ${what}`,
    sha256: createHash('sha256').update(what).digest('hex'),
    preset: 'remove',
  })
  closeBatch(store, batch, {
    rowsIn: 0,
    rowsStored: 0,
    rowsInserted: 0,
    rowsReplaced: 0,
    rowsUnchanged: 0,
    rowsQuarantined: 0,
  })
}

const allIds = (store: WritableStore): number[] =>
  store.all<{ id: number }>('SELECT id FROM instrument').map(({ id }) => id)

function idOf(store: WritableStore, symbol: string): number {
  const found = store.get<{ id: number }>('SELECT id FROM instrument WHERE symbol = ?', symbol)
  if (found !== undefined) return found.id
  throw failure(storeErrors.noStock, { symbol }, { place: { file: store.path } })
}
