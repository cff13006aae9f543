import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkLoss, evaluateLoss, SINGLE_ROUNDING, type Loss } from '../../../src-main/nn/losses/loss.ts'
import type { LossInput } from '../../../src-main/nn/losses/lossInput.ts'
import { rowLosses } from '../../../src-main/nn/losses/rowLosses.ts'
import { dot } from '../../../src-main/optim/vector.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { derivative, directionIn } from './differences.ts'
import { randomSampleWeights } from './samples.ts'

const IC: Loss = { kind: 'ic' }
const MSE: Loss = { kind: 'mse' }

function inputOf(
  predictions: number[],
  labels: number[],
  sampleWeights: number[] | null = null,
  outputs = 1,
): LossInput {
  return {
    predictions: Float64Array.from(predictions),
    labels: Float64Array.from(labels),
    sampleWeights: sampleWeights === null ? null : Float64Array.from(sampleWeights),
    outputs,
  }
}

function expectClose(actual: Float64Array, expected: number[]): void {
  expect(actual.length).toBe(expected.length)
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 14))
}

describe('evaluateLoss', () => {
  it('computes a weighted IC by hand', () => {
    // Means 11/4 and 3/4; p - mean = (-7, -3, 5) / 4, y - mean = (-3, 1, 1) / 4.
    // |p|^2 = (49 + 9 + 2 x 25) / 16 = 27/4, |y|^2 = (9 + 1 + 2) / 16 = 3/4, product = (21 - 3 + 2 x 5) / 16 = 7/4.
    // IC = 7/4 / (9/4) = 7/9; w (yc / |y| - IC pc / |p|) / |p| = (-32, 48, -16) / 243.
    const { loss, gradient } = evaluateLoss(IC, inputOf([1, 2, 4], [0, 1, 1], [1, 1, 2]))
    expect(loss).toBeCloseTo(-7 / 9, 14)
    expectClose(gradient, [32 / 243, -48 / 243, 16 / 243])
  })

  it('computes a weighted squared error of two outputs by hand', () => {
    // Errors (1, 0) and (2, 3): (1 x 1 + 3 x 13) / (2 x 4) = 5; gradient 2 w e / 8.
    const { loss, gradient } = evaluateLoss(MSE, inputOf([1, 2, 3, 4], [0, 2, 1, 1], [1, 3], 2))
    expect(loss).toBe(5)
    expectClose(gradient, [0.25, 0, 1.5, 2.25])
  })

  it('computes a correlation penalty by hand', () => {
    // Outputs (-1, 0, 1) and (-1, -1, 2): correlation 3 / (sqrt 2 sqrt 6), its square 3/4. The ICs are 1 and -1.
    const input = inputOf([-1, -1, 0, -1, 1, 2], [-1, 1, 0, 1, 1, -2], null, 2)
    expect(evaluateLoss(IC, input).loss).toBeCloseTo(0, 14)
    expect(evaluateLoss({ kind: 'ic', correlationPenalty: 0.4 }, input).loss).toBeCloseTo(0.3, 14)
    expect(evaluateLoss({ kind: 'ic', correlationPenalty: 0 }, input)).toEqual(evaluateLoss(IC, input))
  })

  it('has the gradient that finite differences give', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Loss>(IC, MSE, { kind: 'ic', correlationPenalty: 0.6 }),
        fc.integer({ min: 4, max: 40 }),
        fc.boolean(),
        fc.nat(),
        async (loss, stocks, weighted, seed) => {
          for (const outputs of [1, 2]) {
            if (outputs === 1 && loss.kind === 'ic' && loss.correlationPenalty !== undefined) continue
            const random = createRandom(seed)
            const normals = () => Float64Array.from({ length: stocks * outputs }, () => random.normal())
            const rest = {
              labels: normals(),
              // Two stocks have weight whatever the draw: an IC has no derivative with fewer.
              sampleWeights: weighted ? randomSampleWeights(seed, stocks).fill(1, 0, 4) : null,
              outputs,
            }
            // Distinct thirds keep the predictions apart: near a constant the IC has no derivative.
            const predictions = normals().map((p, i) => p + 4 * (Math.floor(i / outputs) % 3))
            const tensor = { name: 'predictions', shape: [predictions.length], offset: 0 }
            const direction = directionIn(tensor, predictions.length, seed)
            const numeric = await derivative(
              predictions,
              direction,
              (p) => evaluateLoss(loss, { predictions: p, ...rest }).loss,
            )
            const { gradient } = evaluateLoss(loss, { predictions, ...rest })
            expect(Math.abs(dot(gradient, direction) - numeric)).toBeLessThan(1e-8)
          }
        },
      ),
      { seed: 1 },
    )
  })

  it.each([IC, MSE])('leaves a stock without weight out of $kind, even one that has no number', (loss) => {
    const weights = [1, 0, 2, 1, 0]
    const { gradient: expected, loss: value } = evaluateLoss(loss, inputOf([1, 2, 4], [0, 1, 1], [1, 2, 1]))
    for (const odd of [0, 1e308, -1e308, Infinity, NaN])
      for (const [p, y] of [
        [odd, 0.5],
        [0.5, odd],
        [odd, odd],
      ]) {
        const answer = evaluateLoss(loss, inputOf([1, p, 2, 4, p], [0, y, 1, 1, y], weights))
        expect(answer.loss).toBe(value)
        expect(answer.gradient.map(Math.abs)).toEqual(
          Float64Array.of(expected[0], 0, expected[1], expected[2], 0).map(Math.abs),
        )
      }
  })

  it('refuses a cross-section in which no stock has weight, and an IC in which one has', () => {
    const insufficient = expect.objectContaining({ code: 'data_insufficient' })
    for (const loss of [IC, MSE])
      expect(() => evaluateLoss(loss, inputOf([1, 2, 4], [0, 1, 1], [0, 0, 0]))).toThrow(insufficient)
    expect(() => evaluateLoss(IC, inputOf([1, 2, 4], [0, 1, 1], [0, 3, 0]))).toThrow(insufficient)
    expect(evaluateLoss(MSE, inputOf([1, 2, 4], [0, 1, 1], [0, 3, 0])).loss).toBe(1)
  })

  it('refuses predictions that differ by no more than their rounding', () => {
    const input = inputOf([4, 4 + 2 ** -21, 4, 4 - 2 ** -21], [1, 3, 2, 2])
    // Deviations (0, 1, 0, -1) and (-1, 1, 0, 0): 1 / (sqrt 2 sqrt 2).
    expect(evaluateLoss(IC, input).loss).toBeCloseTo(-0.5, 14)
    const single = { ...input, rounding: SINGLE_ROUNDING }
    expect(() => evaluateLoss(IC, single)).toThrow(expect.objectContaining({ code: 'data_insufficient' }))
  })

  it('refuses a constant output even where another varies', () => {
    const input = inputOf([1, 5, 2, 5, 3, 5], [1, 3, 2, 2, 3, 9], null, 2)
    expect(() => evaluateLoss(IC, input)).toThrow(expect.objectContaining({ code: 'data_insufficient' }))
  })

  it.each([IC, MSE, { kind: 'ic', correlationPenalty: 1 } as const])(
    'lets a diverged prediction show as a NaN loss of %o',
    (loss) => {
      const input = inputOf([1, 2, NaN, 4, 5, 0], [1, 3, 2, 2, 3, 9], null, 2)
      expect(evaluateLoss(loss, input).loss).toBeNaN()
    },
  )
})

