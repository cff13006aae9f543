import type { DateInt } from '../../src-shared/domain/date.ts'
import type { Outcome } from './rowWriter.ts'
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

/** Describe an instrument, created where it is new. A missing name or date leaves the stored one. */
export function describeInstrument(
  store: WritableStore,
  batch: number,
  { symbol, name, listDate }: Omit<Instrument, 'id'>,
): Outcome {
  const stored = store.get<{ name: string; listDate: DateInt | null; batch: number | null }>(
    'SELECT name, list_date AS listDate, batch FROM instrument WHERE symbol = ?',
    symbol,
  )
  const next = {
    name: name === '' ? (stored?.name ?? '') : name,
    listDate: listDate ?? stored?.listDate ?? null,
  }
  if (stored === undefined) {
    store.run(
      'INSERT INTO instrument (symbol, name, list_date, batch) VALUES (?, ?, ?, ?)',
      symbol,
      next.name,
      next.listDate,
      batch,
    )
    return 'inserted'
  }
  const described = stored.batch !== null
  if (described && next.name === stored.name && next.listDate === stored.listDate) return 'unchanged'
  store.run(
    'UPDATE instrument SET name = ?, list_date = ?, batch = ? WHERE symbol = ?',
    next.name,
    next.listDate,
    batch,
    symbol,
  )
  // Bars alone do not describe an instrument.
  return described ? 'replaced' : 'inserted'
}

/** Name a stored instrument that has no name yet; other tables carry names too. */
export function nameInstrument(store: WritableStore, symbol: string, name: string): void {
  store.run("UPDATE instrument SET name = ? WHERE symbol = ? AND name = ''", name, symbol)
}
