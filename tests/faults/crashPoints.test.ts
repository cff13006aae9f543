import { spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CRASH_POINTS, type CrashPoint } from '../../src-main/files/crashPoint.ts'
import { backupStore } from '../../src-main/store/backup.ts'
import { MIGRATIONS } from '../../src-main/store/migrations/index.ts'
import { studyRuns } from '../../src-main/store/runs.ts'
import { openStore } from '../../src-main/store/store.ts'
import { listStudies } from '../../src-main/store/studies.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { writeTables } from '../fixtures/importTables.ts'
import { groupOf } from '../fixtures/processes.ts'
import { smallStore, smallStudy } from '../fixtures/smallStore.ts'
import { copyOfStore, requireSound, stateOf, type StoreState } from '../fixtures/storeState.ts'
import { leftBy } from '../fixtures/studies.ts'
import { loops, trust } from '../fixtures/trust.ts'

/**
 * Processes that are killed with SIGKILL at every boundary of CRASH_POINTS. Each is started three times: it dies at its point, it
 * dies at another while it recovers, and it is left alone. What is there then is what an undisturbed process leaves, and
 * nothing beside it.
 */

/** A point, of which passing the process dies: `point` or `point:nth`. */
type At = CrashPoint | `${CrashPoint}:${number}`

/** Of a slow machine. */
const SECONDS_PER_START = 60

const MAIN = fileURLToPath(new URL('../../src-main/cli/main.ts', import.meta.url))
const STUDY = fileURLToPath(new URL('crashChild.ts', import.meta.url))

/** All that was seen, for the table. */
const seen = {
  points: new Set<CrashPoint>(),
  deaths: 0,
  'deaths while it recovered': 0,
  'states equal to the undisturbed': 0,
}

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'plateau-crash-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

let folders = 0
function newFolder(): string {
  const folder = join(root, String(++folders))
  mkdirSync(folder)
  return folder
}

/** Run a process until it and all that it started have ended; answers the points at which they died. */
async function run(
  entry: string,
  args: readonly string[],
  at: At | null,
): Promise<{ died: string[]; told: string }> {
  const log = join(root, 'deaths')
  rmSync(log, { force: true })
  const child = spawn(process.execPath, [entry, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: those that it leaves behind are known by it.
    detached: true,
    env: {
      ...process.env,
      PLATEAU_TEST: '1',
      PLATEAU_CRASH_LOG: log,
      ...(at === null ? {} : { PLATEAU_CRASH_AT: at }),
    },
  })
  let [told, complaint] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  const { code, signal } = await new Promise<{ code: number | null; signal: string | null }>(
    (resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code, signal) => resolve({ code, signal }))
    },
  )
  while (groupOf(child.pid!).length > 0) await delay(20)
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
  const died = lines.map((line) => line.split(' ')[0])
  if (lines.some((line) => Number(line.split(' ')[1]) === child.pid)) expect(signal).toBe('SIGKILL')
  else if (signal !== null || code !== 0) throw new Error(`It ended with ${signal ?? code}: ${complaint}`)
  return { died, told }
}

/** Dies at the point, or at each start of a process that passes it. */
async function runAndDie(entry: string, args: readonly string[], at: At): Promise<void> {
  const [point] = at.split(':') as [CrashPoint]
  const { died } = await run(entry, args, at)
  expect(new Set(died), `${at} was not reached`).toEqual(new Set([point]))
  seen.points.add(point)
  seen.deaths += died.length
}

/** What a death has left is sound: a copy is looked at, for looking is a recovery. */
function requireLeftSound(path: string): void {
  const copy = join(root, 'copy.sqlite')
  copyOfStore(path, copy)
  requireSound(copy)
}

/** Names in a folder, but for what readers of a store leave beside it: the index of its log, and a log with nothing in it. */
function leftIn(folder: string): string[] {
  return readdirSync(folder)
    .filter(
      (name) => !name.endsWith('-shm') && !(name.endsWith('-wal') && statSync(join(folder, name)).size === 0),
    )
    .sort()
}

/** In full all of them; else a spread. */
function spread<T>(of: readonly T[], reduced: number): T[] {
  const chosen = loops({ reduced, full: of.length })
  const part = (at: number): number => Math.floor((at * chosen) / of.length)
  return of.filter((_, at) => part(at) !== part(at - 1))
}

/** The three starts; `sound` looks at what every death has left. */
async function crashTwice(
  entry: string,
  args: readonly string[],
  [at, recovery]: readonly [At, At],
  sound: () => void,
): Promise<string> {
  await runAndDie(entry, args, at)
  sound()
  await runAndDie(entry, args, recovery)
  seen['deaths while it recovered']++
  sound()
  const { told } = await run(entry, args, null)
  seen['states equal to the undisturbed']++
  return told
}

