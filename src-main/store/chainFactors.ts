import type { DateInt } from '../../src-shared/domain/date.ts'
import type { WritableStore } from './store.ts'

/** Prices are quoted to 0.01: a preclose further than this from the last close is another price. */
const HALF_TICK = 0.005

/**
 * Give up the chains of instruments for which this import call brings factors of their own, before those are written.
 */
export function dropChains(store: WritableStore): void {
  const owned = `IN (SELECT instrument FROM chained_factor INTERSECT
    SELECT instrument FROM (SELECT instrument FROM temp.staged_factor UNION SELECT instrument FROM temp.staged_change))`
  store.run(`DELETE FROM adjustment WHERE instrument ${owned}`)
  store.run(`DELETE FROM chained_factor WHERE instrument ${owned}`)
}

/**
 * Compute the cumulative factors of the instruments among `written` that have none of their own, from all their stored
 * bars: of those that came with an official preclose (true), and of those chained before. After the bars and the factors
 * of the import call are written.
 *
 * The factor is 1 on the first day. On a traded day whose preclose is not the last traded close it is multiplied by
 * last close / preclose, so that the return of adjusted closes is close / preclose - 1.
 */
export function chainFactors(store: WritableStore, written: ReadonlyMap<string, boolean>): void {
  for (const [symbol, hasPreclose] of written) {
    const found = store.get<{ id: number; chained: 0 | 1; own: 0 | 1 }>(
      `SELECT id, EXISTS (SELECT 1 FROM chained_factor WHERE instrument = id) AS chained,
         EXISTS (SELECT 1 FROM adjustment WHERE instrument = id) AS own
       FROM instrument WHERE symbol = ?`,
      symbol,
    )
    if (found === undefined || !(found.chained === 1 || (hasPreclose && found.own === 0))) continue
    store.run('DELETE FROM adjustment WHERE instrument = ?', found.id)
    store.run('INSERT OR IGNORE INTO chained_factor VALUES (?)', found.id)
    for (const { date, factor } of chain(store, found.id))
      store.run('INSERT INTO adjustment VALUES (?, ?, ?)', found.id, date, factor)
  }
}

/** Change points of the factor of an instrument. */
function chain(store: WritableStore, instrument: number): { date: DateInt; factor: number }[] {
  const points: { date: DateInt; factor: number }[] = []
  let factor = 1
  let lastClose: number | null = null
  for (const [date, close, preclose, suspended] of store.scan<[DateInt, number | null, number | null, 0 | 1]>(
    'SELECT date, close, preclose, suspended FROM bar WHERE instrument = ? ORDER BY date',
    instrument,
  )) {
    if (points.length === 0) points.push({ date, factor })
    if (suspended === 1 || close === null) continue
    if (lastClose !== null && preclose !== null && Math.abs(preclose - lastClose) > HALF_TICK) {
      factor *= lastClose / preclose
      points.push({ date, factor })
    }
    lastClose = close
  }
  return points
}
