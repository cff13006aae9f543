import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importPaths } from '../../src-main/ingest/importPaths.ts'
import { loadMarket } from '../../src-main/market/loadMarket.ts'
import { checkIntegrity } from '../../src-main/store/integrity.ts'
import { openStore } from '../../src-main/store/store.ts'
import { dataSummary } from '../../src-main/store/summary.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { createRandom } from '../../src-shared/random.ts'
import { loops, trust } from '../fixtures/trust.ts'

const STORES = loops({ reduced: 300, full: 1_000 })

let folder: string
let sound: Buffer

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-damage-'))
  const rows = ['date,symbol,open,high,low,close,volume']
  for (let stock = 1; stock <= 20; stock++) {
    for (let day = 1; day <= 28; day++) {
      rows.push(`202001${String(day).padStart(2, '0')},${String(stock).padStart(6, '0')},1,1,1,1,100`)
    }
  }
  const data = join(folder, 'bars.csv')
  writeFileSync(data, rows.join('\n'))
  const path = join(folder, 'sound.sqlite')
  const store = openStore(path, { mode: 'write' })
  await importPaths({ store, paths: [data], preset: 'auto', dryRun: false })
  store.close()
  sound = readFileSync(path)
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('a damaged store', () => {
  it(
    'is readable, or says that it is damaged or no store; it never ends in our own fault',
    () => {
      const random = createRandom(7)
      const codes = new Map<string, number>()
      for (let trial = 0; trial < STORES; trial++) {
        const bytes = Buffer.from(sound)
        // To the header, the schema or anywhere: the first two hurt most.
        const span = [100, 8192, bytes.length][trial % 3]
        for (let flips = 1 + random.below(8); flips > 0; flips--)
          bytes[random.below(span)] ^= 1 << random.below(8)
        const path = join(folder, 'damaged.sqlite')
        writeFileSync(path, bytes)
        let code = 'readable'
        try {
          const store = openStore(path, { mode: 'read' })
          try {
            dataSummary(store)
            loadMarket(store)
            checkIntegrity(store)
          } finally {
            store.close()
          }
        } catch (error) {
          expect(error).toBeInstanceOf(PlateauError)
          code = (error as PlateauError).code
          if (code === 'internal') throw error
        }
        codes.set(code, (codes.get(code) ?? 0) + 1)
        for (const file of ['-wal', '-shm']) rmSync(path + file, { force: true })
      }
      expect([...codes.keys()].sort()).toEqual(
        expect.arrayContaining(['readable', 'store_corrupt', 'store_not_plateau']),
      )
      trust('damaged stores', { stores: STORES, crashes: 0, ...Object.fromEntries(codes) })
    },
    60_000 + 500 * STORES,
  )
})