describe('checkLoss', () => {
  const usage = expect.objectContaining({ code: 'usage' })

  it('lets pass what an engine can compute', () => {
    for (const outputs of [1, 2]) {
      checkLoss(IC, outputs)
      checkLoss(MSE, outputs)
      checkLoss({ kind: 'ic', correlationPenalty: 0 }, outputs)
    }
    checkLoss({ kind: 'ic', correlationPenalty: 2 }, 2)
  })

  it('refuses a penalty that is no number from 0 on, or between fewer than two outputs', () => {
    for (const correlationPenalty of [-1, NaN, Infinity])
      expect(() => checkLoss({ kind: 'ic', correlationPenalty }, 2)).toThrow(usage)
    expect(() => checkLoss({ kind: 'ic', correlationPenalty: 1 }, 1)).toThrow(usage)
  })
})

describe('rowLosses', () => {
  it('has no standardised value but 0 of a side without variance, whatever its mean is rounded to', () => {
    const labels = Float64Array.from({ length: 30 }, (_, i) => i)
    const losses = new Float64Array(30)
    rowLosses(IC, new Float64Array(30).fill(0.1), labels, losses)
    // (i - 14.5)^2 / 2 over the variance of 0 ... 29, (30^2 - 1) / 12.
    expectClose(
      losses,
      [...labels].map((label) => (0.5 * (label - 14.5) ** 2) / (899 / 12)),
    )
  })
})
