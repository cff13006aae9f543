import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { temporaryOf } from '../../../src-main/files/temporary.ts'
import { backupDue, keepBackup, KEPT_BACKUPS } from '../../../src-main/store/autoBackup.ts'
import { backupFolder, listBackups } from '../../../src-main/store/backupFolder.ts'
import { isSound, openStore } from '../../../src-main/store/store.ts'
import { canMount, smallDisk } from '../../fixtures/smallDisk.ts'
import { trust } from '../../fixtures/trust.ts'
import { refusal } from '../ingest/workspace.ts'

const DAY_MS = 24 * 3_600_000
let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-auto-'))
  path = join(folder, 'store.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true }))

function addStock(symbol: string): void {
  const store = openStore(path, { mode: 'write' })
  store.run('INSERT INTO instrument (symbol) VALUES (?)', symbol)
  store.close()
}
const dueIn = (days: number): boolean => backupDue(path, Date.now() + days * DAY_MS)

describe('a backup that is made by itself', () => {
  it('is due at first, then a day after the last one when the store has changed since', async () => {
    addStock('A')
    expect(dueIn(0)).toBe(true)
    await keepBackup(path)
    expect(dueIn(0)).toBe(false)
    expect(dueIn(2)).toBe(false)

    // Opened and closed by a reader and a writer that changes nothing.
    openStore(path, { mode: 'write' }).close()
    openStore(path, { mode: 'read' }).close()
    expect(dueIn(2)).toBe(false)
    addStock('B')
    expect(dueIn(0.9)).toBe(false)
    expect(dueIn(1.1)).toBe(true)
    // A clock that was wrong when it was made does not keep the next one away.
    expect(dueIn(-2)).toBe(true)
  })

  it('sees a change that is in the log alone, and none in moving the log into the store', async () => {
    const store = openStore(path, { mode: 'write' })
    store.run("INSERT INTO instrument (symbol) VALUES ('A')")
    await keepBackup(path)
    expect(dueIn(2)).toBe(false)
    store.close()
    expect(dueIn(2)).toBe(false)
    const again = openStore(path, { mode: 'write' })
    again.run("INSERT INTO instrument (symbol) VALUES ('B')")
    expect(dueIn(2)).toBe(true)
    again.close()
  })

  it('is one of the last three, each whole, and nothing else of its folder goes with the oldest', async () => {
    const sizes = new Set<number>()
    for (let number = 0; number < KEPT_BACKUPS + 2; number++) {
      addStock(`S${number}`)
      if (number === 1) writeFileSync(join(backupFolder(path), 'mine.sqlite'), '')
      const { bytes } = await keepBackup(path)
      sizes.add(bytes)
    }
    const kept = listBackups(path)
    expect(kept).toHaveLength(KEPT_BACKUPS)
    const counts = kept.map((backup) => {
      expect(isSound(backup.path)).toBe(true)
      const store = openStore(backup.path, { mode: 'read' })
      const { n } = store.get<{ n: number }>('SELECT count(*) AS n FROM instrument')!
      store.close()
      return n
    })
    expect(counts).toEqual([5, 4, 3])
    expect(existsSync(join(backupFolder(path), 'mine.sqlite'))).toBe(true)
    expect(sizes.size).toBeGreaterThan(0)
    trust('automatic backups', { made: KEPT_BACKUPS + 2, 'kept and sound': kept.length })
  })

  it('is due and kept when earlier ones were made under a clock that was ahead, which go first', async () => {
    const year = new Date().getUTCFullYear()
    const ahead = [1, 2, 3].map((day) => join(backupFolder(path), `${year + 2}-06-0${day}T000000000Z.sqlite`))
    for (const file of ahead) {
      addStock(file.slice(-20))
      renameSync((await keepBackup(path)).path, file)
    }
    expect(dueIn(0)).toBe(true)
    const made: string[] = []
    for (const left of [ahead.slice(1), ahead.slice(2), []]) {
      addStock(`S${made.length}`)
      const { path: file } = await keepBackup(path)
      made.push(file)
      expect(new Set(listBackups(path).map((backup) => backup.path))).toEqual(new Set([...made, ...left]))
      expect(dueIn(0)).toBe(false)
    }
    addStock('later')
    expect(dueIn(0.9)).toBe(false)
    expect(dueIn(1.1)).toBe(true)
  })

  it('clears what a killed one has left, and leaves alone what is being written', async () => {
    addStock('A')
    mkdirSync(backupFolder(path))
    const { pid } = spawnSync(process.execPath, ['--version'])
    const copy = join(backupFolder(path), '2026-01-01T000000000Z.sqlite')
    const dead = `${copy}.${pid}-1-1.tmp`
    const alive = temporaryOf(copy)
    for (const file of [dead, `${dead}-journal`, alive]) writeFileSync(file, 'x')
    await keepBackup(path)
    expect(readdirSync(backupFolder(path)).filter((name) => name.includes('.tmp'))).toEqual([basename(alive)])
  })

  it.skipIf(!canMount)(
    'is not made where it would leave the store no room to grow (a small disk)',
    async () => {
      const disk = smallDisk(2 ** 20)
      try {
        path = join(disk.folder, 'store.sqlite')
        addStock('A')
        writeFileSync(join(disk.folder, 'other'), Buffer.alloc(700_000))
        expect(await refusal(() => keepBackup(path))).toMatchObject({
          code: 'disk_full',
          place: { file: backupFolder(path) },
        })
        expect(readdirSync(backupFolder(path))).toEqual([])
        rmSync(join(disk.folder, 'other'))
        await keepBackup(path)
        expect(listBackups(path)).toHaveLength(1)
      } finally {
        disk.remove()
      }
    },
  )
})
