import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createHessianVectorProduct, topEigenpair } from '../../src-main/landscape/curvature.ts'
import { evaluateGrid } from '../../src-main/landscape/grid.ts'
import { trajectoryPlane, weightsAt } from '../../src-main/landscape/plane.ts'
import { measureSharpness } from '../../src-main/landscape/sharpness.ts'
import { evaluateTrajectory } from '../../src-main/landscape/trajectory.ts'
import { closedForm, inner } from '../unit/landscape/surfaces.ts'
import { differences } from '../unit/portfolio/golden.ts'

const folder = join(process.env.PLATEAU_REFERENCE ?? '../shared/reference', 'research')
const TOLERANCE = { relative: 1e-9, absolute: 1e-12 }

interface Golden {
  format: string
  origin_index: number
  rho: number
  weights: number[][]
  loss: { d: number[]; U: number[][]; s: number[]; c: number }
  grid: { x: number[]; y: number[] }
  expected: {
    gram_eigenvalues: number[]
    explained_variance_ratio: number[]
    explained_variance_ratio_mean_centred: number[]
    directions: number[][]
    projections: number[][]
    grid_values: number[][]
    true_loss: number[]
    on_plane_loss: number[]
    off_plane_distance: number[]
    hessian_at_origin: { top_eigenvalue: number; trace: number }
    sharpness: {
      epoch: number
      rho: number
      loss: number
      gradient_norm: number
      sharpness: number
      mean_increase_uniform_ball: number
    }[]
  }
}

const goldens = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, golden: JSON.parse(readFileSync(join(folder, name), 'utf8')) as Golden }))
  .filter(({ golden }) => golden.format === 'loss-landscape-v1')

if (goldens.length === 0) {
  it.skip('loss landscapes (skipped: no reference numbers in PLATEAU_REFERENCE)', () => undefined)
}

describe.each(goldens)('$name', ({ golden }) => {
  const { expected } = golden
  const weights = golden.weights.map((row) => Float64Array.from(row))
  const plane = trajectoryPlane(weights, golden.origin_index)
  const surface = surfaceOf(golden.loss)
  const lossAt = async (at: Float64Array) => (await surface.loss(at)).loss
  const epochs = weights.map((at, epoch) => ({ epoch, weights: at }))

  it('gives the plane', () => {
    expect(
      differences(
        {
          gram_eigenvalues: [...plane.eigenvalues],
          explained_variance_ratio: plane.explained,
          explained_variance_ratio_mean_centred: plane.explainedMeanCentred,
          directions: plane.directions.map((direction) => [...direction]),
        },
        {
          gram_eigenvalues: expected.gram_eigenvalues,
          explained_variance_ratio: expected.explained_variance_ratio.slice(0, 2),
          explained_variance_ratio_mean_centred: expected.explained_variance_ratio_mean_centred.slice(0, 2),
          directions: expected.directions.slice(0, 2),
        },
        TOLERANCE,
      ),
    ).toEqual([])
  })

  it('gives the loss on the grid', async () => {
    const values = await evaluateGrid(golden.grid, ({ x, y }) => lossAt(weightsAt(plane, x, y)))
    expect(differences(values, expected.grid_values, TOLERANCE)).toEqual([])
  })

  it('gives the trajectory: projections, distances, true and on-plane losses', async () => {
    const points = await evaluateTrajectory(plane, epochs, lossAt)
    const wanted = expected.projections.map(([x, y], epoch) => ({
      epoch,
      x,
      y,
      offPlane: expected.off_plane_distance[epoch],
      trueLoss: expected.true_loss[epoch],
      onPlaneLoss: expected.on_plane_loss[epoch],
    }))
    expect(differences(points, wanted, TOLERANCE)).toEqual([])
  })

  it('finds the largest eigenvalue of the Hessian as well as finite differences can', async () => {
    const product = createHessianVectorProduct(surface, plane.origin, Number.EPSILON)
    const top = await topEigenpair(product, surface.size, { products: 80, seed: 1 })
    const exact = expected.hessian_at_origin.top_eigenvalue
    expect(Math.abs(top!.value - exact)).toBeLessThan(1e-8 * exact)
    expect(top!.residual).toBeLessThan(1e-5 * exact)
  })

  it.each(expected.sharpness)('measures the sharpness of epoch $epoch', async (wanted) => {
    const found = await measureSharpness(surface, weights[wanted.epoch], {
      rho: wanted.rho,
      draws: 1000,
      seed: 3,
      gradientRounding: Number.EPSILON,
    })
    expect(
      differences(
        { loss: found!.loss, norm: found!.gradientNorm, sharpness: found!.samSharpness },
        { loss: wanted.loss, norm: wanted.gradient_norm, sharpness: wanted.sharpness },
        TOLERANCE,
      ),
    ).toEqual([])
    const ball = wanted.mean_increase_uniform_ball
    expect(found!.ballIncreaseError!).toBeLessThan(0.02 * ball)
    expect(Math.abs(found!.ballIncrease! - ball)).toBeLessThan(4 * found!.ballIncreaseError!)
    if (wanted.epoch !== golden.origin_index) return
    const { trace } = expected.hessian_at_origin
    expect(found!.traceError!).toBeLessThan(0.02 * trace)
    expect(Math.abs(found!.trace! - trace)).toBeLessThan(4 * found!.traceError!)
  })
})

/** 0.5 w'(diag(d) + U diag(s) U')w + c sum w^4 */
function surfaceOf({ d, U, s, c }: Golden['loss']) {
  const linear = (w: Float64Array): Float64Array => {
    const factors = s.map((factor, k) => factor * U.reduce((sum, row, i) => sum + row[k] * w[i], 0))
    return w.map((value, i) => d[i] * value + inner(U[i], factors))
  }
  return closedForm(
    d.length,
    (w) => inner(w, linear(w)) / 2 + c * w.reduce((sum, value) => sum + value ** 4, 0),
    (w) => linear(w).map((value, i) => value + 4 * c * w[i] ** 3),
  )
}
