import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  loadPredictions,
  loadSteps,
  loadTrajectory,
  loadWeights,
  savePredictions,
  saveSteps,
  saveTrajectory,
  saveWeights,
} from '../../../src-main/store/runFiles.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import { insertStudy } from '../../../src-main/store/studies.ts'
import { type RunKey, STEP_COLUMNS } from '../../../src-shared/domain/training.ts'
import { smallStudy } from '../../fixtures/smallStore.ts'

const key: RunKey = { window: 0, frequency: 'daily', optimizer: 'AdamW', seed: 1 }
const other: RunKey = { ...key, seed: 2 }
/** What JSON and float32 would change. */
const AWKWARD = [1 / 3, -0, 5e-324, NaN, Infinity]

let folder: string
let store: WritableStore

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-run-files-'))
  store = openStore(join(folder, 'store.sqlite'), { mode: 'write' })
  insertStudy(store, { id: 'a', config: smallStudy(), workers: null, startedAt: '' })
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

const texts = (values: ArrayLike<number>): string[] =>
  Array.from(values, (value) => (Object.is(value, -0) ? '-0' : String(value)))

describe('what a run leaves', () => {
  it('are weights bit for bit, also of a view into a larger buffer', () => {
    const layout = [{ name: 'head', shape: [1, 5], offset: 0 }]
    saveWeights(store, 'a', key, { weights: Float64Array.of(9, ...AWKWARD, 9).subarray(1, 6), layout })
    const loaded = loadWeights(store, 'a', key)
    expect(loaded.layout).toEqual(layout)
    expect(texts(loaded.weights)).toEqual(texts(AWKWARD))
  })

  it('are predictions by day, also of days without a stock', () => {
    const days = [
      { stocks: Int32Array.of(9, 2, 0, 5, 7, 9).subarray(1, 4), values: Float64Array.of(1 / 3, -0, NaN) },
      { stocks: new Int32Array(0), values: new Float64Array(0) },
      { stocks: Int32Array.of(1), values: Float64Array.of(-1e300) },
    ]
    savePredictions(store, 'a', key, days)
    savePredictions(store, 'a', other, [])
    const loaded = loadPredictions(store, 'a', key)
    expect(loaded.map(({ stocks }) => Array.from(stocks))).toEqual([[2, 0, 5], [], [1]])
    expect(loaded.map(({ values }) => texts(values))).toEqual([
      ['0.3333333333333333', '-0', 'NaN'],
      [],
      ['-1e+300'],
    ])
    expect(loadPredictions(store, 'a', other)).toEqual([])
  })

  it('are predictions that say so when they are cut short', () => {
    savePredictions(store, 'a', key, [{ stocks: Int32Array.of(1, 2), values: Float64Array.of(1, 2) }])
    store.run('UPDATE study_predictions SET predictions = substr(predictions, 1, 20)')
    expect(() => loadPredictions(store, 'a', key)).toThrow(expect.objectContaining({ code: 'store_corrupt' }))
  })

  it('is a trajectory from epoch 0 on, where it is kept', () => {
    const epochs = [Float32Array.of(0.1, -0, NaN), Float32Array.of(9, 1, 2, 3, 9).subarray(1, 4)]
    saveTrajectory(store, 'a', key, epochs)
    const loaded = loadTrajectory(store, 'a', key)
    expect(loaded?.map(texts)).toEqual(epochs.map(texts))
    expect(loadTrajectory(store, 'a', other)).toBeNull()
  })

  it('are the steps of its epochs, in their order; an epoch saved again replaces the first', () => {
    const rows = (count: number, value: number): Float64Array =>
      Float64Array.from({ length: count * STEP_COLUMNS.length }, (_, at) => (at === 1 ? NaN : value + at / 3))
    saveSteps(store, 'a', key, 10, rows(3, 10))
    saveSteps(store, 'a', key, 2, rows(1, 1))
    saveSteps(store, 'a', key, 2, rows(2, 2))
    saveSteps(store, 'a', other, 1, rows(1, 7))
    expect(loadSteps(store, 'a', key)).toEqual([
      { epoch: 2, rows: 2, steps: rows(2, 2) },
      { epoch: 10, rows: 3, steps: rows(3, 10) },
    ])
  })

  it('is not there before it has ended', () => {
    const missing = expect.objectContaining({ code: 'not_found' })
    expect(() => loadWeights(store, 'a', key)).toThrow(missing)
    expect(() => loadPredictions(store, 'a', key)).toThrow(missing)
    expect(loadTrajectory(store, 'a', key)).toBeNull()
    expect(loadSteps(store, 'a', key)).toEqual([])
  })
})
