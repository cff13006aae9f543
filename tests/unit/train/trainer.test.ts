import { describe, expect, it } from 'vitest'
import { type OptimizerConfig, optimizerConfig } from '../../../src-shared/domain/optimizer/index.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { mean } from '../../../src-shared/statistics.ts'
import type { CrossSection } from '../../../src-main/nn/engine.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { icOf } from '../../../src-main/nn/losses/ic.ts'
import { train } from '../../../src-main/train/trainer.ts'

const MODEL = { inputSize: 2, hiddenSize: 4, layers: 1 }
const DROPPED = { ...MODEL, layers: 2, dropout: 0.5 }
const STEPS = 5
const SILENT = { onEpoch: () => {} }

/** Dates whose label is the last value of the first feature, drowned in `noise`. */
function dates(count: number, noise: number, seed: number): CrossSection[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => {
    const stocks = 24
    const inputs = Float64Array.from({ length: stocks * STEPS * 2 }, () => random.normal())
    const labels = Float64Array.from(
      { length: stocks },
      (_, s) => inputs[(s * STEPS + STEPS - 1) * 2] + noise * random.normal(),
    )
    return { stocks, steps: STEPS, features: 2, inputs, labels }
  })
}

const optimizer = (input: unknown): OptimizerConfig => optimizerConfig.parse(input)
const adamw = optimizer({ name: 'AdamW', method: 'plain', base: { learningRate: 0.02 } })
const sam = optimizer({ name: 'SAM', method: 'sam', rho: 0.1, base: { learningRate: 0.02 } })

function run(
  config: OptimizerConfig,
  parts: Parameters<typeof train>[2],
  settings: { maxEpochs: number; patience: number },
  seed = 1,
) {
  const engine = createReferenceEngine(MODEL)
  return train(engine, MODEL, parts, { optimizer: config, loss: 'ic', seed, ...settings }, SILENT)
}

