import { spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SafetyTask } from '../../../src-main/host/safetyTask.ts'
import { runJob } from '../../../src-main/jobs/process.ts'
import { backupStore, restoreStore } from '../../../src-main/store/backup.ts'
import { MIGRATIONS } from '../../../src-main/store/migrations/index.ts'
import { checkIntegrity } from '../../../src-main/store/integrity.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import { canMount, lockFolder, smallDisk } from '../../fixtures/smallDisk.ts'
import { refusal } from '../ingest/workspace.ts'

let folder: string
let path: string
let copy: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-backup-'))
  path = join(folder, 'store.sqlite')
  copy = join(folder, 'copy.sqlite')
})

afterEach(() => rmSync(folder, { recursive: true }))

/** A store of 12 MB: its copy is made in several steps. */
function makeLarge(): WritableStore {
  const store = make(path, 'large')
  store.transaction(() => {
    for (let i = 0; i < 12; i++)
      store.run('INSERT INTO instrument (symbol, name) VALUES (?, ?)', `L${i}`, 'x'.repeat(1e6))
  })
  return store
}

/** A store named `name` of about `rows` times 100 bytes. */
function make(file: string, name: string, rows = 100): WritableStore {
  const store = openStore(file, { mode: 'write' })
  store.transaction(() => {
    store.run('UPDATE project SET name = ?', name)
    for (let i = 0; i < rows; i++)
      store.run(
        'INSERT OR IGNORE INTO instrument (symbol, name) VALUES (?, ?)',
        `S${i}`,
        name.padEnd(80, '.'),
      )
  })
  return store
}

function nameOf(file: string): string {
  const store = openStore(file, { mode: 'read' })
  checkIntegrity(store)
  const { name } = store.get<{ name: string }>('SELECT name FROM project')!
  store.close()
  return name
}

const files = (): string[] => readdirSync(folder).sort()

describe('a backup', () => {
  it('of a store that is open, with what only its log holds, is one whole file', async () => {
    const store = make(path, 'one')
    await backupStore(path, copy)
    store.close()
    expect(files().filter((name) => name.includes('.tmp'))).toEqual([])
    const read = openStore(copy, { mode: 'read' })
    expect(read.get('SELECT count(*) AS n FROM instrument')).toEqual({ n: 100 })
    read.close()
    expect(nameOf(copy)).toBe('one')
  })

  it('is of the moment at which it begins, whatever is written until it ends', async () => {
    const store = makeLarge()
    const steps: number[] = []
    await backupStore(path, copy, ({ stage, done }) => {
      if (stage !== 'copying') return
      if (steps.push(done) > 50) throw new Error('It begins anew with every write.')
      store.run('INSERT INTO instrument (symbol) VALUES (?)', `W${steps.length}`)
    })
    expect(steps.length).toBeGreaterThan(2)
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
    const stocks = (file: string): unknown => {
      const read = openStore(file, { mode: 'read' })
      const counted = read.get('SELECT count(*) AS n FROM instrument')
      read.close()
      return counted
    }
    expect(stocks(copy)).toEqual({ n: 112 })
    expect(stocks(path)).toEqual({ n: 112 + steps.length })
    // Its log can be ended again: nothing holds on to that moment.
    expect(store.get('PRAGMA wal_checkpoint(TRUNCATE)')).toMatchObject({ busy: 0 })
    store.close()
  })

  it('that ends early lets go of the store and leaves nothing', async () => {
    const store = makeLarge()
    const stop = new Error('stopped')
    const stopped = backupStore(path, copy, () => {
      throw stop
    })
    await expect(stopped).rejects.toMatchObject({ cause: stop })
    store.close()
    // Refused while anybody has it open.
    const alone = new Database(path, { timeout: 0 })
    expect(alone.pragma('journal_mode = DELETE', { simple: true })).toBe('delete')
    alone.close()
    expect(files()).toEqual(['store.sqlite'])
  })

  it('of a store without a log keeps others from writing until it is made', async () => {
    makeLarge().close()
    const plain = new Database(path, { timeout: 0 })
    plain.pragma('journal_mode = DELETE')
    let refused = 0
    await backupStore(path, copy, ({ stage }) => {
      if (stage !== 'copying') return
      try {
        plain.exec("UPDATE project SET name = 'later'")
      } catch (error) {
        expect(error).toMatchObject({ code: 'SQLITE_BUSY' })
        refused++
      }
    })
    expect(refused).toBeGreaterThan(2)
    plain.exec("UPDATE project SET name = 'later'")
    plain.close()
    expect([nameOf(copy), nameOf(path)]).toEqual(['large', 'later'])
  })

  it('takes the place of an earlier one, and of no other file', async () => {
    make(path, 'one').close()
    await backupStore(path, copy)
    const store = openStore(path, { mode: 'write' })
    store.run("UPDATE project SET name = 'two'")
    store.close()
    await backupStore(path, copy)
    expect(nameOf(copy)).toBe('two')

    const text = join(folder, 'notes.txt')
    writeFileSync(text, 'mine\n')
    expect((await refusal(() => backupStore(path, text))).code).toBe('store_not_plateau')
    expect(readFileSync(text, 'utf8')).toBe('mine\n')
    expect((await refusal(() => backupStore(path, path))).code).toBe('usage')
    expect((await refusal(() => backupStore(join(folder, 'none'), copy))).code).toBe('file_not_found')
  })

  it('is whole when several processes make it at once under one name', async () => {
    const store = make(path, 'one', 5000)
    const worker = new URL('../../../src-main/host/worker.ts', import.meta.url)
    const task: SafetyTask = { kind: 'backup', store: path, file: copy }
    const signal = new AbortController().signal
    await Promise.all(Array.from({ length: 6 }, () => runJob(worker, task, { signal, onProgress: () => {} })))
    expect(nameOf(copy)).toBe('one')
    store.close()
    expect(files()).toEqual(['copy.sqlite', 'store.sqlite'])
  })

  it('is refused under a name that the disk does not take, also where only that of its copy is too long', async () => {
    make(path, 'one').close()
    for (const length of [250, 300]) {
      const target = join(folder, 'x'.repeat(length))
      expect(await refusal(() => backupStore(path, target))).toMatchObject({
        code: 'usage',
        message: 'The name is too long for this disk.',
        place: { file: target },
      })
    }
    expect(files()).toEqual(['store.sqlite'])
  })

  it('is refused where there is no folder for it', async () => {
    make(path, 'one').close()
    const target = join(folder, 'missing', 'copy.sqlite')
    expect(await refusal(() => backupStore(path, target))).toMatchObject({
      code: 'file_not_found',
      place: { file: target },
    })
  })

  it('does not take the place of one that is open', async () => {
    make(path, 'one').close()
    const open = make(copy, 'open')
    expect(await refusal(() => backupStore(path, copy))).toMatchObject({
      code: 'store_busy',
      place: { file: copy },
    })
    open.close()
    expect(nameOf(copy)).toBe('open')
    expect(files().filter((name) => name.includes('.tmp'))).toEqual([])
  })

  it('of a damaged store is refused, and the earlier backup stays', async () => {
    make(path, 'one', 5000).close()
    await backupStore(path, copy)
    truncateSync(path, 200_000)
    expect(await refusal(() => backupStore(path, copy))).toMatchObject({
      code: 'store_corrupt',
      place: { file: path },
    })
    expect(nameOf(copy)).toBe('one')
    expect(files().filter((name) => name.includes('.tmp'))).toEqual([])
  })
})

