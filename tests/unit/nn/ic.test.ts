import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { icOf } from '../../../src-main/nn/losses/ic.ts'
import { evaluateLoss, NEGATIVE_IC } from '../../../src-main/nn/losses/loss.ts'
import { dot } from '../../../src-main/optim/vector.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { derivative, directionIn } from './differences.ts'

const sample = fc
  .tuple(fc.nat(), fc.integer({ min: 3, max: 60 }), fc.double({ min: -3, max: 3, noNaN: true }))
  .map(([seed, length, shift]) => {
    const random = createRandom(seed)
    const normals = () => Float64Array.from({ length }, () => random.normal())
    return { predictions: normals().map((p) => shift + p), labels: normals() }
  })

const negativeIc = (predictions: Float64Array, labels: Float64Array) =>
  evaluateLoss(NEGATIVE_IC, { predictions, labels, sampleWeights: null, outputs: 1 })

describe('negativeIc', () => {
  it('computes a case by hand', () => {
    // Centred: p = (-1, 0, 1), y = (-1, -1, 2) / 1; IC = 3 / (sqrt 2 sqrt 6) = sqrt 3 / 2.
    const { loss, gradient } = negativeIc(Float64Array.of(1, 2, 3), Float64Array.of(0, 0, 3))
    expect(loss).toBeCloseTo(-Math.sqrt(3) / 2, 14)
    // -(yc / |y| - IC pc / |p|) / |p| = (-y / sqrt 6 + sqrt 3 / 2 p / sqrt 2) / sqrt 2
    const expected = [-1, 0, 1].map(
      (p, i) => (-[-1, -1, 2][i] / Math.sqrt(6)) * Math.SQRT1_2 + (Math.sqrt(3) / 4) * p,
    )
    expected.forEach((value, i) => expect(gradient[i]).toBeCloseTo(value, 14))
  })

  it('has a gradient orthogonal to shift and scale of the predictions', () => {
    fc.assert(
      fc.property(sample, ({ predictions, labels }) => {
        const { gradient } = negativeIc(predictions, labels)
        const mean = predictions.reduce((sum, p) => sum + p, 0) / predictions.length
        const size = Math.hypot(...gradient)
        const spread = Math.hypot(...predictions.map((p) => p - mean))
        expect(Math.abs(gradient.reduce((sum, g) => sum + g, 0))).toBeLessThan(
          1e-13 * (1 + size * predictions.length),
        )
        expect(Math.abs(gradient.reduce((sum, g, i) => sum + g * (predictions[i] - mean), 0))).toBeLessThan(
          1e-13 * (1 + size * spread),
        )
      }),
    )
  })

  it('has the gradient that finite differences give', async () => {
    await fc.assert(
      fc.asyncProperty(sample, fc.nat(), async ({ predictions, labels }, seed) => {
        // Distinct thirds keep the predictions apart: near a constant the IC has no derivative.
        const spread = predictions.map((p, i) => p + 4 * (i % 3))
        const tensor = { name: 'predictions', shape: [spread.length], offset: 0 }
        const direction = directionIn(tensor, spread.length, seed)
        const numeric = await derivative(spread, direction, (p) => negativeIc(p, labels).loss)
        expect(Math.abs(dot(negativeIc(spread, labels).gradient, direction) - numeric)).toBeLessThan(1e-9)
      }),
    )
  })

  it('is minus icOf, and both are invariant to a positive affine map', () => {
    fc.assert(
      fc.property(sample, ({ predictions, labels }) => {
        const { loss } = negativeIc(predictions, labels)
        expect(icOf(predictions, labels)).toBe(-loss)
        expect(
          negativeIc(
            predictions.map((p) => 3 * p - 5),
            labels,
          ).loss,
        ).toBeCloseTo(loss, 12)
        expect(Math.abs(loss)).toBeLessThanOrEqual(1 + 1e-15)
      }),
    )
  })

  it('refuses equal predictions or labels, whatever the rounding of their mean', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
        (length, value) => {
          const constant = new Float64Array(length).fill(value)
          const other = Float64Array.from({ length }, (_, i) => i)
          for (const [p, y] of [
            [constant, other],
            [other, constant],
          ]) {
            expect(icOf(p, y)).toBeNull()
            expect(() => negativeIc(p, y)).toThrow(expect.objectContaining({ code: 'data_insufficient' }))
          }
        },
      ),
    )
  })

  it('names the side without variance', () => {
    const flat = new Float64Array(30).fill(0.1)
    const rising = Float64Array.from({ length: 30 }, (_, i) => i)
    expect(() => negativeIc(flat, rising)).toThrow(PlateauError)
    expect(() => negativeIc(flat, rising)).toThrow(/predictions of 30 stocks/)
    expect(() => negativeIc(rising, flat)).toThrow(/labels of 30 stocks/)
  })

  it('lets a diverged prediction show as a NaN loss', () => {
    const { loss, gradient } = negativeIc(Float64Array.of(1, Number.NaN, 2), Float64Array.of(1, 2, 3))
    expect(loss).toBeNaN()
    expect(gradient.every(Number.isNaN)).toBe(true)
  })
})
