import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { currentOwner, isAlive } from '../../../src-main/files/owner.ts'
import { loadSteps } from '../../../src-main/store/runFiles.ts'
import { beginRun, enterRuns } from '../../../src-main/store/runs.ts'
import { type WritableStore, openStore } from '../../../src-main/store/store.ts'
import {
  appendEpochs,
  beginStudy,
  endStudy,
  type EpochWithSteps,
  getStudy,
  insertStudy,
  interruptOrphans,
  listStudies,
  queueStudy,
  runStudy,
  saveResult,
  studyEpochs,
  timedEpochs,
  studyFirst,
  studyResult,
} from '../../../src-main/store/studies.ts'
import type { StudyResult } from '../../../src-shared/domain/result.ts'
import { studyConfig } from '../../../src-shared/domain/study.ts'
import {
  type EpochClock,
  type EpochRecord,
  epochRecord,
  type RunKey,
  STEP_COLUMNS,
} from '../../../src-shared/domain/training.ts'

const config = studyConfig.parse({
  version: 1,
  name: 'first',
  universe: { index: '000300.SH' },
  period: { fitStart: '2015-01-05', fitEnd: '2018-12-28', predictEnd: '2020-12-31' },
  models: [{ frequency: 'daily', sequenceLength: 30 }],
  optimizers: [{ name: 'AdamW', method: 'plain' }],
  portfolio: { indices: ['000300.SH'] },
})
const key: RunKey = { window: 0, frequency: 'daily', optimizer: 'AdamW', seed: 1 }
const first = epochRecord.parse({
  epoch: 1,
  trainLoss: -0.1,
  trainIc: 0.1,
  validIc: 0.05,
  validIcir: null,
  sharpnessGap: null,
  gradientNorm: 1 / 3,
  evaluations: 7,
  skippedSteps: 0,
})
const epoch = (n: number): EpochRecord => ({
  ...first,
  epoch: n,
  trainLoss: -0.1 * n,
  trainIc: 0.1 * n,
})

/** Two steps, whose numbers tell the epoch. */
const steps = (n: number): Float64Array =>
  Float64Array.from({ length: 2 * STEP_COLUMNS.length }, (_, at) => (at === 3 ? NaN : n + at / 7))
const CLOCK: EpochClock = {
  endedAt: '2024-01-01T00:00:03.000Z',
  seconds: 1.5,
  stepSeconds: 1.25,
  steps: 2,
  samples: 60,
  memory: 1e8,
}
const withSteps = (of: RunKey, record: EpochRecord): EpochWithSteps => ({
  key: of,
  record,
  clock: { ...CLOCK, seconds: record.epoch },
  steps: steps(record.epoch),
})
const insert = (id: string, startedAt = '2024-01-01T00:00:00.000Z', workers: number | null = null): void =>
  insertStudy(store, { id, config, workers, startedAt })
const states = () => listStudies(store).map((study) => [study.id, study.state])

let folder: string
let store: WritableStore

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-studies-'))
  store = openStore(join(folder, 'store.sqlite'), { mode: 'write' })
})

afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