describe('a copy that cannot be written is told as one, with its own path', () => {
  describe.skipIf(!canMount)('on a disk of its own (needs root: mounts a tmpfs)', () => {
    it.each([
      ['disk_full', 'The disk took no more data.'],
      ['disk_readonly', 'The folder cannot be written to.'],
    ])('%s', async (code, message) => {
      makeLarge().close()
      const disk = smallDisk(2 ** 20)
      try {
        if (code === 'disk_readonly') disk.makeReadOnly()
        const target = join(disk.folder, 'copy.sqlite')
        const told = { code, message, place: { file: target } }
        expect(await refusal(() => backupStore(path, target))).toMatchObject(told)
        expect(await refusal(() => restoreStore(path, target))).toMatchObject(told)
        expect(readdirSync(disk.folder)).toEqual([])
      } finally {
        disk.remove()
      }
    })

    it('also when the disk does not let go of what was written', async () => {
      make(path, 'one').close()
      const target = join(folder, 'kept', 'copy.sqlite')
      mkdirSync(dirname(target))
      let unlock = (): void => {}
      const refused = await refusal(() =>
        backupStore(path, target, ({ stage }) => {
          if (stage === 'replacing') unlock = lockFolder(dirname(target))
        }),
      ).finally(() => unlock())
      expect(refused).toMatchObject({ code: 'disk_readonly', place: { file: target } })
    })
  })

  it.skipIf(process.platform === 'win32')('by a limit of the system (skipped on Windows)', () => {
    makeLarge().close()
    const main = fileURLToPath(new URL('../../../src-main/cli/main.ts', import.meta.url))
    const command = [process.execPath, main, 'backup', copy, '--store', path, '--json']
    const { status, stdout } = spawnSync('bash', ['-c', 'ulimit -f 1024; exec "$@"', 'bash', ...command], {
      encoding: 'utf8',
    })
    expect(status).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'disk_full', place: { file: copy } } })
    expect(files().filter((name) => name.startsWith('copy'))).toEqual([])
  })
})

