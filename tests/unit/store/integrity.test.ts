import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkIntegrity } from '../../../src-main/store/integrity.ts'
import { openStore } from '../../../src-main/store/store.ts'
import type { WorkProgress } from '../../../src-shared/contract/progress.ts'
import { PlateauError } from '../../../src-shared/errors.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-integrity-'))
  path = join(folder, 'store.sqlite')
  const store = openStore(path, { mode: 'write' })
  store.transaction(() => {
    for (let number = 0; number < 2000; number++)
      store.run(
        'INSERT INTO instrument (symbol, name) VALUES (?, ?)',
        `${600000 + number}.SH`,
        'x'.repeat(2000),
      )
  })
  // Free pages are pages too.
  store.transaction(() => store.run("DELETE FROM instrument WHERE symbol < '600500'"))
  store.close()
})
afterEach(() => rmSync(folder, { recursive: true }))

function check(): { error: PlateauError | null; told: WorkProgress[] } {
  const store = openStore(path, { mode: 'read' })
  const told: WorkProgress[] = []
  try {
    checkIntegrity(store, (progress) => told.push(progress))
    return { error: null, told }
  } catch (error) {
    return { error: PlateauError.from(error), told }
  } finally {
    store.close()
  }
}

describe('checkIntegrity', () => {
  it('counts the pages, then checks one table after the other, and tells how far it is', () => {
    const { error, told } = check()
    expect(error).toBeNull()
    const pages = told.filter(({ stage }) => stage === 'pages')
    const tables = told.filter(({ stage }) => stage === 'tables')
    expect([...pages, ...tables]).toEqual(told)
    expect(pages.length).toBeGreaterThan(0)
    for (const { done, total } of pages) expect(done).toBeLessThan(total!)
    expect(pages[0].total).toBe(readFileSync(path).length)
    expect(tables.map(({ done }) => done)).toEqual(tables.map((_, at) => at))
    expect(tables.length).toBe(tables[0].total)
    expect(tables.length).toBeGreaterThan(10)
  })

  it('finds a page that belongs to nothing, which no table knows of', () => {
    const bytes = Buffer.concat([readFileSync(path), Buffer.alloc(4096)])
    bytes.writeUInt32BE(bytes.length / 4096, 28)
    writeFileSync(path, bytes)
    const { error, told } = check()
    expect(error).toMatchObject({ code: 'store_corrupt' })
    expect(error!.message).toContain('never used')
    expect(told.at(-1)).toEqual({ stage: 'tables', done: 0, total: 1 })
  })

  it('finds a page of a table that is damaged', () => {
    const bytes = readFileSync(path)
    bytes.fill(0xff, (bytes.length >> 1) & ~4095, ((bytes.length >> 1) & ~4095) + 64)
    writeFileSync(path, bytes)
    const store = openStore(path, { mode: 'read' })
    expect(() => checkIntegrity(store)).toThrow(PlateauError)
    store.close()
  })
})
