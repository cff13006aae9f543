import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWebGpu } from '../../../src-main/compute/webgpu.ts'
import { CATALOGUE, type EngineSource } from '../../../src-main/compute/catalogue.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { writeSamples } from '../../../src-main/market/sampleFile.ts'
import { FIELDS, sampleOf } from '../../../src-main/market/samples.ts'
import { runTrainTask, type TrainTask } from '../../../src-main/study/trainTask.ts'
import { optimizerConfig } from '../../../src-shared/domain/optimizer/index.ts'
import { modelConfig } from '../../../src-shared/domain/study.ts'
import { createRandom } from '../../../src-shared/random.ts'

const gpu = await openWebGpu()
gpu.device?.destroy()

let folder: string
let task: TrainTask

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-train-'))
  const random = createRandom(1)
  const write = (part: string, dates: number): string => {
    const file = join(folder, part)
    writeSamples(
      file,
      Array.from({ length: dates }, (_, date) => {
        const stocks = 30
        const inputs = Float64Array.from({ length: stocks * 5 * FIELDS.length }, () => random.normal())
        const labels = Float64Array.from({ length: stocks }, () => random.normal())
        return sampleOf(
          20240101 + date,
          {
            stocks: Int32Array.from({ length: stocks }, (_, i) => i),
            steps: 5,
            inputs,
            dropped: { missingBar: 0, missingField: 0 },
          },
          part === 'predict' ? null : labels,
        )
      }),
    )
    return file
  }
  task = {
    kind: 'train',
    samples: { train: write('train', 4), valid: write('valid', 2), predict: write('predict', 2) },
    model: modelConfig.parse({ frequency: 'daily', sequenceLength: 5, hiddenSize: 4, dropout: 0.2 }),
    settings: {
      optimizer: optimizerConfig.parse({ name: 'SAM', method: 'sam' }),
      loss: 'mse',
      seed: 1,
      maxEpochs: 2,
      patience: 2,
    },
    engines: ['reference'],
    threads: 1,
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('a training run', () => {
  it('loses nothing of its own accord', async () => {
    const { handovers, predictions, epochs } = await runTrainTask(task, () => {})
    expect(handovers).toEqual([])
    expect(epochs).toHaveLength(2)
    expect(predictions).toHaveLength(2)
  })

  it('records a device that is lost while predicting in the last epoch', async () => {
    let gone = false
    const leaving: EngineSource = {
      name: 'webgpu',
      find: async () => ({
        available: true,
        device: '',
        detail: 'GPU',
        threads: 0,
        processor: 'gpu',
        software: false,
        async open(config, options = {}) {
          const engine = createReferenceEngine(config, options)
          return {
            ...engine,
            name: 'webgpu',
            async predict(...evaluation) {
              if (gone) throw new PlateauError('device_lost', 'it went away')
              return engine.predict(...evaluation)
            },
          }
        },
      }),
    }
    const whole = await runTrainTask(task, () => {})
    const after = await runTrainTask(
      { ...task, engines: ['webgpu', 'reference'] },
      ({ epoch }) => (gone = epoch === 2),
      [leaving, ...CATALOGUE.filter(({ name }) => name === 'reference')],
    )
    expect(after).toEqual({
      ...whole,
      handovers: [{ epoch: 2, lost: 'webgpu GPU', by: 'reference', reason: 'it went away' }],
    })
  })

  it.skipIf(gpu.device !== null)(
    'goes on where its engine is lost before it begins (needs a machine without WebGPU)',
    async () => {
      const whole = await runTrainTask(task, () => {})
      const after = await runTrainTask({ ...task, engines: ['webgpu', 'reference'] }, () => {})
      expect(after).toEqual({
        ...whole,
        handovers: [
          { epoch: 0, lost: 'webgpu', by: 'reference', reason: expect.stringMatching(/^missing: /) },
        ],
      })
    },
  )
})
