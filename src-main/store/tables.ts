import type { ReadableStore } from './store.ts'

/** Rows of every table of the store, by name. Reads all of each: seconds where there are millions. */
export function tableCounts(store: ReadableStore): Record<string, number> {
  const names = store
    .all<{ name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .map(({ name }) => name)
  return Object.fromEntries(
    names.map((name) => [name, store.get<{ rows: number }>(`SELECT count(*) AS rows FROM "${name}"`)!.rows]),
  )
}
