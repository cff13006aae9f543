import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { currentOwner, isAlive } from '../../../src-main/store/owner.ts'
import { type WritableStore, openStore } from '../../../src-main/store/store.ts'
import {
  appendEpochs,
  endStudy,
  getStudy,
  insertStudy,
  listStudies,
  loadWeights,
  saveResult,
  saveWeights,
  studyEpochs,
  studyResult,
} from '../../../src-main/store/studies.ts'
import type { StudyResult } from '../../../src-shared/domain/result.ts'
import { studyConfig } from '../../../src-shared/domain/study.ts'
import { type EpochRecord, epochRecord, type RunKey } from '../../../src-shared/domain/training.ts'

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
  it('come back as they were put, newest first', () => {
    insertStudy(store, { id: 'a', config, startedAt: '2024-01-01T00:00:00.000Z' })
    insertStudy(store, {
      id: 'b',
      config: { ...config, name: 'second' },
      startedAt: '2024-01-02T00:00:00.000Z',
    })
    expect(listStudies(store).map((study) => [study.id, study.name, study.state])).toEqual([
      ['b', 'second', 'running'],
      ['a', 'first', 'running'],
    ])
    expect(getStudy(store, 'a')).toEqual({
      id: 'a',
      name: 'first',
      config,
      state: 'running',
      owner: currentOwner(),
      startedAt: '2024-01-01T00:00:00.000Z',
      endedAt: null,
      error: null,
    })
  })

  it('end with a state, a time and an error', () => {
    insertStudy(store, { id: 'a', config, startedAt: '2024-01-01T00:00:00.000Z' })
    const error = { code: 'diverged', message: 'loss is NaN', place: { row: 3 } } as const
    endStudy(store, 'a', { state: 'failed', endedAt: '2024-01-01T01:00:00.000Z', error })
    expect(getStudy(store, 'a')).toMatchObject({
      state: 'failed',
      endedAt: '2024-01-01T01:00:00.000Z',
      error,
    })
  })

  it('that are not there are an error with a code', () => {
    const missing = expect.objectContaining({ code: 'not_found' })
    expect(() => getStudy(store, 'a')).toThrow(missing)
    expect(() => studyResult(store, 'a')).toThrow(missing)
    expect(() => endStudy(store, 'a', { state: 'done', endedAt: '', error: null })).toThrow(missing)
    insertStudy(store, { id: 'a', config, startedAt: '' })
    expect(() => studyResult(store, 'a')).toThrow(missing)
    expect(() => loadWeights(store, 'a', key)).toThrow(missing)
  })

  it('keep epochs in order of run and epoch; a repeated epoch replaces the first', () => {
    insertStudy(store, { id: 'a', config, startedAt: '' })
    const weekly = { ...key, frequency: 'weekly' as const }
    appendEpochs(store, 'a', [
      { key: weekly, record: epoch(1) },
      { key, record: epoch(10) },
      { key, record: epoch(2) },
    ])
    appendEpochs(store, 'a', [{ key, record: { ...epoch(2), validIc: 0.5 } }])
    expect(studyEpochs(store, 'a')).toEqual([
      { key, record: { ...epoch(2), validIc: 0.5 } },
      { key, record: epoch(10) },
      { key: weekly, record: epoch(1) },
    ])
  })

  it('append epochs all or none', () => {
    insertStudy(store, { id: 'a', config, startedAt: '' })
    expect(() =>
      appendEpochs(store, 'a', [
        { key, record: epoch(1) },
        { key, record: epoch(0) },
      ]),
    ).toThrow(/CHECK/)
    expect(studyEpochs(store, 'a')).toEqual([])
  })

  it('keep weights bit for bit, also of a view into a larger buffer', () => {
    insertStudy(store, { id: 'a', config, startedAt: '' })
    const whole = Float64Array.of(9, 1 / 3, -0, 5e-324, NaN, Infinity, 9)
    const layout = [{ name: 'head', shape: [1, 5], offset: 0 }]
    saveWeights(store, 'a', key, { weights: whole.subarray(1, 6), layout })
    const loaded = loadWeights(store, 'a', key)
    expect(loaded.layout).toEqual(layout)
    expect(Array.from(loaded.weights, (w) => (Object.is(w, -0) ? '-0' : String(w)))).toEqual([
      '0.3333333333333333',
      '-0',
      '5e-324',
      'NaN',
      'Infinity',
    ])
  })

  it('keep the result object', () => {
    insertStudy(store, { id: 'a', config, startedAt: '' })
    const result: StudyResult = {
      format: 'plateau-study-1',
      config,
      configHash: 'c',
      dataHash: 'd',
      appVersion: '0.1.0',
      engine: 'reference',
      synthetic: false,
      data: { instruments: 1, bars: 2, firstDate: 20150105, lastDate: 20201231, meanUniverse: 0.1 + 0.2 },
      notes: [],
      windows: [],
      runs: [],
      factors: [],
      portfolios: [],
      comparisons: {
        baseline: 'AdamW',
        bootstrap: { expectedBlock: 20, draws: 10_000, level: 0.95, seed: 1 },
        portfolios: [],
        rankIc: [],
      },
    }
    saveResult(store, 'a', result)
    expect(studyResult(store, 'a')).toEqual(result)

    const { comparisons: _unknownThen, ...older } = result
    store.run('UPDATE study SET result = ? WHERE id = ?', JSON.stringify(older), 'a')
    expect(() => studyResult(store, 'a')).toThrow(
      expect.objectContaining({ code: 'store_newer', place: { file: store.path, field: 'comparisons' } }),
    )
  })
})

describe('a study whose process', () => {
  const stateOf = (id: string) => [getStudy(store, id).state, listStudies(store)[0].state]

  it('lives is running', () => {
    insertStudy(store, { id: 'a', config, startedAt: '' })
    expect(stateOf('a')).toEqual(['running', 'running'])
  })

  it.each([
    ['has ended', () => `owner_pid = ${spawnSync(process.execPath, ['--version']).pid}`],
    ['ran before the machine was restarted', () => "owner_boot = 'another'"],
    ['had the pid that another process has now', () => "owner_started = '1'"],
  ])('%s reads as interrupted, also where nothing may be written', (_title, change) => {
    insertStudy(store, { id: 'a', config, startedAt: '' })
    store.run(`UPDATE study SET ${change()} WHERE id = 'a'`)
    expect(stateOf('a')).toEqual(['interrupted', 'interrupted'])
    const reader = openStore(store.path, { mode: 'read' })
    expect(getStudy(reader, 'a')).toMatchObject({ state: 'interrupted', endedAt: null })
    reader.close()
    endStudy(store, 'a', { state: 'done', endedAt: '', error: null })
    expect(stateOf('a')).toEqual(['done', 'done'])
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
