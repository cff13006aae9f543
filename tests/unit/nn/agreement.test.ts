import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agreement } from '../../../src-main/nn/losses/agreement.ts'
import { icAndGradient, icOf } from '../../../src-main/nn/losses/ic.ts'
import { evaluateLoss } from '../../../src-main/nn/losses/loss.ts'
import { meanSquaredError } from '../../../src-main/nn/losses/mse.ts'
import { rowLosses } from '../../../src-main/nn/losses/rowLosses.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { mean } from '../../../src-shared/statistics.ts'

const STOCKS = 25
const normals = (seed: number): Float64Array => {
  const random = createRandom(seed)
  return Float64Array.from({ length: STOCKS }, () => 3 * random.normal() + 1)
}
const seeds = fc.integer({ min: 0, max: 2 ** 30 })
const strengths = fc.double({ min: 0.01, max: 20, noNaN: true })
const input = (predictions: Float64Array, labels: Float64Array) => ({
  predictions,
  labels,
  sampleWeights: null,
  outputs: 1,
})

describe('agreement with other outputs, as labels', () => {
  it('has the gradient of -IC with the labels and strength x (1 - IC with the outputs)', () => {
    fc.assert(
      fc.property(seeds, strengths, (seed, strength) => {
        const [p, y, r] = [normals(seed), normals(seed + 1), normals(seed + 2)]
        const { labels, scale } = agreement({ kind: 'ic' }, y, r, strength)!
        const { gradient } = evaluateLoss({ kind: 'ic' }, input(p, labels))
        const ofLabels = icAndGradient(p, y).gradient
        const ofOutputs = icAndGradient(p, r).gradient
        for (let i = 0; i < STOCKS; i++)
          expect(scale * gradient[i]).toBeCloseTo(-ofLabels[i] - strength * ofOutputs[i], 12)
      }),
    )
  })

  it('has the gradient of the squared errors with half the strength on the outputs', () => {
    fc.assert(
      fc.property(seeds, strengths, (seed, strength) => {
        const [p, y, r] = [normals(seed), normals(seed + 1), normals(seed + 2)]
        const { labels, scale } = agreement({ kind: 'mse' }, y, r, strength)!
        const { gradient } = meanSquaredError(input(p, labels))
        const ofLabels = meanSquaredError(input(p, y)).gradient
        const ofOutputs = meanSquaredError(input(p, r)).gradient
        for (let i = 0; i < STOCKS; i++)
          expect(scale * gradient[i]).toBeCloseTo(ofLabels[i] + (strength / 2) * ofOutputs[i], 12)
      }),
    )
  })

  it('is the limit of the published term at high temperature', () => {
    const unit = (values: Float64Array) => {
      const centre = mean(values)
      const deviation = Math.sqrt(mean(values.map((value) => (value - centre) ** 2)))
      return values.map((value) => (value - centre) / deviation)
    }
    const [p, r] = [unit(normals(3)), unit(normals(4))]
    const temperature = 2000
    const soft = (values: Float64Array) => {
      const powers = values.map((value) => Math.exp(value / temperature))
      const total = powers.reduce((sum, value) => sum + value, 0)
      return powers.map((value) => value / total)
    }
    const [now, past] = [soft(p), soft(r)]
    const divergence = past.reduce((sum, q, i) => sum + q * Math.log(q / now[i]), 0)
    expect(temperature ** 2 * divergence).toBeCloseTo(1 - icOf(p, r)!, 3)
  })

  it('is nothing where one side has no variance', () => {
    const flat = new Float64Array(STOCKS).fill(2)
    expect(agreement({ kind: 'ic' }, normals(1), flat, 1)).toBeNull()
    expect(agreement({ kind: 'ic' }, flat, normals(1), 1)).toBeNull()
  })
})

describe('the loss of a stock', () => {
  it('has the mean 1 - IC, and with squared errors that of the date', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const [p, y] = [normals(seed), normals(seed + 1)]
        const losses = new Float64Array(STOCKS)
        rowLosses({ kind: 'ic' }, p, y, losses)
        expect(mean(losses)).toBeCloseTo(1 - icOf(p, y)!, 12)
        expect(Math.min(...losses)).toBeGreaterThanOrEqual(0)
        rowLosses({ kind: 'mse' }, p, y, losses)
        expect(mean(losses)).toBeCloseTo(meanSquaredError(input(p, y)).loss, 12)
      }),
    )
  })

  it('does not depend on shift and scale of the predictions, as the IC does not', () => {
    const [p, y] = [normals(5), normals(6)]
    const [one, other] = [new Float64Array(STOCKS), new Float64Array(STOCKS)]
    rowLosses({ kind: 'ic' }, p, y, one)
    rowLosses(
      { kind: 'ic' },
      p.map((value) => 7 * value - 40),
      y,
      other,
    )
    for (let i = 0; i < STOCKS; i++) expect(other[i]).toBeCloseTo(one[i], 10)
  })
})
