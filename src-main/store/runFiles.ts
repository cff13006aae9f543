import type { RunKey } from '../../src-shared/domain/training.ts'
import { STEP_COLUMNS, type StepColumn } from '../../src-shared/domain/training.ts'
import { failure } from '../../src-shared/failure.ts'
import { storedStudyErrors } from '../../src-shared/locales/errors/storedStudies.ts'
import { runValues } from './runs.ts'
import type { ReadableStore, WritableStore } from './store.ts'

/** The arrays that a training run leaves: weights, predictions, trajectory, steps. */

/** Weights of one training run: one flat vector and the names, shapes and offsets of its parts. */
export interface StoredWeights {
  readonly weights: Float64Array
  readonly layout: readonly {
    readonly name: string
    readonly shape: readonly number[]
    readonly offset: number
  }[]
}

/** Prediction of one test day, per panel column. */
export interface DayPrediction {
  readonly stocks: Int32Array
  readonly values: Float64Array
}

const RUN = 'study = ? AND fit_window = ? AND frequency = ? AND optimizer = ? AND seed = ?'

export function saveWeights(store: WritableStore, id: string, key: RunKey, stored: StoredWeights): void {
  const { weights, layout } = stored
  store.run(
    'INSERT OR REPLACE INTO study_weights VALUES (?, ?, ?, ?, ?, ?, ?)',
    id,
    ...runValues(key),
    bytesOf(weights),
    JSON.stringify(layout),
  )
}

/** Errors: not_found. */
export function loadWeights(store: ReadableStore, id: string, key: RunKey): StoredWeights {
  const row = store.get<{ weights: Buffer; layout: string }>(
    `SELECT weights, layout FROM study_weights WHERE ${RUN}`,
    id,
    ...runValues(key),
  )
  if (row === undefined) throw failure(storedStudyErrors.noWeights, { id })
  return { weights: new Float64Array(aligned(row.weights)), layout: JSON.parse(row.layout) }
}

export function savePredictions(
  store: WritableStore,
  id: string,
  key: RunKey,
  days: readonly DayPrediction[],
): void {
  const parts = days.flatMap(({ stocks, values }) => [Int32Array.of(stocks.length), stocks, values])
  store.run(
    'INSERT OR REPLACE INTO study_predictions VALUES (?, ?, ?, ?, ?, ?, ?)',
    id,
    ...runValues(key),
    days.length,
    Buffer.concat(parts.map(bytesOf)),
  )
}

/** Errors: not_found. */
export function loadPredictions(store: ReadableStore, id: string, key: RunKey): DayPrediction[] {
  const row = store.get<{ days: number; predictions: Buffer }>(
    `SELECT days, predictions FROM study_predictions WHERE ${RUN}`,
    id,
    ...runValues(key),
  )
  if (row === undefined) throw failure(storedStudyErrors.noPredictions, { id })
  const { days, predictions } = row
  let position = 0
  const take = (length: number): ArrayBuffer => {
    const end = position + length
    if (end > predictions.length)
      throw failure(storedStudyErrors.predictionsCut, { id }, { place: { file: store.path } })
    const bytes = aligned(predictions.subarray(position, end))
    position = end
    return bytes
  }
  return Array.from({ length: days }, () => {
    const [count] = new Int32Array(take(4))
    return { stocks: new Int32Array(take(4 * count)), values: new Float64Array(take(8 * count)) }
  })
}

/** Weights by epoch, from epoch 0 on. */
export function saveTrajectory(
  store: WritableStore,
  id: string,
  key: RunKey,
  epochs: readonly Float32Array[],
): void {
  store.run(
    'INSERT OR REPLACE INTO study_trajectory VALUES (?, ?, ?, ?, ?, ?, ?)',
    id,
    ...runValues(key),
    epochs.length,
    Buffer.concat(epochs.map(bytesOf)),
  )
}

/** Weights by epoch, from epoch 0 on; null where the study kept none. */
export function loadTrajectory(store: ReadableStore, id: string, key: RunKey): Float32Array[] | null {
  const row = store.get<{ epochs: number; weights: Buffer }>(
    `SELECT epochs, weights FROM study_trajectory WHERE ${RUN}`,
    id,
    ...runValues(key),
  )
  if (row === undefined) return null
  const all = new Float32Array(aligned(row.weights))
  const size = all.length / row.epochs
  return Array.from({ length: row.epochs }, (_, epoch) => all.subarray(epoch * size, (epoch + 1) * size))
}

/** Runs whose trajectory is kept, in the order of the journal. */
export function trajectoryKeys(store: ReadableStore, id: string): RunKey[] {
  return store.all<RunKey>(
    `SELECT fit_window AS "window", frequency, optimizer, seed FROM study_trajectory JOIN study_run
       USING (study, fit_window, frequency, optimizer, seed)
     WHERE study = ? ORDER BY position`,
    id,
  )
}

/** Rows x STEP_COLUMNS of one epoch; NaN = the step had no such thing. */
export function saveSteps(
  store: WritableStore,
  id: string,
  key: RunKey,
  epoch: number,
  steps: Float64Array,
): void {
  store.run(
    'INSERT OR REPLACE INTO study_steps VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    id,
    ...runValues(key),
    epoch,
    STEP_COLUMNS.length,
    bytesOf(steps),
  )
}

/** Rows x STEP_COLUMNS by epoch, of the epochs that have any. */
export function loadSteps(
  store: ReadableStore,
  id: string,
  key: RunKey,
): { readonly epoch: number; readonly rows: number; readonly steps: Float64Array }[] {
  return store
    .all<{ epoch: number; columns: number; steps: Buffer }>(
      `SELECT epoch, columns, steps FROM study_steps WHERE ${RUN} ORDER BY epoch`,
      id,
      ...runValues(key),
    )
    .map(({ epoch, columns, steps }) => {
      const rows = steps.length / (8 * columns)
      return { epoch, rows, steps: widened(new Float64Array(aligned(steps)), rows, columns) }
    })
}

/** Rows as wide as STEP_COLUMNS, whose further ones an earlier version did not keep. */
function widened(steps: Float64Array, rows: number, columns: number): Float64Array {
  if (columns === STEP_COLUMNS.length) return steps
  const wide = new Float64Array(rows * STEP_COLUMNS.length).fill(NaN)
  for (let row = 0; row < rows; row++)
    wide.set(
      steps.subarray(row * columns, row * columns + Math.min(columns, STEP_COLUMNS.length)),
      row * STEP_COLUMNS.length,
    )
  return wide
}

/** One column of a run's steps over all its epochs. */
export function stepColumn(store: ReadableStore, id: string, key: RunKey, column: StepColumn): Float64Array {
  const width = STEP_COLUMNS.length
  const at = STEP_COLUMNS.indexOf(column)
  const epochs = loadSteps(store, id, key)
  const all = new Float64Array(epochs.reduce((sum, { rows }) => sum + rows, 0))
  let position = 0
  for (const { rows, steps } of epochs)
    for (let row = 0; row < rows; row++) all[position++] = steps[row * width + at]
  return all
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)
}

/** A blob may start at any byte of a pooled buffer; a typed array wants a multiple of its elements' length. */
function aligned(blob: Buffer): ArrayBuffer {
  return Uint8Array.from(blob).buffer
}
