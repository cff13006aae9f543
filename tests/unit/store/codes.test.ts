import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importPaths } from '../../../src-main/ingest/importPaths.ts'
import { backupStore, restoreStore } from '../../../src-main/store/backup.ts'
import { listInstruments } from '../../../src-main/store/instruments.ts'
import { openStore } from '../../../src-main/store/store.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { trust } from '../../fixtures/trust.ts'

/** Codes that a spreadsheet, JSON or SQLite's type affinity would make numbers of. */
const CODES = 5_000

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-codes-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Distinct: six digits with leading zeros as exchanges have them, and longer, shorter, exponent-like ones of other vendors. */
function codes(): string[] {
  const random = createRandom(20_261_127)
  const made = new Set<string>()
  while (made.size < CODES) {
    const zeros = '0'.repeat(1 + random.below(4))
    const digits = String(1 + random.below(999))
    const shapes = [
      `00${String(random.below(10_000)).padStart(4, '0')}.SZ`,
      `${zeros}${digits}.HK`,
      `${zeros}E${digits}`,
      `${zeros}.${digits}`,
      `${zeros}${digits}0000000`,
    ]
    made.add(shapes[made.size % shapes.length])
  }
  return [...made]
}

describe(`${CODES} codes with leading zeros`, () => {
  it('are byte for byte the same after import, reading, backup and restoration', async () => {
    const given = codes()
    const bars = join(folder, 'bars.csv')
    const rows = given.map((code) => `20200102,${code},10,11,9,10.5,100`)
    writeFileSync(bars, ['date,symbol,open,high,low,close,volume', ...rows].join('\n'))
    const members = join(folder, 'membership_000300.csv')
    writeFileSync(
      members,
      ['symbol,in_date,out_date', ...given.map((code) => `${code},20200102,`)].join('\n'),
    )
    const path = join(folder, 'store.sqlite')
    const copy = join(folder, 'copy.sqlite')
    const store = openStore(path, { mode: 'write' })
    const { totals } = await importPaths({ store, paths: [bars, members], preset: 'auto', dryRun: false })
    expect(totals.rowsQuarantined).toBe(0)
    store.close()
    await backupStore(path, copy)
    await restoreStore(copy, path)

    const restored = openStore(path, { mode: 'read' })
    expect(
      listInstruments(restored)
        .map(({ symbol }) => symbol)
        .sort(),
    ).toEqual([...given].sort())
    const stored = restored.all<{ symbol: string; type: string }>(
      'SELECT symbol, typeof(symbol) AS type FROM index_membership',
    )
    restored.close()
    expect(stored.map(({ symbol }) => symbol).sort()).toEqual([...given].sort())
    expect(new Set(stored.map(({ type }) => type))).toEqual(new Set(['text']))
    trust('codes', { codes: given.length, changed: 0 })
  })
})
