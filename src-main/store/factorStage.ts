import type { DateInt } from '../../src-shared/domain/date.ts'
import { scanAdjustments } from './bars.ts'
import type { Outcome } from './rowWriter.ts'
import type { WritableStore } from './store.ts'

/** Make room for the factors of one import: those that come with its bars, and change points from files of their own. */
export function openFactorStage(store: WritableStore): void {
  for (const table of ['staged_factor', 'staged_change']) {
    store.run(`DROP TABLE IF EXISTS temp.${table}`)
    store.run(
      `CREATE TEMP TABLE ${table} (
         instrument INTEGER NOT NULL, date INTEGER NOT NULL, factor REAL, PRIMARY KEY (instrument, date)
       ) WITHOUT ROWID`,
    )
  }
}

/**
 * Note the factor of a bar until `applyBarFactors`; null for a bar that replaces one of an earlier import, and comes
 * without a factor.
 */
export function stageFactor(
  store: WritableStore,
  instrument: number,
  date: DateInt,
  factor: number | null,
): void {
  store.run('INSERT INTO temp.staged_factor VALUES (?, ?, ?)', instrument, date, factor)
}

/**
 * Note a factor that holds from its date on, until `applyChangePoints`. `replaced` and `unchanged` compare it with the
 * one in force on that date before this import.
 */
export function stageChangePoint(
  store: WritableStore,
  instrument: number,
  date: DateInt,
  factor: number,
): Outcome {
  store.run('INSERT INTO temp.staged_change VALUES (?, ?, ?)', instrument, date, factor)
  const inForce = store.get<{ factor: number }>(
    'SELECT factor FROM adjustment WHERE instrument = ? AND date <= ? ORDER BY date DESC LIMIT 1',
    instrument,
    date,
  )?.factor
  return inForce === undefined ? 'inserted' : inForce === factor ? 'unchanged' : 'replaced'
}

/** Merge the noted change points with the stored ones: a date that they do not name keeps its own. */
export function applyChangePoints(store: WritableStore): void {
  const touched = store.all<{ instrument: number }>('SELECT DISTINCT instrument FROM temp.staged_change')
  for (const { instrument } of touched) {
    const before = store.all<{ date: DateInt; factor: number }>(
      'SELECT date, factor FROM adjustment WHERE instrument = ?',
      instrument,
    )
    const noted = store.all<{ date: DateInt; factor: number }>(
      'SELECT date, factor FROM temp.staged_change WHERE instrument = ?',
      instrument,
    )
    const merged = new Map([...before, ...noted].map(({ date, factor }) => [date, factor]))
    store.run('DELETE FROM adjustment WHERE instrument = ?', instrument)
    let last: number | null = null
    for (const [date, factor] of [...merged].sort(([a], [b]) => a - b)) {
      if (factor !== last) store.run('INSERT INTO adjustment VALUES (?, ?, ?)', instrument, date, factor)
      last = factor
    }
  }
  store.run('DELETE FROM temp.staged_change')
}

/**
 * Rewrite the change points of the instruments that have staged factors. A bar without one that an earlier import stored
 * keeps the factor in force before the import, so that importing one year leaves the other years as they were; one that
 * this import inserted, the batches from `since` on, goes on with the factor before it. Change points on days without a
 * bar stay.
 */
export function applyBarFactors(store: WritableStore, since: number): void {
  const stored = new Map<number, { readonly date: DateInt; readonly factor: number }[]>()
  for (const [instrument, date, factor] of scanAdjustments(store)) {
    const points = stored.get(instrument)
    if (points === undefined) stored.set(instrument, [{ date, factor }])
    else points.push({ date, factor })
  }

  const points: [instrument: number, date: DateInt, factor: number][] = []
  const touched: number[] = []
  let instrument = -1
  let before: readonly { readonly date: DateInt; readonly factor: number }[] = []
  let passed = 0
  let inForce: number | null = null
  let last: number | null = null
  const put = (date: DateInt, factor: number | null): void => {
    if (factor === null || factor === last) return
    points.push([instrument, date, factor])
    last = factor
  }
  const passUntil = (date: DateInt): void => {
    for (; passed < before.length && before[passed].date < date; passed++) {
      inForce = before[passed].factor
      put(before[passed].date, inForce)
    }
  }
  for (const [id, date, staged, inserted] of store.scan<[number, DateInt, number | null, 0 | 1]>(
    `SELECT b.instrument, b.date, s.factor, b.batch >= ? AND s.date IS NULL FROM bar b
     LEFT JOIN temp.staged_factor s ON s.instrument = b.instrument AND s.date = b.date
     WHERE b.instrument IN (SELECT DISTINCT instrument FROM temp.staged_factor WHERE factor IS NOT NULL)
     ORDER BY b.instrument, b.date`,
    since,
  )) {
    if (id !== instrument) {
      passUntil(Infinity)
      instrument = id
      touched.push(id)
      before = stored.get(id) ?? []
      passed = 0
      inForce = null
      last = null
    }
    passUntil(date)
    const changes = passed < before.length && before[passed].date === date
    if (changes) inForce = before[passed++].factor
    put(date, staged ?? (inserted === 1 && !changes ? last : inForce))
  }
  passUntil(Infinity)

  for (const id of touched) store.run('DELETE FROM adjustment WHERE instrument = ?', id)
  for (const point of points) store.run('INSERT INTO adjustment VALUES (?, ?, ?)', ...point)
  store.run('DROP TABLE temp.staged_factor')
}
