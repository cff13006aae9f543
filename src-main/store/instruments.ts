import type { DateInt } from '../../src-shared/domain/date.ts'
import type { BatchScope } from './imports.ts'
import type { ReadableStore, WritableStore } from './store.ts'

export interface Instrument {
  readonly id: number
  readonly symbol: string
  readonly name: string
  readonly listDate: DateInt | null
}

/** Every instrument in code-point order of the symbols. */
export function listInstruments(store: ReadableStore): Instrument[] {
  return store.all('SELECT id, symbol, name, list_date AS listDate FROM instrument ORDER BY symbol')
}

/** The id of `symbol`, created without a description where it is new. */
export function instrumentId(store: WritableStore, symbol: string): number {
  const found = store.get<{ id: number }>('SELECT id FROM instrument WHERE symbol = ?', symbol)
  return (
    found ?? store.get<{ id: number }>('INSERT INTO instrument (symbol) VALUES (?) RETURNING id', symbol)!
  ).id
}

/**
 * Describe an instrument, created where it is new. A missing name or date leaves the stored one. False when this
 * import call has described it already.
 */
export function describeInstrument(
  store: WritableStore,
  scope: BatchScope,
  { symbol, name, listDate }: Omit<Instrument, 'id'>,
): boolean {
  const changed = store.run(
    `INSERT INTO instrument (symbol, name, list_date, batch) VALUES (?, ?, ?, ?)
     ON CONFLICT (symbol) DO UPDATE SET
       name = CASE excluded.name WHEN '' THEN name ELSE excluded.name END,
       list_date = coalesce(excluded.list_date, list_date),
       batch = excluded.batch
     WHERE batch IS NULL OR batch < ?`,
    symbol,
    name,
    listDate,
    scope.batch,
    scope.firstBatch,
  )
  return changed === 1
}

/** Name a stored instrument that has no name yet; other tables carry names too. */
export function nameInstrument(store: WritableStore, symbol: string, name: string): void {
  store.run("UPDATE instrument SET name = ? WHERE symbol = ? AND name = ''", name, symbol)
}