describe('a restored store', () => {
  it('is the backup, and what it replaced is kept beside it', async () => {
    make(path, 'old').close()
    await backupStore(path, copy)
    const store = openStore(path, { mode: 'write' })
    store.run("UPDATE project SET name = 'new'")
    store.close()
    const kept = await restoreStore(copy, path)
    expect(nameOf(path)).toBe('old')
    expect(nameOf(kept!)).toBe('new')
    expect(nameOf(copy)).toBe('old')
  })

  it('is made where there was none', async () => {
    make(copy, 'old').close()
    expect(await restoreStore(copy, path)).toBeNull()
    expect(nameOf(path)).toBe('old')
  })

  it('takes the place of a damaged one, which is kept', async () => {
    make(path, 'old', 5000).close()
    await backupStore(path, copy)
    truncateSync(path, 200_000)
    const kept = await restoreStore(copy, path)
    expect(readFileSync(kept!)).toHaveLength(200_000)
    expect(nameOf(path)).toBe('old')
  })

  it('is brought up to date without touching the backup', async () => {
    const database = new Database(copy)
    database.exec(MIGRATIONS[0])
    database.pragma(`application_id = ${0x504c4154}`)
    database.pragma('user_version = 1')
    database.close()
    const before = readFileSync(copy)
    await restoreStore(copy, path)
    expect(readFileSync(copy).equals(before)).toBe(true)
    expect(nameOf(path)).toBe('')
  })

  it.each([
    ['text', () => writeFileSync(copy, 'date,open\n'.repeat(500)), 'store_not_plateau'],
    [
      "another program's database",
      () => {
        const database = new Database(copy)
        database.exec('CREATE TABLE theirs (x)')
        database.close()
      },
      'store_not_plateau',
    ],
    [
      'a store cut short',
      () => {
        make(copy, 'cut', 5000).close()
        truncateSync(copy, 200_000)
      },
      'store_corrupt',
    ],
    [
      'a newer store',
      () => {
        make(copy, 'newer').close()
        const database = new Database(copy)
        database.pragma(`user_version = ${MIGRATIONS.length + 1}`)
        database.close()
      },
      'store_newer',
    ],
    ['nothing', () => undefined, 'file_not_found'],
  ])('is not made of %s: the store stays as it is', async (_, write, code) => {
    make(path, 'kept').close()
    write()
    const before = readFileSync(path)
    const error = await refusal(() => restoreStore(copy, path))
    expect(error).toMatchObject({ code, place: { file: copy } })
    expect(error.remedy).toBeDefined()
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(files().filter((name) => name.includes('.tmp') || name.includes('replaced'))).toEqual([])
  })

  it('does not take the place of one that is open', async () => {
    const store = make(path, 'open')
    make(copy, 'old').close()
    expect((await refusal(() => restoreStore(copy, path))).code).toBe('store_busy')
    store.run("UPDATE project SET name = 'still'")
    store.close()
    expect(nameOf(path)).toBe('still')
  })
})

/** Leave a log beside `file` as a process does that is killed: the store in it is named `name`. */
function leaveLog(file: string, name: string): void {
  const store = make(file, 'before')
  store.run('UPDATE project SET name = ?', name)
  const log = readFileSync(`${file}-wal`)
  store.close()
  writeFileSync(`${file}-wal`, log)
}

describe('a log that a killed process has left', () => {
  it.each([
    ['of the store in its place', () => undefined],
    ['of a damaged store in its place', () => truncateSync(copy, 8192)],
    ['without a store', () => rmSync(copy)],
  ])('%s does not come into a backup', async (_, change) => {
    make(path, 'new').close()
    leaveLog(copy, 'killed')
    change()
    await backupStore(path, copy)
    expect(nameOf(copy)).toBe('new')
  })

  it('without a store does not come into a restored one', async () => {
    make(copy, 'old').close()
    leaveLog(path, 'killed')
    rmSync(path)
    expect(await restoreStore(copy, path)).toBeNull()
    expect(nameOf(path)).toBe('old')
  })
})

describe.skipIf(process.platform === 'win32')('kill -9', () => {
  const module = fileURLToPath(new URL('../../../src-main/store/backup.ts', import.meta.url))

  /** Run `code` in a process of its own and kill it after `ms`. */
  function killed(code: string, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [
        '--input-type=module',
        '-e',
        `import { backupStore, restoreStore } from ${JSON.stringify(module)}; console.log('start'); ${code}`,
      ])
      child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), ms))
      child.once('exit', () => resolve())
    })
  }

  it('during a backup leaves the store and the earlier backup whole', { timeout: 60_000 }, async () => {
    make(path, 'one', 20_000).close()
    await backupStore(path, copy)
    const store = openStore(path, { mode: 'write' })
    store.run("UPDATE project SET name = 'two'")
    store.close()
    for (const ms of [0, 2, 5, 10, 20, 40, 80]) {
      await killed(`await backupStore(${JSON.stringify(path)}, ${JSON.stringify(copy)})`, ms)
      expect(nameOf(path)).toBe('two')
      expect(['one', 'two']).toContain(nameOf(copy))
    }
    await backupStore(path, copy)
    expect(nameOf(copy)).toBe('two')
    expect(files().filter((name) => name.includes('.tmp'))).toEqual([])
  })

  it('during a restore leaves the store as it was, or restored', { timeout: 60_000 }, async () => {
    make(copy, 'old', 20_000).close()
    for (const ms of [0, 2, 5, 10, 20, 40, 80]) {
      rmSync(path, { force: true })
      make(path, 'new').close()
      await killed(`await restoreStore(${JSON.stringify(copy)}, ${JSON.stringify(path)})`, ms)
      expect(existsSync(path)).toBe(true)
      expect(['new', 'old']).toContain(nameOf(path))
      expect(nameOf(copy)).toBe('old')
    }
  })
})
