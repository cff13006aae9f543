import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { nativeBinding } from '../../../src-main/compute/addon.ts'
import { runJob } from '../../../src-main/jobs/process.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import { writeSamples } from '../../../src-main/market/sampleFile.ts'
import { FIELDS, type Sample } from '../../../src-main/market/samples.ts'
import { openStore } from '../../../src-main/store/store.ts'
import type { Part } from '../../../src-main/study/estimateParts.ts'
import { memoryNeed } from '../../../src-main/study/estimateSizes.ts'
import { parseStudy } from '../../../src-main/study/parse.ts'
import { prepare } from '../../../src-main/study/prepare.ts'
import { TRAINING_FLAGS } from '../../../src-main/study/training.ts'
import type { TrainAnswer, TrainProgress, TrainTask } from '../../../src-main/study/trainTask.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)
/** More activations than the engine keeps, of a model that computes fast. */
const STOCKS = 10_000
const STEPS = 60
const THREADS = 2
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-sizes-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A file of one date. */
function dateFile(part: string): string {
  const random = createRandom(1)
  const inputs = new Float32Array(STOCKS * STEPS * FIELDS.length)
  for (let i = 0; i < inputs.length; i++) inputs[i] = random.uniform() - 0.5
  const labels = part === 'predict' ? null : Float64Array.from({ length: STOCKS }, () => random.normal())
  const sample: Sample = {
    date: 20240102,
    stocks: Int32Array.from({ length: STOCKS }, (_, stock) => stock),
    crossSection: { stocks: STOCKS, steps: STEPS, features: FIELDS.length, inputs, labels },
  }
  const file = join(folder, part)
  writeSamples(file, [sample])
  return file
}

it.skipIf(nativeBinding() === null)(
  'a process of a run holds no more than it is said to need: most of it the engine',
  async () => {
    const small = smallStudy()
    const model = { frequency: 'daily', sequenceLength: STEPS, hiddenSize: 16, layers: 3 } as const
    const config = parseStudy({
      ...small,
      models: [model],
      optimizers: small.optimizers.slice(0, 1),
      training: { ...small.training, seeds: [1], maxEpochs: 1, patience: 1 },
    })
    const store = openStore((await smallStore(folder)).path, { mode: 'read' })
    const prepared = prepare(small, loadMarket(store))
    store.close()
    const part: Part = {
      window: 0,
      model: config.models[0],
      trainDates: 1,
      validDates: 1,
      testDates: 1,
      trainStocks: STOCKS,
      validStocks: STOCKS,
      testStocks: STOCKS,
      mostStocks: STOCKS,
    }
    const need = memoryNeed(config, prepared, [part]).run(THREADS)

    let most = 0
    await runJob<TrainTask, TrainProgress, TrainAnswer>(
      WORKER,
      {
        kind: 'train',
        samples: { train: dateFile('train'), valid: dateFile('valid'), predict: dateFile('predict') },
        model: config.models[0],
        engines: ['native'],
        threads: THREADS,
        settings: { optimizer: config.optimizers[0], loss: 'ic', seed: 1, maxEpochs: 1, patience: 1 },
        folder: join(folder, 'run'),
        checkpointKey: 'ab'.repeat(32),
        epochsStored: 0,
        keepTrajectory: false,
      },
      {
        flags: TRAINING_FLAGS,
        signal: new AbortController().signal,
        onProgress: (event) => {
          if (event.type === 'epoch') most = event.clock.memory
        },
      },
    )
    expect(most).toBeLessThan(need)
    expect(need).toBeLessThan(1.5 * most)
  },
)