describe.skipIf(process.platform === 'win32')(
  'a process that dies at a crash point (skipped on Windows)',
  () => {
    describe('while it writes a file', () => {
      const POINTS: readonly (readonly [At, At])[] = [
        ['file.begin', 'file.synced'],
        ['file.written', 'file.begin'],
        ['file.synced', 'file.written'],
        ['file.closed', 'file.renamed'],
        ['file.renamed', 'file.closed'],
      ]

      it.each(spread(POINTS, 2))('%s, then %s', async (...points) => {
        const folder = newFolder()
        const [file, data] = [join(folder, 'map.json'), join(folder, 'bars.csv')]
        writeFileSync(data, 'date,symbol,open,high,low,close,volume\n2020-01-02,600000.SH,1,1,1,1,1\n')
        const args = [
          'import',
          data,
          '--dry-run',
          '--save-map',
          file,
          '--store',
          join(folder, 'store.sqlite'),
        ]
        await run(MAIN, args, null)
        const whole = readFileSync(file, 'utf8')
        const mapping = JSON.parse(whole) as object
        expect(mapping).toMatchObject({ table: 'bars' })
        const old = JSON.stringify({ ...mapping, units: { volume: 100 } })
        writeFileSync(file, old)
        await crashTwice(MAIN, args, points, () => expect([old, whole]).toContain(readFileSync(file, 'utf8')))
        expect(readFileSync(file, 'utf8')).toBe(whole)
        expect(leftIn(folder)).toEqual(['bars.csv', 'map.json'])
      })
    })

    describe('while it brings a store up to date', () => {
      const POINTS: readonly (readonly [At, At])[] = [
        ['migration.begun', 'migration.numbered'],
        ['migration.changed:2', 'migration.changed:3'],
        ['migration.numbered:3', 'migration.committed'],
        ['migration.committed:4', 'migration.begun'],
      ]

      it.each(spread(POINTS, 2))('%s, then %s', async (...points) => {
        const folder = newFolder()
        const path = join(folder, 'store.sqlite')
        const [old, whole] = [join(root, 'version-1.sqlite'), join(root, 'migrated.sqlite')]
        if (!existsSync(old)) {
          storeOfVersion1(old)
          cpSync(old, whole)
          openStore(whole, { mode: 'write' }).close()
        }
        cpSync(old, path)
        await crashTwice(MAIN, ['data', '--store', path], points, () => requireLeftSound(path))
        expect(versionOf(path)).toBe(MIGRATIONS.length)
        expect(stateOf(path, join(root, 'copy.sqlite'))).toEqual(stateOf(whole, join(root, 'copy.sqlite')))
        expect(leftIn(folder)).toEqual(['store.sqlite'])
      })
    })

    describe('while it imports', () => {
      const POINTS: readonly (readonly [At, At])[] = [
        ['import.begun', 'import.block'],
        ['import.block:2', 'import.finished'],
        ['import.finishing', 'import.committed'],
        ['import.finished', 'import.begun'],
        ['import.committed', 'import.finishing'],
        ['import.moved', 'import.moved'],
      ]
      const imports: StoreState[] = []
      let data: string

      beforeAll(
        async () => {
          data = writeTables(join(root, 'data'), 'data', 200, 1)
          const path = join(root, 'imported.sqlite')
          // As often as it can have been committed: every import is entered.
          for (let at = 0; at < 3; at++) {
            await run(MAIN, ['import', data, '--store', path], null)
            imports.push(stateOf(path, join(root, 'copy.sqlite')))
          }
          expect(new Set(imports.map(({ tables }) => tables)).size).toBe(3)
        },
        3 * SECONDS_PER_START * 1000,
      )

      it.each(spread(POINTS, 2))('%s, then %s', async (...points) => {
        const folder = newFolder()
        const path = join(folder, 'store.sqlite')
        const state = (): StoreState => stateOf(path, join(root, 'copy.sqlite'))
        await crashTwice(MAIN, ['import', data, '--store', path], points, () => void state())
        const committed = points.filter((at) => ['import.committed', 'import.moved'].includes(at)).length
        expect(state()).toEqual(imports[committed])
        expect(leftIn(folder)).toEqual(['store.sqlite'])
      })
    })

    describe('while it copies a store', () => {
      const BACKUP: readonly (readonly [At, At])[] = [
        ['copy.copied', 'copy.checked'],
        ['copy.checked', 'backup.logEnded'],
        ['backup.logEnded', 'copy.copied'],
        ['backup.moved', 'backup.moved'],
      ]
      const RESTORE: readonly (readonly [At, At])[] = [
        ['copy.copied', 'restore.kept'],
        ['restore.logEnded', 'copy.checked'],
        ['restore.kept', 'restore.logEnded'],
        ['restore.kept', 'restore.kept'],
        ['restore.moved', 'copy.copied'],
      ]
      const small = (path: string, name: string): void => {
        const store = openStore(path, { mode: 'write' })
        store.run('UPDATE project SET name = ?', name)
        store.close()
      }
      /** Of a copy: looking at what a death has left is a recovery. */
      const nameIn = (path: string): string => {
        const copy = join(root, 'copy.sqlite')
        copyOfStore(path, copy)
        const store = openStore(copy, { mode: 'read' })
        const { name } = store.get<{ name: string }>('SELECT name FROM project')!
        store.close()
        return name
      }

      it.each(spread(BACKUP, 1))('as a backup: %s, then %s', async (...points) => {
        const folder = newFolder()
        const [path, copy] = [join(folder, 'store.sqlite'), join(folder, 'backup.sqlite')]
        small(path, 'now')
        small(copy, 'before')
        await crashTwice(MAIN, ['backup', copy, '--store', path], points, () => {
          for (const file of [path, copy]) requireLeftSound(file)
          expect(['before', 'now']).toContain(nameIn(copy))
        })
        expect(nameIn(copy)).toBe('now')
        expect(leftIn(folder)).toEqual(['backup.sqlite', 'store.sqlite'])
      })

      it.each(spread(RESTORE, 2))('back: %s, then %s', async (...points) => {
        const folder = newFolder()
        const [path, copy] = [join(folder, 'store.sqlite'), join(folder, 'backup.sqlite')]
        small(path, 'before')
        await backupStore(path, copy)
        small(path, 'now')
        await crashTwice(MAIN, ['restore', copy, '--store', path], points, () => {
          requireLeftSound(path)
          expect(['before', 'now']).toContain(nameIn(path))
        })
        expect(nameIn(path)).toBe('before')
        const names = leftIn(folder)
        const kept = names.filter((name) => name.startsWith('store.sqlite.replaced-'))
        expect(names).toEqual(['backup.sqlite', 'store.sqlite', ...kept])
        // One that was killed after the restoration was done again, and kept what the first had restored.
        const again = points[0] === 'restore.moved' ? ['before'] : []
        expect(kept.map((name) => nameIn(join(folder, name)))).toEqual(['now', ...again])
      })
    })

    describe('while a study runs', () => {
      /** One run of three epochs, on the engine that every machine has. */
      const CONFIG: StudyConfig = {
        ...smallStudy(),
        models: smallStudy().models.slice(0, 1),
        optimizers: smallStudy().optimizers.slice(0, 1),
        training: { ...smallStudy().training, seeds: [1], maxEpochs: 3, patience: 3, engine: 'reference' },
      }
      /**
       * Where a study dies, and where it dies when it is taken up again: at a place that it then comes to. The process of a run may
       * train all epochs before it hears that its service is dead, so that none is left to be trained.
       */
      const POINTS: readonly (readonly [At, At])[] = [
        ['study.inserted', 'recovery.marking'],
        ['study.running', 'recovery.opened'],
        ['work.made', 'recovery.marked'],
        ['panel.opened', 'panel.written'],
        ['panel.written', 'panel.opened'],
        ['panel.renamed', 'resume.queueing'],
        ['study.entering', 'resume.queued'],
        ['study.entered', 'resume.accepted'],
        ['samples.opened', 'samples.renamed'],
        ['samples.written:2', 'samples.opened:3'],
        ['samples.renamed:3', 'samples.written'],
        ['run.held', 'epoch.trained'],
        ['run.starting', 'run.held'],
        ['run.running', 'run.starting'],
        ['epoch.trained', 'run.running'],
        ['file.written:3', 'file.closed'],
        ['file.closed:4', 'resume.checkpointRead'],
        ['epoch.kept:2', 'resume.checkpointRead'],
        ['checkpoint.kept', 'checkpoint.pruned'],
        ['checkpoint.pruned', 'epoch.kept'],
        // Its second start finds all epochs trained: the study ends well.
        ['checkpoint.pruned:3', 'recovery.opened'],
        ['epoch.storing:2', 'epoch.stored'],
        ['epoch.stored:2', 'recovery.marking'],
        ['run.predicted', 'run.saving'],
        ['run.saving', 'run.saved'],
        ['run.saved', 'recovery.swept'],
        ['result.saving', 'resume.accepted'],
        ['result.saved', 'work.removing'],
        ['work.removing', 'work.removed'],
        ['work.removed', 'recovery.opened'],
      ]
      let base: string
      let whole: unknown
      let names: string[]

      const left = (folder: string) => {
        const path = join(folder, 'small.sqlite')
        requireSound(path)
        const store = openStore(path, { mode: 'read' })
        try {
          const [study, ...others] = listStudies(store)
          expect(others).toEqual([])
          expect(study.state).toBe('done')
          expect(studyRuns(store, study.id).map(({ state }) => state)).toEqual(['done'])
          return leftBy(store, study.id)
        } finally {
          store.close()
        }
      }
      const study = (folder: string): string[] => [join(folder, 'small.sqlite'), JSON.stringify(CONFIG)]

      beforeAll(
        async () => {
          const { path } = await smallStore()
          base = dirname(path)
          rmSync(join(base, 'files'), { recursive: true })
          const folder = newFolder()
          cpSync(base, folder, { recursive: true })
          expect(JSON.parse((await run(STUDY, study(folder), null)).told)).toMatchObject({
            state: 'done',
            error: null,
          })
          whole = left(folder)
          names = leftIn(folder)
          expect(names).toEqual(['small.sqlite', 'small.sqlite.panel'])
        },
        3 * SECONDS_PER_START * 1000,
      )
      afterAll(() => rmSync(base, { recursive: true }))

      it.each(spread(POINTS, 4))(
        '%s, then %s',
        { timeout: 5 * SECONDS_PER_START * 1000 },
        async (...points) => {
          const folder = newFolder()
          cpSync(base, folder, { recursive: true })
          const told = await crashTwice(STUDY, study(folder), points, () =>
            requireLeftSound(join(folder, 'small.sqlite')),
          )
          expect(JSON.parse(told)).toMatchObject({ state: 'done', error: null })
          expect(left(folder)).toEqual(whole)
          expect(leftIn(folder)).toEqual(names)
          rmSync(folder, { recursive: true })
        },
      )

      it(
        'while one is removed: study.removed, then work.removed',
        { timeout: 5 * SECONDS_PER_START * 1000 },
        async () => {
          const folder = newFolder()
          cpSync(base, folder, { recursive: true })
          const path = join(folder, 'small.sqlite')
          await runAndDie(STUDY, study(folder), 'checkpoint.pruned')
          expect(leftIn(folder)).toContain('small.sqlite.work')
          await crashTwice(STUDY, [path, 'remove'], ['study.removed', 'work.removed'], () =>
            requireLeftSound(path),
          )
          const store = openStore(path, { mode: 'read' })
          for (const table of ['study', 'study_run', 'study_epoch', 'study_steps'])
            expect(store.all(`SELECT * FROM ${table}`)).toEqual([])
          store.close()
          expect(leftIn(folder)).toEqual(names)
          rmSync(folder, { recursive: true })
        },
      )
    })

    it('has died at all of them, or at a spread', () => {
      const { points, ...counts } = seen
      const missed = CRASH_POINTS.filter((point) => !points.has(point))
      if (loops({ reduced: 0, full: 1 }) === 1) expect(missed).toEqual([])
      trust('crash points', { points: CRASH_POINTS.length, 'died at': points.size, ...counts })
    })
  },
)

/** As the first migration leaves it, with a few rows. */
function storeOfVersion1(path: string): void {
  const database = new Database(path)
  database.exec(MIGRATIONS[0])
  database.exec(`
    INSERT INTO import_batch VALUES (1, '2024-01-01T00:00:00Z', 'bars.csv', '${'a'.repeat(64)}', 'generic', 3, 2, 1);
    INSERT INTO quarantine VALUES (1, 4, 'date', 'bad_date', 'x');
    INSERT INTO instrument VALUES (7, '600000.SH', '浦发银行', 19991110, 1);
    INSERT INTO bar VALUES (7, 20200102, 10, 11, 9, 10.5, 10, 100, 1050, 5000, 0, 0, 1);
    INSERT INTO adjustment VALUES (7, 20200102, 2.5);
    INSERT INTO calendar VALUES (20200102, 1);`)
  database.pragma(`application_id = ${0x504c4154}`)
  database.pragma('user_version = 1')
  database.close()
}

function versionOf(path: string): unknown {
  const database = new Database(path, { readonly: true })
  try {
    return database.pragma('user_version', { simple: true })
  } finally {
    database.close()
  }
}
