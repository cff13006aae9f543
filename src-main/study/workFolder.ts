import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { EngineKind } from '../../src-shared/domain/compute.ts'
import type { EpochClock, EpochRecord, Handover, RunKey } from '../../src-shared/domain/training.ts'
import { failure } from '../../src-shared/failure.ts'
import { trainingErrors } from '../../src-shared/locales/errors/training.ts'
import { crashPoint } from '../files/crashPoint.ts'
import { removeIfPossible } from '../files/heldUp.ts'
import { writeFileDurable } from '../files/writeFile.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../train/checkpoint.ts'
import { seal, unseal } from '../train/sealed.ts'
import type { TrainingState } from '../train/trainingState.ts'

/**
 * What a study that has not ended keeps beside its store, so that it can go on after whatever stopped it:
 *
 *   STORE.work/STUDY/samples/              sample files, built anew at every start
 *   STORE.work/STUDY/runs/RUN/checkpoint-N  TrainingState after epoch N; the last two
 *   STORE.work/STUDY/runs/RUN/epoch-N       record, clock, steps and, where the trajectory is kept, weights of epoch N
 *
 * An epoch's file is on disk before its checkpoint, and its checkpoint before it is reported.
 */
export function workFolder(store: string, study: string): string {
  return join(allWork(store), study)
}

const allWork = (store: string): string => `${store}.work`

/** Remove what a study kept, and with the last one the folder of all. What cannot be removed now is swept later. */
export async function removeWork(store: string, study: string): Promise<void> {
  crashPoint('work.removing')
  await removeFolder(workFolder(store, study))
  crashPoint('work.removed')
  await removeEmpty(store)
}

/** The folder of all; fails while a study's folder is in it. */
async function removeEmpty(store: string): Promise<void> {
  await rmdir(allWork(store)).catch(() => {})
}

/** What a run kept is in the store. */
export async function removeRun(store: string, study: string, key: RunKey, optimizer: number): Promise<void> {
  await removeFolder(runFolder(workFolder(store, study), key, optimizer))
}

/** Remove the folders of studies that are not among those that `unfinished` then answers. */
export async function sweepWork(store: string, unfinished: () => ReadonlySet<string>): Promise<void> {
  const found = namesIn(allWork(store))
  // A process that was killed between the two removals has left the folder of all.
  if (found.length === 0) return removeEmpty(store)
  // Asked for after the folders: one of a study that begins meanwhile is not among them.
  const keep = unfinished()
  for (const study of found) if (!keep.has(study)) await removeWork(store, study)
  crashPoint('recovery.swept')
}

/** Of thousands of files: not on the caller's thread. Another program may have one of them open. */
async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => {})
}

/** None in a folder that is not there, or cannot be read: a study that needs it says so. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

export function runFolder(work: string, { window, frequency, seed }: RunKey, optimizer: number): string {
  return join(work, 'runs', `${window}-${frequency}-${optimizer}-${seed}`)
}

/** One epoch of a run as it lies in its folder. */
export interface KeptEpoch {
  readonly record: EpochRecord
  readonly clock: EpochClock
  /** Rows x STEP_COLUMNS. */
  readonly steps: Float64Array
  /** At the epoch's end, as the engines round them; null where the trajectory is not kept. */
  readonly weights: Float32Array | null
  /** Devices lost up to its end. */
  readonly handovers: readonly Handover[]
  /** What computes at its end and, however often the run is stopped, after it. */
  readonly engine: EngineKind
}

export interface RunProgress {
  readonly state: TrainingState
  /** All epochs up to the state. */
  readonly epochs: readonly KeptEpoch[]
}

/** Two, so that one that a failing disk spoils has another before it. */
const CHECKPOINTS = 2

/** Keep an epoch and the state after it. `key` names all that the run depends on. */
export async function keepEpoch(
  folder: string,
  key: string,
  state: TrainingState,
  epoch: KeptEpoch,
): Promise<void> {
  const number = epoch.record.epoch
  crashPoint('epoch.trained')
  await writeFileDurable(join(folder, `epoch-${number}`), seal(epoch, key))
  crashPoint('epoch.kept')
  await writeFileDurable(join(folder, `checkpoint-${number}`), encodeCheckpoint(state, key))
  crashPoint('checkpoint.kept')
  // What another program has open goes after the next epoch.
  for (const old of checkpoints(folder)) {
    if (old <= number - CHECKPOINTS) removeIfPossible(join(folder, `checkpoint-${old}`))
  }
  crashPoint('checkpoint.pruned')
}

/** The furthest state of a run from which it can go on; null when it has to begin anew. Files that are not sound count as none. */
export function lastProgress(folder: string, key: string): RunProgress | null {
  mkdirSync(folder, { recursive: true })
  for (const number of checkpoints(folder).sort((a, b) => b - a)) {
    const state = readKept(join(folder, `checkpoint-${number}`), (bytes) => decodeCheckpoint(bytes, key))
    if (state === null) continue
    const epochs = state.epochs.map(({ epoch }) => readEpoch(join(folder, `epoch-${epoch}`), key))
    if (epochs.every((epoch) => epoch !== null)) {
      crashPoint('resume.checkpointRead')
      return { state, epochs }
    }
  }
  return null
}

/** Weights after epoch 1, 2, ... of a run whose trajectory is kept: on disk until they are asked for. */
export function keptWeights(folder: string, key: string, epochs: number): Float32Array[] {
  return Array.from({ length: epochs }, (_, at) => {
    const path = join(folder, `epoch-${at + 1}`)
    const weights = readEpoch(path, key)?.weights
    if (weights !== undefined && weights !== null) return weights
    throw failure(trainingErrors.weightsUnreadable, { epoch: at + 1 }, { place: { file: path } })
  })
}

function readEpoch(path: string, key: string): KeptEpoch | null {
  return readKept(path, (bytes) => unseal(bytes, key) as KeptEpoch | null)
}

/** What `decode` makes of a file; null for one that is not there, or that a failing disk does not give. */
function readKept<T>(path: string, decode: (bytes: Uint8Array) => T | null): T | null {
  try {
    return decode(readFileSync(path))
  } catch {
    return null
  }
}

function checkpoints(folder: string): number[] {
  return readdirSync(folder)
    .map((name) => /^checkpoint-(\d+)$/.exec(name))
    .filter((found) => found !== null)
    .map(([, number]) => Number(number))
}
