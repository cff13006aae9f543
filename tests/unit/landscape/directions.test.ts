import { describe, expect, it } from 'vitest'
import { sharesAlong } from '../../../src-main/landscape/directionShares.ts'
import { landscapeAxes } from '../../../src-main/landscape/grid.ts'
import { hessianPlane } from '../../../src-main/landscape/hessianPlane.ts'
import { createMeanLoss } from '../../../src-main/landscape/meanLoss.ts'
import { project, trajectoryPlane, weightsAt } from '../../../src-main/landscape/plane.ts'
import { filtersOf, randomPlane } from '../../../src-main/landscape/randomPlane.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { gruLayout } from '../../../src-main/nn/layout.ts'
import { symmetricEigen } from '../../../src-shared/symmetricEigen.ts'
import { landscapeSettings } from '../../../src-shared/domain/landscapeSettings.ts'
import { randomCrossSection } from '../nn/samples.ts'
import { inner, quadratic, randomVector } from './surfaces.ts'

const FLOAT64 = Number.EPSILON
const model = { inputSize: 3, hiddenSize: 4, layers: 2 }
const layout = gruLayout(model)
const weights = randomVector(7, layout.size)
const length = (vector: ArrayLike<number>) => Math.sqrt(inner(vector, vector))

describe('filters', () => {
  it('are the rows of every matrix, and no bias', () => {
    const filters = filtersOf(layout)
    // Three gates of four units, input and hidden, in two layers; one row of the head.
    expect(filters).toHaveLength(2 * 2 * 3 * 4 + 1)
    const widths = filters.map(({ from, to }) => to - from)
    expect(widths.slice(0, 13)).toEqual([...Array.from({ length: 12 }, () => 3), 4])
    const covered = new Set(
      filters.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)),
    )
    expect(covered.size).toBe(widths.reduce((sum, width) => sum + width, 0))
    for (const { name, shape, offset } of layout.tensors)
      for (let at = 0; at < shape.reduce((product, size) => product * size, 1); at++)
        expect(covered.has(offset + at), name).toBe(!name.includes('bias'))
  })
})

describe('a random plane', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('has the norm of every filter of the weights, seed %i', (seed) => {
    const plane = randomPlane(weights, layout, seed)
    for (const [k, direction] of plane.directions.entries()) {
      const full = direction.map((value) => value * plane.units[k])
      for (const { from, to } of filtersOf(layout))
        expect(length(full.subarray(from, to))).toBeCloseTo(length(weights.subarray(from, to)), 12)
      for (const { name, shape, offset } of layout.tensors)
        if (shape.length === 1) expect(length(full.subarray(offset, offset + shape[0])), name).toBe(0)
      expect(length(direction)).toBeCloseTo(1, 13)
    }
    expect(Math.abs(inner(...plane.directions))).toBeLessThan(1e-14)
    // Each filter by itself.
    for (const { from, to } of filtersOf(layout)) {
      const [first, second] = plane.directions.map((direction) => direction.subarray(from, to))
      expect(Math.abs(inner(first, second))).toBeLessThan(1e-14)
    }
  })

  it('is drawn again from its seed, and another from another', () => {
    const plane = randomPlane(weights, layout, 3)
    expect(randomPlane(weights, layout, 3)).toEqual(plane)
    expect(randomPlane(weights, layout, 4).directions[0]).not.toEqual(plane.directions[0])
  })

  it('has the same draws for other weights, scaled to their filters', () => {
    const other = randomVector(8, layout.size)
    const [mine, yours] = [weights, other].map((of) => randomPlane(of, layout, 3))
    for (const { from, to } of filtersOf(layout)) {
      const [a, b] = [mine, yours].map(({ directions: [first] }) => first.subarray(from, to))
      expect(inner(a, b) / (length(a) * length(b))).toBeCloseTo(1, 12)
    }
  })

  it('is as it was where every filter is scaled, in its own units: what filter normalisation is for', () => {
    const twice = weights.map((value) => 2 * value)
    const [one, two] = [weights, twice].map((of) => randomPlane(of, layout, 5))
    expect(two.units).toEqual(one.units.map((unit) => expect.closeTo(2 * unit, 12)))
    const moving = new Set(
      filtersOf(layout).flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)),
    )
    const [near, far] = [weightsAt(one, 0.3, -0.7), weightsAt(two, 0.3, -0.7)]
    near.forEach((value, i) => moving.has(i) && expect(far[i]).toBeCloseTo(2 * value, 12))
  })

  it('moves only along the first direction a filter of one weight', () => {
    const narrow = gruLayout({ inputSize: 2, hiddenSize: 1, layers: 1 })
    const at = randomVector(1, narrow.size)
    const { directions, units } = randomPlane(at, narrow, 1)
    const { offset } = narrow.tensors.find(({ name }) => name === 'gru.weight_hh_l0')!
    for (let row = offset; row < offset + 3; row++) {
      expect(Math.abs(directions[0][row]) * units[0]).toBeCloseTo(Math.abs(at[row]), 12)
      expect(directions[1][row]).toBe(0)
    }
    expect(Math.abs(inner(...directions))).toBeLessThan(1e-14)
  })

  it('needs filters', () => {
    expect(() => randomPlane(new Float64Array(layout.size), layout, 1)).toThrow('all zero')
  })

  it('tells places in filter norms, and comes back from them', () => {
    const plane = randomPlane(weights, layout, 2)
    expect(weightsAt(plane, 0, 0)).toEqual(weights)
    const moved = weightsAt(plane, 1, 0)
    for (const { from, to } of filtersOf(layout)) {
      const step = moved.subarray(from, to).map((value, i) => value - weights[from + i])
      expect(length(step)).toBeCloseTo(length(weights.subarray(from, to)), 12)
    }
    const { x, y, offPlane } = project(plane, weightsAt(plane, 0.5, -1.25))
    expect([x, y, offPlane]).toEqual([0.5, -1.25, 0].map((value) => expect.closeTo(value, 12)))
  })
})

