import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  keepEpoch,
  type KeptEpoch,
  lastProgress,
  removeWork,
  runFolder,
  sweepWork,
  workFolder,
} from '../../../src-main/study/workFolder.ts'
import type { TrainingState } from '../../../src-main/train/trainingState.ts'
import { epochRecord, STEP_COLUMNS } from '../../../src-shared/domain/training.ts'

const KEY = '0f'.repeat(32)

let root: string
let folder: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plateau-work-'))
  folder = join(root, 'run')
})
afterEach(() => rmSync(root, { recursive: true }))

const recordOf = (epoch: number) =>
  epochRecord.parse({
    epoch,
    trainLoss: -0.1 / epoch,
    trainIc: 0.1,
    validIc: epoch === 2 ? 0.2 : 0.1,
    validIcir: null,
    sharpnessGap: null,
    gradientNorm: 1 / 3,
    evaluations: 7,
    skippedSteps: 0,
  })

const keptOf = (epoch: number): KeptEpoch => ({
  record: recordOf(epoch),
  clock: {
    endedAt: '2024-01-01T00:00:03.000Z',
    seconds: epoch + 0.1,
    stepSeconds: epoch,
    steps: 1,
    samples: 30,
    memory: 1e8,
  },
  steps: Float64Array.from(STEP_COLUMNS, (_, at) => (at === 2 ? NaN : epoch + at / 3)),
  weights: Float32Array.of(epoch, 0.1, -0),
  handovers: epoch < 2 ? [] : [{ epoch: 2, lost: 'webgpu', by: 'reference', reason: 'gone' }],
  engine: epoch < 2 ? 'webgpu' : 'reference',
})

const stateOf = (epochs: number): TrainingState => {
  const best = Math.min(2, epochs)
  return {
    epochs: Array.from({ length: epochs }, (_, at) => recordOf(at + 1)),
    best: { epoch: best, validIc: recordOf(best).validIc, weights: Float64Array.of(1, 2, best) },
    weights: Float64Array.of(epochs, 1 / 3, -0),
    course: { optimizer: { step: epochs, m: Float64Array.of(epochs) }, order: Uint32Array.of(epochs) },
  }
}

async function keep(epochs: number): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (let epoch = 1; epoch <= epochs; epoch++) await keepEpoch(folder, KEY, stateOf(epoch), keptOf(epoch))
}
const progress = (epochs: number) => ({
  state: stateOf(epochs),
  epochs: Array.from({ length: epochs }, (_, at) => keptOf(at + 1)),
})

describe('the folder of a run', () => {
  it('holds every epoch and the last two checkpoints, and tells the last state with all its epochs', async () => {
    expect(lastProgress(folder, KEY)).toBeNull()
    await keep(4)
    expect(readdirSync(folder).sort()).toEqual([
      'checkpoint-3',
      'checkpoint-4',
      'epoch-1',
      'epoch-2',
      'epoch-3',
      'epoch-4',
    ])
    expect(lastProgress(folder, KEY)).toEqual(progress(4))
  })

  it('keeps an epoch though an old checkpoint cannot be removed', async () => {
    // No system removes a folder as a file.
    mkdirSync(join(folder, 'checkpoint-1'), { recursive: true })
    await keepEpoch(folder, KEY, stateOf(3), keptOf(3))
    expect(readdirSync(folder).sort()).toEqual(['checkpoint-1', 'checkpoint-3', 'epoch-3'])
  })

  it('counts an epoch without its checkpoint, and what was left of a write, as none', async () => {
    await keep(3)
    rmSync(join(folder, 'checkpoint-3'))
    writeFileSync(join(folder, 'checkpoint-4.tmp'), 'half')
    writeFileSync(join(folder, 'checkpoint-9'), '')
    expect(lastProgress(folder, KEY)).toEqual(progress(2))
  })

  it.each(['checkpoint-3', 'epoch-3'])(
    'goes back to the checkpoint before where the disk does not give %s',
    async (name) => {
      await keep(3)
      // What the disk answers to a read of a folder is an error as of a sector that it has lost.
      rmSync(join(folder, name))
      mkdirSync(join(folder, name))
      expect(lastProgress(folder, KEY)).toEqual(progress(2))
    },
  )

  it('tells nothing to another run', async () => {
    await keep(2)
    expect(lastProgress(folder, 'f0'.repeat(32))).toBeNull()
  })

  it('goes back to the checkpoint before wherever a file is cut or a bit of it flipped', async () => {
    await keep(3)
    const files = ['checkpoint-3', 'epoch-3'].map((name) => {
      const path = join(folder, name)
      return { path, sound: readFileSync(path) }
    })
    fc.assert(
      fc.property(
        fc.nat(1),
        fc.boolean(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(7),
        (which, cut, at, bit) => {
          const { path, sound } = files[which]
          const place = Math.min(sound.length - 1, Math.floor(at * sound.length))
          const spoilt = Buffer.from(cut ? sound.subarray(0, place) : sound)
          if (!cut) spoilt[place] ^= 1 << bit
          writeFileSync(path, spoilt)
          expect(lastProgress(folder, KEY)).toEqual(progress(2))
          writeFileSync(path, sound)
        },
      ),
      { numRuns: 200 },
    )
    expect(lastProgress(folder, KEY)).toEqual(progress(3))
  })

  it('is one of its own for every run of a study', () => {
    const key = { window: 0, frequency: 'daily', optimizer: 'a/b', seed: 1 } as const
    const folders = [
      runFolder('work', key, 0),
      runFolder('work', key, 1),
      runFolder('work', { ...key, seed: 2 }, 0),
      runFolder('work', { ...key, window: 1 }, 0),
      runFolder('work', { ...key, frequency: 'weekly' }, 0),
    ]
    expect(new Set(folders).size).toBe(folders.length)
    for (const each of folders) expect(each.startsWith(join('work', 'runs'))).toBe(true)
  })
})

describe('the work folders beside a store', () => {
  const make = (...studies: string[]): string => {
    const store = join(root, 'store.sqlite')
    for (const study of studies) {
      mkdirSync(join(workFolder(store, study), 'runs'), { recursive: true })
      writeFileSync(join(workFolder(store, study), 'runs', 'checkpoint-1'), 'x')
    }
    return store
  }

  it('go with their studies, the folder of all with the last one', async () => {
    const store = make('a', 'b')
    await removeWork(store, 'a')
    expect(readdirSync(`${store}.work`)).toEqual(['b'])
    await removeWork(store, 'b')
    expect(existsSync(`${store}.work`)).toBe(false)
    await removeWork(store, 'c')
  })

  it('are swept but for those of unfinished studies', async () => {
    const store = make('a', 'b', 'c')
    await sweepWork(store, () => new Set(['b', 'd']))
    expect(readdirSync(`${store}.work`)).toEqual(['b'])
    await sweepWork(store, () => new Set())
    expect(existsSync(`${store}.work`)).toBe(false)
    await sweepWork(store, () => new Set())
    writeFileSync(`${store}.work`, 'a file')
    await sweepWork(store, () => new Set())
  })
})