describe('train', () => {
  it.each([adamw, sam])('learns a planted signal ($name)', async (config) => {
    const parts = { train: dates(20, 0.5, 1), valid: dates(5, 0.5, 2) }
    const model = await run(config, parts, { maxEpochs: 15, patience: 15 })
    expect(model.epochs.at(-1)!.validIc).toBeGreaterThan(0.7)
    expect(model.epochs[0].evaluations).toBe(config.method === 'sam' ? 40 : 20)
  })

  it('returns the weights of the best validation epoch', async () => {
    // Labels of pure noise: the validation IC wanders, so the best epoch is not the last.
    const parts = { train: dates(6, 20, 3), valid: dates(4, 20, 4) }
    const model = await run(adamw, parts, { maxEpochs: 12, patience: 12 })
    const best = model.epochs.reduce((a, b) => (b.validIc > a.validIc ? b : a))
    expect(model.bestEpoch).toBe(best.epoch)
    expect(model.bestEpoch).toBeLessThan(12)
    const engine = createReferenceEngine(MODEL)
    const ics: number[] = []
    for (const section of parts.valid) {
      ics.push(icOf(await engine.predict(model.weights, engine.upload(section)), section.labels!)!)
    }
    expect(mean(ics)).toBe(best.validIc)
  })

  it('stops after `patience` epochs without a better validation IC', async () => {
    const parts = { train: dates(6, 20, 3), valid: dates(4, 20, 4) }
    const model = await run(adamw, parts, { maxEpochs: 200, patience: 3 })
    expect(model.stopReason).toBe('patience')
    expect(model.epochs.length).toBe(model.bestEpoch + 3)
  })

  it('is the same bit for bit when run again, and differs by seed', async () => {
    const parts = { train: dates(6, 1, 5), valid: dates(3, 1, 6) }
    const [a, b, c] = [
      await run(sam, parts, { maxEpochs: 3, patience: 3 }),
      await run(sam, parts, { maxEpochs: 3, patience: 3 }),
      await run(sam, parts, { maxEpochs: 3, patience: 3 }, 2),
    ]
    expect(a.weights).toEqual(b.weights)
    expect(a.epochs).toEqual(b.epochs)
    expect(a.weights).not.toEqual(c.weights)
  })

  it('gives every optimizer the same initial weights and batch order', async () => {
    // SAM with a vanishing radius takes AdamW's steps only if it starts there and sees the dates in the same order.
    const parts = { train: dates(8, 1, 7), valid: dates(3, 1, 8) }
    const plain = await run(adamw, parts, { maxEpochs: 2, patience: 2 })
    const nearly = await run(optimizer({ ...sam, rho: 1e-12, base: adamw.base }), parts, {
      maxEpochs: 2,
      patience: 2,
    })
    plain.weights.forEach((weight, i) => expect(nearly.weights[i]).toBeCloseTo(weight, 6))
  })

  it('lowers the squared error when asked to, and compares epochs by IC all the same', async () => {
    const parts = { train: dates(12, 0.5, 1), valid: dates(5, 0.5, 2) }
    const engine = createReferenceEngine(MODEL, { loss: { kind: 'mse' } })
    const settings = { optimizer: adamw, loss: 'mse' as const, seed: 1, maxEpochs: 10, patience: 10 }
    const model = await train(engine, MODEL, parts, settings, SILENT)
    const [first, last] = [model.epochs[0], model.epochs.at(-1)!]
    expect(last.trainLoss).toBeLessThan(first.trainLoss)
    const best = model.epochs.reduce((a, b) => (b.validIc > a.validIc ? b : a))
    expect(model.bestEpoch).toBe(best.epoch)
    const errors: number[] = []
    for (const { labels, ...section } of parts.valid) {
      const predictions = await engine.predict(model.weights, engine.upload({ ...section, labels }))
      errors.push(mean(Array.from(predictions, (value, i) => (value - labels![i]) ** 2)))
    }
    expect(best.validLoss).toBeCloseTo(mean(errors), 12)
  })

  it('shows every pass of a step one dropout mask, the same for every optimizer', async () => {
    const seedsOf = async (config: OptimizerConfig, seed: number) => {
      const seeds: (number | undefined)[] = []
      const engine = createReferenceEngine(DROPPED)
      const watched = {
        ...engine,
        lossAndGradient: (...args: Parameters<typeof engine.lossAndGradient>) => {
          seeds.push(args[2]?.dropoutSeed)
          return engine.lossAndGradient(...args)
        },
      }
      const parts = { train: dates(4, 1, 1), valid: dates(2, 1, 2) }
      const settings = { optimizer: config, loss: 'ic' as const, seed, maxEpochs: 2, patience: 2 }
      const { weights } = await train(watched, DROPPED, parts, settings, SILENT)
      return { seeds, weights }
    }
    const plain = await seedsOf(adamw, 1)
    expect(new Set(plain.seeds).size).toBe(8)
    expect((await seedsOf(sam, 1)).seeds).toEqual(plain.seeds.flatMap((seed) => [seed, seed]))
    expect((await seedsOf(adamw, 2)).seeds).not.toEqual(plain.seeds)
    const undropped = createReferenceEngine({ ...DROPPED, dropout: 0 })
    const parts = { train: dates(4, 1, 1), valid: dates(2, 1, 2) }
    const settings = { optimizer: adamw, loss: 'ic' as const, seed: 1, maxEpochs: 2, patience: 2 }
    const without = await train(undropped, DROPPED, parts, settings, SILENT)
    expect(plain.weights).not.toEqual(without.weights)
  })

  it('reports divergence instead of training on', async () => {
    const parts = { train: dates(4, 1, 9), valid: dates(2, 1, 10) }
    const wild = optimizer({ name: 'AdamW', method: 'plain', base: { learningRate: 1, weightDecay: 1e6 } })
    await expect(run(wild, parts, { maxEpochs: 400, patience: 400 })).rejects.toMatchObject({
      code: 'diverged',
    })
  })

  it('reports weights that only the last step of an epoch made non-finite', async () => {
    // One step from finite weights: its loss is finite, and decay by 1 - 1e308 overflows the next prediction.
    const parts = { train: dates(1, 1, 9), valid: dates(2, 1, 10) }
    const last = optimizer({ name: 'AdamW', method: 'plain', base: { learningRate: 1, weightDecay: 1e308 } })
    await expect(run(last, parts, { maxEpochs: 1, patience: 1 })).rejects.toMatchObject({
      code: 'diverged',
      message: expect.stringContaining('after epoch 1'),
    })
  })

  it('leaves dates whose predictions have no variance out of the mean IC', async () => {
    const flat = constantInputs(dates(1, 1, 11)[0])
    const train = dates(4, 1, 12)
    const valid = dates(2, 1, 13)
    const settings = { maxEpochs: 2, patience: 2 }
    const without = await run(adamw, { train, valid }, settings)
    const beside = await run(adamw, { train, valid: [valid[0], flat, valid[1]] }, settings)
    expect(beside.epochs).toEqual(without.epochs)
    const trained = await run(adamw, { train: [...train, flat], valid }, { maxEpochs: 1, patience: 1 })
    expect(trained.epochs[0].skippedSteps).toBe(1)
  })

  it('calls an epoch without any defined validation IC diverged', async () => {
    const flat = constantInputs(dates(1, 1, 11)[0])
    const parts = { train: dates(2, 1, 12), valid: [flat] }
    await expect(run(adamw, parts, { maxEpochs: 1, patience: 1 })).rejects.toMatchObject({
      code: 'diverged',
      message: expect.stringContaining('no variance'),
    })
  })
})

/** Every stock with the first one's inputs: whatever the weights, the predictions are equal. */
function constantInputs(section: CrossSection): CrossSection {
  const width = section.steps * section.features
  return { ...section, inputs: section.inputs.map((_, i) => section.inputs[i % width]) }
}
