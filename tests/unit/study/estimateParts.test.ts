import { describe, expect, it } from 'vitest'
import type { CrossSection, Engine } from '../../../src-main/nn/engine.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { forwardFlops } from '../../../src-main/nn/flops.ts'
import { operationsOf, type Part } from '../../../src-main/study/estimateParts.ts'
import { parseStudy } from '../../../src-main/study/parse.ts'
import { train } from '../../../src-main/train/trainer.ts'
import { FIELDS } from '../../../src-main/market/samples.ts'
import type { OptimizerInput } from '../../../src-shared/domain/optimizer/index.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { smallStudy } from '../../fixtures/smallStore.ts'

const STOCKS = 12
const EPOCHS = 12
const [TRAIN, VALID] = [19, 5]
const MODEL = { frequency: 'daily', sequenceLength: 2, hiddenSize: 2, layers: 1, dropout: 0 } as const
const GRU = { ...MODEL, inputSize: FIELDS.length }
const FORWARD = forwardFlops(GRU, MODEL.sequenceLength)
const PART: Part = {
  window: 0,
  model: MODEL,
  trainDates: TRAIN,
  validDates: VALID,
  testDates: 0,
  trainStocks: TRAIN * STOCKS,
  validStocks: VALID * STOCKS,
  testStocks: 0,
  mostStocks: STOCKS,
}

const random = createRandom(7)
const normals = (length: number): Float64Array => Float64Array.from({ length }, () => random.normal())
const sections = (dates: number): CrossSection[] =>
  Array.from({ length: dates }, () => ({
    stocks: STOCKS,
    steps: MODEL.sequenceLength,
    features: FIELDS.length,
    inputs: normals(STOCKS * MODEL.sequenceLength * FIELDS.length),
    labels: normals(STOCKS),
  }))
const parts = { train: sections(TRAIN), valid: sections(VALID) }

/** Operations that a training of the optimizer asks of its engine, and those it is said to ask for. */
async function operations(input: OptimizerInput): Promise<{ asked: number; estimated: number }> {
  const small = smallStudy()
  const config = parseStudy({
    ...small,
    models: [MODEL],
    optimizers: [input],
    training: { ...small.training, seeds: [1], maxEpochs: EPOCHS, patience: EPOCHS },
  })
  const engine = createReferenceEngine(GRU)
  let asked = 0
  const counted: Engine = {
    ...engine,
    predict: (weights, handle, options) => {
      asked += FORWARD * handle.stocks
      return engine.predict(weights, handle, options)
    },
    lossAndGradient: (weights, handle, options) => {
      asked += 3 * FORWARD * handle.stocks
      return engine.lossAndGradient(weights, handle, options)
    },
  }
  const settings = { loss: 'ic', seed: 1, maxEpochs: EPOCHS, patience: EPOCHS } as const
  await train(
    counted,
    GRU,
    parts,
    { ...settings, optimizer: config.optimizers[0] },
    { onEpoch: async () => {} },
  )
  return { asked, estimated: operationsOf(config, PART) }
}

describe('the operations of a training that never stops early', () => {
  it.each([
    { method: 'plain' },
    { method: 'sam' },
    { method: 'gam' },
    { method: 'gamExact' },
    { method: 'esam' },
    { method: 'saf' },
    { method: 'mrwp' },
    { method: 'ssamd' },
    { method: 'ssamf' },
    { method: 'ssamf', samples: 4096 },
    { method: 'ssamf', samples: 4, everyEpochs: 5 },
    { method: 'ssamf', everyEpochs: 1000 },
    { method: 'fedsmoo', clients: 4, localEpochs: 2 },
  ] as const)('are as many as said: %o', async (optimizer) => {
    const { asked, estimated } = await operations({ name: 'A', ...optimizer })
    expect(asked).toBeCloseTo(estimated, 0)
  })

  it('are fewer while the target of MESA does not act', async () => {
    const late = await operations({ name: 'A', method: 'mesa', startEpoch: 3 })
    expect(late.asked).toBe(late.estimated - 4 * TRAIN * STOCKS * FORWARD)
  })

  it('are as many as said but for a step where a cycle decides, and on average where chance does', async () => {
    const gradient = 3 * STOCKS * FORWARD
    const cycle = await operations({ name: 'A', method: 'looksam', every: 5 })
    expect(Math.abs(cycle.asked - cycle.estimated)).toBeLessThan(gradient)
    const chance = await operations({ name: 'A', method: 'rst', probability: 0.5 })
    // Four deviations of as many coins as there are steps.
    expect(Math.abs(chance.asked - chance.estimated)).toBeLessThan(2 * Math.sqrt(EPOCHS * TRAIN) * gradient)
  })
})