describe('studies', () => {
  it('come back as they were put, queued ones before the others and the next one last', () => {
    insertStudy(store, {
      id: 'a',
      config: { ...config, name: 'second' },
      workers: 2,
      startedAt: '2024-01-01T00:00:00.000Z',
    })
    insert('b', '2024-01-02T00:00:00.000Z')
    insert('c', '2024-01-03T00:00:00.000Z')
    expect(states()).toEqual([
      ['c', 'queued'],
      ['b', 'queued'],
      ['a', 'queued'],
    ])
    expect(getStudy(store, 'a')).toEqual({
      id: 'a',
      name: 'second',
      tags: [],
      archivedAt: null,
      best: null,
      config: { ...config, name: 'second' },
      state: 'queued',
      owner: currentOwner(),
      workers: 2,
      startedAt: '2024-01-01T00:00:00.000Z',
      runningSince: null,
      endedAt: null,
      elapsed: 0,
      began: null,
      error: null,
    })
    runStudy(store, 'b', '2024-01-04T00:00:00.000Z')
    expect(states()).toEqual([
      ['c', 'queued'],
      ['a', 'queued'],
      ['b', 'running'],
    ])
    studyFirst(store, 'c')
    expect(states().slice(0, 2)).toEqual([
      ['a', 'queued'],
      ['c', 'queued'],
    ])
    insert('d')
    expect(states()[0]).toEqual(['d', 'queued'])
    // One that runs has no place to give up.
    studyFirst(store, 'b')
    expect(states()[2]).toEqual(['c', 'queued'])
  })

  it('end with a state, a time and an error, and go on with the seconds they had', () => {
    insert('a')
    runStudy(store, 'a', '2024-01-01T00:00:00.000Z')
    const beginning = { appVersion: '1', engine: 'reference', dataHash: 'd' }
    beginStudy(store, 'a', beginning)
    const error = { code: 'diverged', message: 'loss is NaN', place: { row: 3 } } as const
    endStudy(store, 'a', { state: 'failed', endedAt: '2024-01-01T01:00:00.000Z', error })
    const rested = getStudy(store, 'a')
    expect(rested).toMatchObject({
      state: 'failed',
      endedAt: '2024-01-01T01:00:00.000Z',
      runningSince: null,
      began: beginning,
      error,
    })
    expect(rested.elapsed).toBeCloseTo(3600, 3)

    queueStudy(store, 'a', 3)
    expect(getStudy(store, 'a')).toMatchObject({ state: 'queued', endedAt: null, error: null, workers: 3 })
    runStudy(store, 'a', '2024-01-02T00:00:00.000Z')
    endStudy(store, 'a', { state: 'done', endedAt: '2024-01-02T00:00:10.000Z', error: null })
    expect(getStudy(store, 'a').elapsed).toBeCloseTo(3610, 3)
    expect(getStudy(store, 'a').began).toEqual(beginning)
  })

  it('queue again behind those that wait', () => {
    insert('a')
    insert('b')
    endStudy(store, 'a', { state: 'paused', endedAt: '2024-01-01T00:00:01.000Z', error: null })
    queueStudy(store, 'a', null)
    expect(states()).toEqual([
      ['a', 'queued'],
      ['b', 'queued'],
    ])
  })

  it('that are not there are an error with a code', () => {
    const missing = expect.objectContaining({ code: 'not_found' })
    expect(() => getStudy(store, 'a')).toThrow(missing)
    expect(() => studyResult(store, 'a')).toThrow(missing)
    expect(() => endStudy(store, 'a', { state: 'done', endedAt: '', error: null })).toThrow(missing)
    insert('a')
    expect(() => studyResult(store, 'a')).toThrow(missing)
  })

  it('keep epochs in order of run and epoch; a repeated epoch replaces the first', () => {
    insert('a')
    const weekly = { ...key, frequency: 'weekly' as const }
    appendEpochs(store, 'a', [
      withSteps(weekly, epoch(1)),
      withSteps(key, epoch(10)),
      withSteps(key, epoch(2)),
    ])
    appendEpochs(store, 'a', [{ key, record: { ...epoch(2), validIc: 0.5 }, clock: null, steps: steps(3) }])
    expect(studyEpochs(store, 'a')).toEqual([
      { key, record: { ...epoch(2), validIc: 0.5 } },
      { key, record: epoch(10) },
      { key: weekly, record: epoch(1) },
    ])
    expect(timedEpochs(store, 'a').map(({ clock }) => clock)).toEqual([
      null,
      { ...CLOCK, seconds: 10 },
      { ...CLOCK, seconds: 1 },
    ])
    expect(loadSteps(store, 'a', key)).toEqual([
      { epoch: 2, rows: 2, steps: steps(3) },
      { epoch: 10, rows: 2, steps: steps(10) },
    ])
  })

  it('append epochs all or none', () => {
    insert('a')
    expect(() => appendEpochs(store, 'a', [withSteps(key, epoch(1)), withSteps(key, epoch(0))])).toThrow(
      /CHECK/,
    )
    expect(studyEpochs(store, 'a')).toEqual([])
    expect(loadSteps(store, 'a', key)).toEqual([])
  })

  it('keep the result object', () => {
    insert('a')
    const result: StudyResult = {
      format: 'plateau-study-1',
      config,
      configHash: 'c',
      dataHash: 'd',
      importedHash: null,
      appVersion: '0.1.0',
      engine: 'reference',
      synthetic: false,
      data: { instruments: 1, bars: 2, firstDate: 20150105, lastDate: 20201231, meanUniverse: 0.1 + 0.2 },
      notes: [],
      windows: [],
      runs: [],
      factors: [],
      importedFactors: [],
      factorCorrelations: null,
      portfolios: [],
      convergence: [],
      landscapes: [],
      interpolations: [],
      comparisons: {
        baseline: 'AdamW',
        bootstrap: { expectedBlock: 20, draws: 10_000, level: 0.95, seed: 1 },
        portfolios: [],
        rankIc: [],
        sharpe: [],
      },
    }
    saveResult(store, 'a', result)
    expect(studyResult(store, 'a')).toEqual(result)

    // Longer than any text can be.
    const long = Array.from<string>({ length: 1100 }).fill('x'.repeat(500_000))
    expect(() => saveResult(store, 'a', { ...result, notes: long as never })).toThrow(
      expect.objectContaining({ code: 'study_invalid', message: expect.stringContaining('537 MB') }),
    )
    expect(studyResult(store, 'a')).toEqual(result)

    // Seeds had no bound once.
    const seeded = {
      ...result,
      config: { ...config, training: { ...config.training, seeds: [1, 2 ** 32 + 1] } },
    }
    saveResult(store, 'a', seeded)
    expect(studyResult(store, 'a')).toEqual(seeded)

    const { comparisons: _unknownThen, ...older } = result
    store.run('UPDATE study SET result = ? WHERE id = ?', JSON.stringify(older), 'a')
    expect(() => studyResult(store, 'a')).toThrow(
      expect.objectContaining({ code: 'store_newer', place: { file: store.path, field: 'comparisons' } }),
    )
  })

  it('read a config of an earlier version with the defaults of what it did not know', () => {
    insert('a')
    const { composite: _unknownThen, ...older } = config
    const training = { ...config.training, seeds: [1, 2 ** 32 + 1] }
    store.run('UPDATE study SET config = ? WHERE id = ?', JSON.stringify({ ...older, training }), 'a')
    expect(getStudy(store, 'a').config).toEqual({ ...config, training })
  })

  it('do not hide the others when the config of one does not fit', () => {
    insert('a')
    insert('b')
    const other = { ...config, later: 1 }
    store.run('UPDATE study SET config = ? WHERE id = ?', JSON.stringify(other), 'a')
    expect(getStudy(store, 'a').config).toEqual(other)
    expect(listStudies(store).map(({ id }) => id)).toEqual(['b', 'a'])
  })
})