describe('what a plane holds of a trajectory', () => {
  const trajectory = Array.from({ length: 6 }, (_, epoch) =>
    weights.map((value, i) => value + epoch * Math.sin(i) + 0.3 * Math.cos(epoch * i)),
  )

  it('is what its principal directions say of them', () => {
    const plane = trajectoryPlane(trajectory, 2)
    const { explained } = sharesAlong(plane, trajectory)
    expect(explained).toEqual(plane.explained.map((share) => expect.closeTo(share, 12)))
  })

  it('adds up to the whole with what is off it, about origin and mean', () => {
    const plane = randomPlane(weights, layout, 2)
    const shares = sharesAlong(plane, trajectory)
    const mean = weights.map((_, i) => trajectory.reduce((sum, at) => sum + at[i], 0) / 6)
    for (const [origin, found] of [
      [weights, shares.explained],
      [mean, shares.explainedMeanCentred],
    ] as const) {
      const away = trajectory.map((at) => at.map((value, i) => value - origin[i]))
      const total = away.reduce((sum, at) => sum + inner(at, at), 0)
      plane.directions.forEach((direction, k) => {
        const along = away.reduce((sum, at) => sum + inner(at, direction) ** 2, 0)
        expect(found[k]).toBeCloseTo(along / total, 12)
      })
    }
    expect(shares.explained[0] + shares.explained[1]).toBeLessThan(0.2)
  })

  it('is nothing where nothing moved', () => {
    const plane = randomPlane(weights, layout, 2)
    expect(sharesAlong(plane, [weights, weights])).toEqual({
      explained: [0, 0],
      explainedMeanCentred: [0, 0],
    })
  })
})

