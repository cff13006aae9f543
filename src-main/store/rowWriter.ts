import type { Value, WritableStore } from './store.ts'

/** What became of a row that is stored: `unchanged` = an earlier import stored the same, nothing is written. */
export type Outcome = 'inserted' | 'replaced' | 'unchanged'

/** Stores rows of one table, one per key, with the batch that wrote them. */
export type RowWriter = (keys: readonly Value[], values: readonly Value[], batch: number) => Outcome

/**
 * A writer of `table`. With `merge` a missing value (null) leaves the stored one, and a value where none was stored is
 * inserted; without it the row is as it comes.
 */
export function createRowWriter(
  store: WritableStore,
  table: string,
  keys: readonly string[],
  values: readonly string[],
  { merge = false }: { readonly merge?: boolean } = {},
): RowWriter {
  const columns = [...keys, ...values, 'batch']
  const where = keys.map((key) => `${key} = ?`).join(' AND ')
  const select = `SELECT ${[...values, 'batch'].join(', ')} FROM ${table} WHERE ${where}`
  const insert = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
  const update = `UPDATE ${table} SET ${[...values, 'batch'].map((column) => `${column} = ?`).join(', ')} WHERE ${where}`

  return (key, row, batch) => {
    const stored = store.get<Record<string, Value>>(select, ...key)
    if (stored === undefined) {
      store.run(insert, ...key, ...row, batch)
      return 'inserted'
    }
    const next = row.map((value, at) => (merge && value === null ? stored[values[at]] : value))
    if (next.every((value, at) => value === stored[values[at]])) return 'unchanged'
    store.run(update, ...next, batch, ...key)
    const onlyAdds = next.every((value, at) => value === stored[values[at]] || stored[values[at]] === null)
    return merge && onlyAdds ? 'inserted' : 'replaced'
  }
}
