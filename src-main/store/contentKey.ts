import { createHash } from 'node:crypto'
import { MIGRATIONS } from './migrations/index.ts'
import type { ReadableStore } from './store.ts'

/**
 * Names what the market tables hold, without reading them: whatever is derived from them is out of date once the key has
 * changed. It is a digest of the list of imports and removals, which alone change these tables: each adds itself with its
 * time in its transaction. So none of them leaves the key as it was, and a restored copy has the key it had when it was
 * made. A key may change although the content did not.
 */
export function contentKey(store: ReadableStore): string {
  const hash = createHash('sha256').update(`store ${MIGRATIONS.length}`)
  for (const batch of store.scan(
    'SELECT id, imported_at, path, sha256, preset, rows_in, rows_stored FROM import_batch ORDER BY id',
  ))
    hash.update(`\n${JSON.stringify(batch)}`)
  const { synthetic } = store.get<{ synthetic: number }>('SELECT synthetic FROM project')!
  return hash.update(`\nsynthetic ${synthetic}`).digest('hex')
}
