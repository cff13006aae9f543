import type { DateInt } from '../../src-shared/domain/date.ts'
import { createRowWriter, type Outcome } from './rowWriter.ts'
import type { ReadableStore, WritableStore } from './store.ts'

/** A daily factor that came with the data. */
export interface ExtraFactor {
  readonly name: string
  /** Stored values. */
  readonly values: number
  readonly firstDate: DateInt | null
  readonly lastDate: DateInt | null
}

/** Writes values of daily factors, which the store hears of when they first come up. */
export function createExtraFactorWriter(
  store: WritableStore,
): (name: string, instrument: number, date: DateInt, value: number, batch: number) => Outcome {
  const put = createRowWriter(store, 'extra_factor_value', ['factor', 'instrument', 'date'], ['value'])
  const known = new Map<string, number>()
  const idOf = (name: string): number => {
    let id = known.get(name)
    if (id === undefined) {
      store.run('INSERT OR IGNORE INTO extra_factor (name) VALUES (?)', name)
      id = store.get<{ id: number }>('SELECT id FROM extra_factor WHERE name = ?', name)!.id
      known.set(name, id)
    }
    return id
  }
  return (name, instrument, date, value, batch) => put([idOf(name), instrument, date], [value], batch)
}

/** Every factor, by name. */
export function listExtraFactors(store: ReadableStore): ExtraFactor[] {
  return store.all(
    `SELECT name, count(date) AS "values", min(date) AS firstDate, max(date) AS lastDate
     FROM extra_factor LEFT JOIN extra_factor_value ON factor = id GROUP BY id ORDER BY name`,
  )
}
