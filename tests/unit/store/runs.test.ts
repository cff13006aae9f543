import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { currentOwner } from '../../../src-main/files/owner.ts'
import {
  beat,
  beginRun,
  enterRuns,
  failRun,
  finishRun,
  requeueRuns,
  runFirst,
  runOutcomes,
  type RunOutcome,
  stopRuns,
  studyRuns,
} from '../../../src-main/store/runs.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import { insertStudy } from '../../../src-main/store/studies.ts'
import type { RunKey } from '../../../src-shared/domain/training.ts'
import { smallStudy } from '../../fixtures/smallStore.ts'

const KEYS: RunKey[] = [1, 2, 3, 4].map((seed) => ({
  window: 0,
  frequency: 'daily',
  optimizer: 'AdamW',
  seed,
}))
const [one, two, three, four] = KEYS
const OUTCOME: RunOutcome = {
  bestEpoch: 1,
  stopReason: 'max_epochs',
  trainDates: 4,
  validDates: 1,
  skippedDates: 0,
  handovers: [],
}
const at = (second: number): string => new Date(Date.UTC(2024, 0, 1, 0, 0, second)).toISOString()

let folder: string
let store: WritableStore

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-runs-'))
  store = openStore(join(folder, 'store.sqlite'), { mode: 'write' })
  for (const id of ['a', 'other'])
    insertStudy(store, { id, config: smallStudy(), workers: null, startedAt: at(0) })
  enterRuns(store, 'a', KEYS)
  enterRuns(store, 'other', [one])
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

const states = () => Object.fromEntries(studyRuns(store, 'a').map(({ key, state }) => [key.seed, state]))
const seeds = () => studyRuns(store, 'a').map(({ key }) => key.seed)

describe('the journal of a study', () => {
  it('begins with every run queued, in the order given; entering again changes nothing', () => {
    expect(studyRuns(store, 'a')[0]).toEqual({
      key: one,
      position: 0,
      state: 'queued',
      attempts: 0,
      epochs: 0,
      heartbeat: null,
      startedAt: null,
      endedAt: null,
      error: null,
      outcome: null,
    })
    beginRun(store, 'a', two, currentOwner(), at(1))
    runFirst(store, 'a', [four])
    const before = studyRuns(store, 'a')
    enterRuns(store, 'a', KEYS.toReversed())
    expect(studyRuns(store, 'a')).toEqual(before)
    expect(seeds()).toEqual([4, 1, 2, 3])
  })

  it('follows a run from its start to its end', () => {
    beginRun(store, 'a', one, currentOwner(), at(1))
    beat(store, 'a', at(6))
    expect(studyRuns(store, 'a')[0]).toMatchObject({
      state: 'running',
      attempts: 1,
      heartbeat: at(6),
      startedAt: at(1),
      endedAt: null,
    })
    expect(studyRuns(store, 'a')[1].heartbeat).toBeNull()
    finishRun(store, 'a', one, OUTCOME, at(9))
    expect(studyRuns(store, 'a')[0]).toMatchObject({
      state: 'done',
      endedAt: at(9),
      error: null,
      outcome: {
        bestEpoch: OUTCOME.bestEpoch,
        stopReason: OUTCOME.stopReason,
        handovers: OUTCOME.handovers,
      },
    })
    expect(runOutcomes(store, 'a')).toEqual([{ key: one, outcome: OUTCOME }])
    expect(runOutcomes(store, 'other')).toEqual([])
  })

  it('counts the starts of a run and keeps the time of the first', () => {
    const error = { code: 'diverged', message: 'not finite' } as const
    beginRun(store, 'a', one, currentOwner(), at(1))
    failRun(store, 'a', one, error, at(2))
    expect(studyRuns(store, 'a')[0]).toMatchObject({ state: 'failed', attempts: 1, endedAt: at(2), error })
    requeueRuns(store, 'a')
    expect(studyRuns(store, 'a')[0]).toMatchObject({ state: 'queued', endedAt: null, error: null })
    beginRun(store, 'a', one, currentOwner(), at(3))
    expect(studyRuns(store, 'a')[0]).toMatchObject({ state: 'running', attempts: 2, startedAt: at(1) })
  })

  it('reads a run whose process is gone as interrupted, and no other', () => {
    beginRun(store, 'a', one, { ...currentOwner(), boot: 'another' }, at(1))
    beginRun(store, 'a', two, currentOwner(), at(1))
    expect(states()).toEqual({ 1: 'interrupted', 2: 'running', 3: 'queued', 4: 'queued' })
  })

  it.each([
    ['interrupted', { 1: 'done', 2: 'failed', 3: 'interrupted', 4: 'queued' }],
    ['cancelled', { 1: 'done', 2: 'failed', 3: 'cancelled', 4: 'cancelled' }],
  ] as const)('stops as %s what has not ended', (as, expected) => {
    for (const key of [one, two, three]) beginRun(store, 'a', key, currentOwner(), at(1))
    finishRun(store, 'a', one, OUTCOME, at(2))
    failRun(store, 'a', two, { code: 'diverged', message: '' }, at(2))
    stopRuns(store, 'a', as, at(3))
    expect(states()).toEqual(expected)
    expect(studyRuns(store, 'other')[0].state).toBe('queued')
    requeueRuns(store, 'a')
    expect(states()[1]).toBe('done')
    expect(states()[2]).toBe('queued')
    expect(states()[3]).toBe(as === 'cancelled' ? 'cancelled' : 'queued')
  })

  it('puts queued runs first, in the order asked for, all or none', () => {
    beginRun(store, 'a', one, currentOwner(), at(1))
    runFirst(store, 'a', [four, three])
    expect(seeds().filter((seed) => seed !== 1)).toEqual([4, 3, 2])
    runFirst(store, 'a', [two])
    expect(seeds().filter((seed) => seed !== 1)).toEqual([2, 4, 3])
    for (const missing of [one, { ...one, seed: 9 }])
      expect(() => runFirst(store, 'a', [three, missing])).toThrow(
        expect.objectContaining({ code: 'not_found' }),
      )
    expect(seeds().filter((seed) => seed !== 1)).toEqual([2, 4, 3])
  })

  it.each([
    ['a run that is done without an outcome', "UPDATE study_run SET state = 'done' WHERE seed = 2"],
    ['an outcome of a run that is not done', `UPDATE study_run SET outcome = '{}' WHERE seed = 2`],
    ['a run at work without a process', "UPDATE study_run SET state = 'running' WHERE seed = 2"],
    ['a state that there is not', "UPDATE study_run SET state = 'lost' WHERE seed = 2"],
    [
      'a run of no study',
      "INSERT INTO study_run (study, fit_window, frequency, optimizer, seed, position, state) VALUES ('none', 0, 'daily', 'AdamW', 1, 0, 'queued')",
    ],
  ])('refuses %s', (_, sql) => {
    expect(() => store.run(sql)).toThrow(/constraint failed/)
  })
})