describe('a study whose process', () => {
  const stateOf = (id: string) => [getStudy(store, id).state, listStudies(store)[0].state]
  const begin = (run: boolean): void => {
    insert('a')
    if (run) runStudy(store, 'a', '2024-01-01T00:00:10.000Z')
  }
  const DEAD: [string, () => string][] = [
    ['has ended', () => `owner_pid = ${spawnSync(process.execPath, ['--version']).pid}`],
    ['ran before the machine was restarted', () => "owner_boot = 'another'"],
    ['had the pid that another process has now', () => "owner_started = '1'"],
  ]

  it.each([
    ['queued', false],
    ['running', true],
  ])('lives is %s', (state, run) => {
    begin(run)
    expect(stateOf('a')).toEqual([state, state])
    expect(interruptOrphans(store)).toEqual([])
    expect(stateOf('a')).toEqual([state, state])
  })

  it.each(DEAD.flatMap(([title, change]) => [false, true].map((run) => [title, change, run] as const)))(
    '%s reads as interrupted, also where nothing may be written',
    (_title, change, run) => {
      begin(run)
      store.run(`UPDATE study SET ${change()} WHERE id = 'a'`)
      expect(stateOf('a')).toEqual(['interrupted', 'interrupted'])
      const reader = openStore(store.path, { mode: 'read' })
      expect(getStudy(reader, 'a')).toMatchObject({ state: 'interrupted', endedAt: null })
      reader.close()
      endStudy(store, 'a', { state: 'done', endedAt: '', error: null })
      expect(stateOf('a')).toEqual(['done', 'done'])
    },
  )

  it('has ended comes to rest at the last that was heard of its runs', () => {
    begin(true)
    enterRuns(store, 'a', [key])
    beginRun(store, 'a', key, currentOwner(), '2024-01-01T00:01:40.000Z')
    store.run("UPDATE study SET owner_boot = 'another'")
    expect(interruptOrphans(store)).toEqual(['a'])
    const study = getStudy(store, 'a')
    expect(study).toMatchObject({ state: 'interrupted', endedAt: '2024-01-01T00:01:40.000Z', error: null })
    expect(study.elapsed).toBeCloseTo(90, 3)
    expect(interruptOrphans(store)).toEqual([])
  })

  it('has ended before it ran comes to rest where it was asked for', () => {
    begin(false)
    store.run("UPDATE study SET owner_boot = 'another'")
    expect(interruptOrphans(store)).toEqual(['a'])
    expect(getStudy(store, 'a')).toMatchObject({
      state: 'interrupted',
      endedAt: '2024-01-01T00:00:00.000Z',
      elapsed: 0,
    })
  })
})

describe.skipIf(!existsSync('/proc/self/stat'))('a process as an owner (needs /proc)', () => {
  it('has its start time, and is dead once it has ended though nobody waits for it', async () => {
    expect(currentOwner().started).toMatch(/^\d+$/)
    // The shell starts a process, becomes one that never waits for it, and tells its pid.
    const parent = spawn('sh', ['-c', 'sh -c "echo \\$\\$; read _ < /dev/null" & exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (chunk) => resolve(Number(chunk))),
    )
    const owner = { ...currentOwner(), pid }
    while (!/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const started = readFileSync(`/proc/${pid}/stat`, 'latin1').split(' ')[21]
    expect(isAlive({ ...owner, started })).toBe(false)
    parent.kill('SIGKILL')
  })
})