describe('a plane of the Hessian', () => {
  const settings = { products: 61, seed: 1, gradientRounding: FLOAT64 }

  it.each([1, 2, 3, 4, 5])('has the eigenvectors of the two largest values, seed %i', async (seed) => {
    const eigenvalues = [...randomVector(seed, 60)]
    const surface = quadratic(eigenvalues, seed)
    const found = await hessianPlane(surface, randomVector(seed + 9, 60), { ...settings, seed })
    const { plane, eigenpairs } = found!
    const expected = eigenvalues.toSorted((a, b) => b - a)
    for (const [k, { value, residual }] of eigenpairs.entries()) {
      expect(value).toBeCloseTo(expected[k], 6)
      expect(residual).toBeLessThan(1e-4)
      // The gradient of a quadratic about 0 is H v.
      const { gradient } = await surface.gradient(plane.directions[k])
      expect(length(gradient.map((each, i) => each - value * plane.directions[k][i]))).toBeLessThan(1e-4)
    }
    expect(Math.abs(inner(...plane.directions))).toBeLessThan(1e-13)
  })

  it('has two vectors of two equal eigenvalues, and none of a large negative one', async () => {
    const surface = quadratic([5, 5, -40, ...Array.from({ length: 27 }, (_, i) => i / 27)], 2)
    const { eigenpairs, plane } = (await hessianPlane(surface, new Float64Array(30), settings))!
    expect(eigenpairs.map(({ value }) => value)).toEqual([5, 5].map((value) => expect.closeTo(value, 6)))
    expect(Math.abs(inner(...plane.directions))).toBeLessThan(1e-13)
  })

  it('is that of a model’s whole Hessian', async () => {
    const engine = createReferenceEngine(model, { loss: { kind: 'ic' } })
    const dates = [11, 30, 20].map((stocks, seed) => {
      const section = randomCrossSection(seed, stocks, 4, 3)
      return { section, handle: engine.upload(section) }
    })
    const surface = createMeanLoss(engine, layout.size, dates, { kind: 'ic' })
    const origin = initialWeights(model, 1)
    const whole = await hessianOf(surface, origin)
    const { values } = symmetricEigen(whole, layout.size)
    const { plane, eigenpairs } = (await hessianPlane(surface, origin, settings))!
    engine.close()
    for (const [k, { value }] of eigenpairs.entries()) {
      expect(Math.abs(value - values[k])).toBeLessThan(1e-5 * values[0])
      const image = plane.directions[k].map((_, i) =>
        inner(whole.subarray(i * layout.size, (i + 1) * layout.size), plane.directions[k]),
      )
      const rest = image.map((each, i) => each - value * plane.directions[k][i])
      expect(length(rest)).toBeLessThan(1e-3 * values[0])
    }
    expect(eigenpairs[0].value).toBeGreaterThan(eigenpairs[1].value)
  })

  it('is none where a product is undefined', async () => {
    const surface = quadratic([3, 2, 1], 1)
    const fewer: typeof surface = {
      ...surface,
      gradient: async (w) => ({ ...(await surface.gradient(w)), dates: w[0] > 0 ? 1 : 2 }),
    }
    expect(await hessianPlane(fewer, new Float64Array(3), settings)).toBeNull()
  })
})

describe('the axes of a landscape', () => {
  const far = [{ x: 100, y: -3 }]
  const settings = landscapeSettings.parse({ resolution: 21, reach: 0.7 })

  it('go as far from the origin as they are told along directions that are not the trajectory’s', () => {
    for (const directions of ['random', 'hessian'] as const) {
      const { x, y } = landscapeAxes(far, { ...settings, directions })
      expect([x[0], x[10], x[20]]).toEqual([-0.7, 0, 0.7])
      expect(y).toEqual(x)
    }
  })

  it('are those of a region where there is one, both ends exact', () => {
    const region = { x: [0.1, 0.3], y: [-2, 5] } as { x: [number, number]; y: [number, number] }
    for (const directions of ['pca', 'random', 'hessian'] as const) {
      const { x, y } = landscapeAxes(far, { ...settings, directions, resolution: 3, region })
      expect(x).toEqual([0.1, expect.closeTo(0.2, 15), 0.3])
      expect(y).toEqual([-2, 1.5, 5])
    }
  })
})

/** By central differences of the gradient along every axis, made symmetric. */
async function hessianOf(
  surface: ReturnType<typeof createMeanLoss>,
  at: Float64Array,
): Promise<Float64Array> {
  const { size } = surface
  const step = 1e-5
  const columns: Float64Array[] = []
  for (let i = 0; i < size; i++) {
    const [ahead, behind] = await Promise.all(
      [step, -step].map((by) => surface.gradient(at.map((value, k) => (k === i ? value + by : value)))),
    )
    columns.push(ahead.gradient.map((value, k) => (value - behind.gradient[k]) / (2 * step)))
  }
  const whole = new Float64Array(size * size)
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) whole[i * size + j] = (columns[i][j] + columns[j][i]) / 2
  return whole
}
