import { createHash } from 'node:crypto'
import { MIGRATIONS } from './migrations/index.ts'
import type { ReadableStore } from './store.ts'

/**
 * Names what the market tables hold, without reading them: whatever is derived from them is out of date once the key has
 * changed. It is a digest of the imports and removals, which alone change these tables: each notes in the same
 * transaction when it came, of what, and how much it stored, so that neither one of them nor a restored copy of the
 * store leaves the key as it was. A key may change although the content did not.
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
