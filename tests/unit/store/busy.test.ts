import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeNow, writeWhenFree } from '../../../src-main/store/busy.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'

let folder: string
let store: WritableStore
let other: WritableStore

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-busy-'))
  store = openStore(join(folder, 'store.sqlite'), { mode: 'write' })
  other = openStore(store.path, { mode: 'write' })
})
afterEach(() => {
  store.close()
  other.close()
  rmSync(folder, { recursive: true })
})

const rename = () => store.run("UPDATE project SET name = 'new'")
const nameOf = (from: WritableStore) => from.get<{ name: string }>('SELECT name FROM project')!.name
/** Another connection writes until the returned function is called. */
function hold(): () => void {
  other.run('BEGIN IMMEDIATE')
  return () => other.run('COMMIT')
}
const busy = expect.objectContaining({ code: 'store_busy' })
const timeout = () => store.get<{ timeout: number }>('PRAGMA busy_timeout')!.timeout

describe('a store that another connection writes to', () => {
  it('refuses at once what is written now, and waits for the rest as before', () => {
    const before = timeout()
    expect(before).toBeGreaterThan(0)
    const release = hold()
    expect(() => writeNow(store, rename)).toThrow(busy)
    expect(timeout()).toBe(before)
    release()
    writeNow(store, rename)
    expect(nameOf(other)).toBe('new')
  })

  it('is written to when it is free, and this process goes on meanwhile', async () => {
    const release = hold()
    let turns = 0
    const timer = setInterval(() => {
      if (++turns === 30) release()
    }, 10)
    await writeWhenFree(store, rename, { until: Infinity, signal: new AbortController().signal })
    clearInterval(timer)
    expect(turns).toBeGreaterThanOrEqual(30)
    expect(nameOf(other)).toBe('new')
  })

  it('is given up at the limit, and when the signal says so', async () => {
    const release = hold()
    const abort = new AbortController()
    const never = writeWhenFree(store, rename, { until: Infinity, signal: abort.signal })
    await expect(writeWhenFree(store, rename, { until: 0, signal: abort.signal })).rejects.toThrow(busy)
    abort.abort()
    await expect(never).rejects.toThrow(busy)
    release()
    expect(nameOf(other)).toBe('')
  })

  it('does not retry another failure', async () => {
    const wrong = () => store.run("INSERT INTO project VALUES (2, '', 0)")
    await expect(
      writeWhenFree(store, wrong, { until: Infinity, signal: new AbortController().signal }),
    ).rejects.toThrow('CHECK')
  })
})
