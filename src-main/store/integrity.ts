import type { OnProgress } from '../../src-shared/contract/progress.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { damagedStore } from './errors.ts'
import type { ReadableStore } from './store.ts'

/** Pages between two reports. */
const REPORT_EVERY = 1024
/** SQLite leaves the page that holds this byte of a file empty (fileformat2, "The Lock-Byte Page"). */
const LOCK_BYTE = 2 ** 30

/**
 * Read every page and every index of the store, of one moment of it; seconds per gigabyte. SQLite checks a whole file in one go, which
 * tells nothing before its end; so the tables are checked one after the other. What that leaves out is whose each page is: the pages are counted
 * before, and where they do not add up, the whole check says why.
 *
 * Errors: store_corrupt with SQLite's first finding.
 */
export function checkIntegrity(store: ReadableStore, report: OnProgress = () => {}): void {
  store.snapshot(() => {
    const parts = pagesAddUp(store, report) ? ['sqlite_schema', ...tableNames(store)] : ['1']
    parts.forEach((part, done) => {
      report({ stage: 'tables', done, total: parts.length })
      const finding = store.get<{ integrity_check: string }>(
        `PRAGMA integrity_check(${part})`,
      )!.integrity_check
      if (finding !== 'ok') throw damagedStore(finding, store.path)
    })
  })
}

function tableNames(store: ReadableStore): string[] {
  return store
    .all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .map(({ name }) => `"${name}"`)
}

/** Whether every page of the file is one of one table or index, or free. */
function pagesAddUp(store: ReadableStore, report: OnProgress): boolean {
  const pragma = (name: string): number =>
    Object.values(store.get<Record<string, number>>(`PRAGMA ${name}`)!)[0]
  const [size, count, free] = ['page_size', 'page_count', 'freelist_count'].map(pragma)
  const seen = new Uint8Array(count + 1)
  let used = 0
  try {
    for (const [page] of store.scan<[number]>('SELECT pageno FROM dbstat')) {
      if (page > count || seen[page]++ > 0) return false
      if (used++ % REPORT_EVERY === 0) report({ stage: 'pages', done: used * size, total: count * size })
    }
  } catch (error) {
    if (PlateauError.from(error).code !== 'store_corrupt') throw error
    return false
  }
  return used + free + (count * size > LOCK_BYTE ? 1 : 0) === count
}
