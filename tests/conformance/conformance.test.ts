import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Loss } from '../../src-main/nn/losses/loss.ts'
import { createRandom } from '../../src-shared/random.ts'
import { configOf, gruIcGolden, pack, sectionOf, type GruIcGolden } from '../reference/gruIcGolden.ts'
import {
  answerOf,
  describeEngines,
  expectClose,
  expectConformance,
  type Case,
  type LabelledSection,
} from './cases.ts'
import { engines, referenceEngine } from './engines.ts'

const golden = gruIcGolden()

const loss: fc.Arbitrary<{ loss: Loss; outputs: number }> = fc.constantFrom(
  { loss: { kind: 'ic' }, outputs: 1 },
  { loss: { kind: 'ic' }, outputs: 2 },
  { loss: { kind: 'ic', correlationPenalty: 0.5 }, outputs: 2 },
  { loss: { kind: 'mse' }, outputs: 1 },
  { loss: { kind: 'mse' }, outputs: 2 },
)

/** Any model, loss and cross-section of moderate size. */
const anyCase: fc.Arbitrary<Case> = fc
  .record({
    inputSize: fc.integer({ min: 1, max: 64 }),
    hiddenSize: fc.integer({ min: 1, max: 128 }),
    layers: fc.integer({ min: 1, max: 3 }),
    dropout: fc.constantFrom(0, 0.1, 0.5),
    lossAndOutputs: loss,
    stocks: fc.integer({ min: 3, max: 80 }),
    steps: fc.integer({ min: 1, max: 12 }),
    seed: fc.nat(),
    weighted: fc.boolean(),
    dropoutSeed: fc.option(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { nil: undefined }),
  })
  .map(({ inputSize, hiddenSize, layers, dropout, lossAndOutputs, ...rest }) => ({
    config: { inputSize, hiddenSize, layers, dropout, outputs: lossAndOutputs.outputs },
    loss: lossAndOutputs.loss,
    ...rest,
  }))

/** Seeded, so that the reference engine's answers serve every engine. */
const anyCases = fc.sample(anyCase, { seed: 1, numRuns: 40 })

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i)

const hiddenSizes: Case[] = range(1, 128).map((hiddenSize) => ({
  config: { inputSize: 3, hiddenSize, layers: 1 + (hiddenSize % 2) },
  stocks: 20,
  steps: 2,
  seed: hiddenSize,
}))

/** Every count up to a few tiles of any engine, then counts that are multiples of none. */
const stockCounts: Case[] = [...range(3, 70), 97, 255, 257, 511, 513, 1001, 2047, 4095, 6000].map(
  (stocks) => ({
    config: { inputSize: 3, hiddenSize: 10, layers: 2 },
    stocks,
    steps: 2,
    seed: stocks,
  }),
)

const stepCounts: Case[] = [1, 2, 3, 5, 16, 31, 64, 127, 128].map((steps) => ({
  config: { inputSize: 4, hiddenSize: 12, layers: 2 },
  stocks: 35,
  steps,
  seed: steps,
}))

const largestSizes: Case = {
  config: { inputSize: 64, hiddenSize: 128, layers: 3 },
  stocks: 31,
  steps: 128,
  seed: 1,
}

const scaled =
  (factor: (index: number) => number) =>
  (section: LabelledSection): LabelledSection => ({
    ...section,
    inputs: section.inputs.map((value, i) => value * factor(i)),
  })

/**
 * One feature of every stock and step is near +-`scale`, the others are 0: every gate of the first layer is far from 0,
 * so that rounding decides nothing, as it would where huge terms cancel.
 */
const saturating =
  (scale: number) =>
  (section: LabelledSection): LabelledSection => {
    const random = createRandom(3)
    const inputs = new Float64Array(section.inputs.length)
    for (let row = 0; row < inputs.length; row += section.features)
      inputs[row + random.below(section.features)] = (random.below(2) - 0.5) * (1 + random.uniform()) * scale
    return { ...section, inputs }
  }

/** A stock whose inputs and label are far from all others'. */
function withOutlier(section: LabelledSection): LabelledSection {
  const width = section.steps * section.features
  const [inputs, labels] = [section.inputs.slice(), section.labels.slice()]
  for (let i = 17 * width; i < 18 * width; i++) inputs[i] *= 50
  labels[17] = 1000
  return { ...section, inputs, labels }
}

const extremes: Record<string, Case['edit']> = {
  'inputs near 0.1': scaled(() => 0.1),
  'inputs near 30': scaled(() => 30),
  'inputs near 1e3': saturating(1e3),
  'inputs near 1e6': saturating(1e6),
  'inputs near 1e30': saturating(1e30),
  'inputs that float32 holds with few digits': scaled((i) => (i % 3 === 0 ? 1e-41 : 1)),
  'inputs that float64 holds with few digits': scaled((i) => (i % 3 === 0 ? 1e-310 : 1)),
  'zeros of either sign': scaled((i) => (i % 2 === 0 ? 1 : 0)),
  'an outlier': withOutlier,
  'equal labels but one': (section) => ({
    ...section,
    labels: section.labels.map((_, i) => (i === 5 ? 1 : 0)),
  }),
}

const extremeCases = Object.entries(extremes).map(([title, edit]): [string, Case] => [
  title,
  { config: { inputSize: 4, hiddenSize: 16, layers: 2 }, stocks: 60, steps: 8, seed: 2, edit: edit! },
])

describeEngines((entry) => {
  describe.skipIf(golden === null)(
    `against float64 PyTorch${golden === null ? ' (skipped: no reference folder, see PLATEAU_REFERENCE)' : ''}`,
    () => {
      it.each(['neg_ic', 'mse'] as const)(
        'gives predictions, loss and every gradient of %s',
        async (name) => {
          const expected = golden as GruIcGolden
          const config = configOf(expected)
          const problem = { weights: pack(config, expected.weights), section: sectionOf(expected) }
          const answer = await answerOf(
            entry,
            { config, loss: { kind: name === 'mse' ? 'mse' : 'ic' } },
            problem,
          )
          expectClose(entry, answer, {
            predicted: Float64Array.from(expected.forward.pred),
            predictions: Float64Array.from(expected.forward.pred),
            loss: expected[name].loss,
            gradient: pack(config, expected[name].grads),
          })
        },
      )
    },
  )

  // The reference engine's own numbers: reference.test.ts.
  if (entry === referenceEngine) return
  const few = entry.sizes === 'small'
  const conform = async (cases: readonly Case[]): Promise<void> => {
    for (const each of cases)
      await expectConformance(entry, each).catch((error: unknown) => {
        throw new Error(`${JSON.stringify(each)}: ${(error as Error).message}`, { cause: error })
      })
  }
  const every = (n: number, cases: readonly Case[]) => cases.filter((_, i) => i % n === n - 1)

  it('answers any model, loss and cross-section', () => conform(few ? anyCases.slice(0, 15) : anyCases))
  it('answers every hidden size', () => conform(few ? every(16, hiddenSizes) : hiddenSizes))
  it('answers any number of stocks', () => conform(few ? every(6, stockCounts) : stockCounts))
  it('answers any number of steps', () => conform(few ? every(3, stepCounts) : stepCounts))
  it.skipIf(few)('answers the largest sizes', () => conform([largestSizes]))
  it.each(extremeCases)('answers %s', (_, each) => conform([each]))
})

describe('engines of other machines', () => {
  for (const { name, missing } of engines)
    if (missing !== null) it.skip(`${name} (skipped: ${missing})`, () => {})
  it('has the reference engine everywhere', () => expect(engines[0].missing).toBeNull())
})
