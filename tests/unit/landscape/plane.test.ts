import { describe, expect, it } from 'vitest'
import {
  jointPlane,
  project,
  sharesOnPlane,
  trajectoryPlane,
  weightsAt,
} from '../../../src-main/landscape/plane.ts'
import { inner, randomVector } from './surfaces.ts'

const SIZE = 2500
const along = (factors: readonly number[], vectors: readonly Float64Array[], from = randomVector(99, SIZE)) =>
  from.map((value, i) => factors.reduce((sum, factor, k) => sum + factor * vectors[k][i], value))

describe('trajectoryPlane', () => {
  const walk = Array.from({ length: 8 }, (_, k) => randomVector(k + 1, SIZE))
  const trajectory = walk.map((_, epoch) => along([epoch, Math.sin(epoch), 0.01 * epoch ** 2], walk))

  it('has orthogonal unit directions whose component of largest magnitude is positive', () => {
    const { directions } = trajectoryPlane(trajectory, 5)
    expectOrthonormal(directions)
    for (const direction of directions) {
      const largest = direction.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most))
      expect(largest).toBeGreaterThan(0)
    }
  })

  it('splits the squared distance from the origin into shares and what is off the plane', () => {
    const plane = trajectoryPlane(trajectory, 5)
    const points = trajectory.map((at) => project(plane, at))
    expect(points[5]).toEqual({ x: 0, y: 0, offPlane: 0 })
    const sum = (of: (point: (typeof points)[number]) => number) => points.reduce((s, p) => s + of(p), 0)
    const total = plane.eigenvalues.reduce((s, value) => s + value, 0)
    expect(sum(({ x }) => x * x) / total).toBeCloseTo(plane.explained[0], 12)
    expect(sum(({ y }) => y * y) / total).toBeCloseTo(plane.explained[1], 12)
    expect(sum(({ offPlane }) => offPlane ** 2) / total).toBeCloseTo(
      1 - plane.explained[0] - plane.explained[1],
      12,
    )
  })

  it('tells the shares of one run on its own plane as they are', () => {
    const plane = trajectoryPlane(trajectory, 5)
    const shares = sharesOnPlane(plane, trajectory)
    for (const kind of ['explained', 'explainedMeanCentred'] as const)
      expect(shares[kind]).toEqual(plane[kind].map((share) => expect.closeTo(share, 12)))
  })

  it('explains more than any other plane does', () => {
    const plane = trajectoryPlane(trajectory, 0)
    const best = plane.explained[0] + plane.explained[1]
    const total = plane.eigenvalues.reduce((s, value) => s + value, 0)
    for (let k = 0; k < 5; k++) {
      const directions = plane.directions.map((direction, i) => {
        const turn = randomVector(k + i, SIZE)
        return direction.map((value, at) => value + 0.002 * turn[at])
      })
      const [u, w] = orthonormal(directions)
      const kept = trajectory.reduce((s, at) => {
        const x = at.map((value, i) => value - trajectory[0][i])
        return s + inner(x, u) ** 2 + inner(x, w) ** 2
      }, 0)
      expect(kept / total).toBeLessThan(best)
    }
  })

  it('gives the same plane about another origin only where the trajectory is flat', () => {
    const flat = walk.map((_, epoch) => along([epoch, Math.sin(epoch)], walk))
    const [first, second] = [trajectoryPlane(flat, 0), trajectoryPlane(flat, 5)]
    for (const at of flat) {
      expect(project(first, at).offPlane).toBeLessThan(1e-10)
      expect(project(second, at).offPlane).toBeLessThan(1e-10)
    }
    expect(first.explained[0] + first.explained[1]).toBeCloseTo(1, 12)
    expect(second.explainedMeanCentred).toEqual(first.explainedMeanCentred.map((v) => expect.closeTo(v, 12)))
    expect(second.explained[0]).not.toBeCloseTo(first.explained[0], 3)
  })

  it('comes back from the weights at a place', () => {
    const plane = trajectoryPlane(trajectory, 3)
    const { x, y, offPlane } = project(plane, weightsAt(plane, 1.5, -0.25))
    expect([x, y, offPlane]).toEqual([1.5, -0.25, 0].map((value) => expect.closeTo(value, 12)))
  })

  it('reads weights kept in float32', () => {
    const kept = trajectory.map((at) => Float32Array.from(at))
    const plane = trajectoryPlane(kept, 5)
    expect(plane).toEqual(
      trajectoryPlane(
        kept.map((at) => Float64Array.from(at)),
        5,
      ),
    )
  })

  it('has a plane where the epochs span less than one', () => {
    const still = trajectory[0]
    const one = trajectoryPlane([still], 0)
    const none = trajectoryPlane([still, still, still], 1)
    for (const plane of [one, none]) {
      expect(plane.explained).toEqual([0, 0])
      expect(plane.explainedMeanCentred).toEqual([0, 0])
      expect([plane.directions[0][0], plane.directions[1][1]]).toEqual([1, 1])
      expectOrthonormal(plane.directions)
    }

    const line = [0, 1, 2, 5].map((step) => along([step], walk))
    const plane = trajectoryPlane(line, 2)
    expectOrthonormal(plane.directions)
    expect(plane.explained).toEqual([expect.closeTo(1, 12), expect.closeTo(0, 12)])
    expect(Math.abs(project(plane, line[0]).y)).toBeLessThan(1e-10)
    expect(trajectoryPlane(line, 2)).toEqual(plane)
  })

  it('completes a line with the axis that lies least along it', () => {
    const { directions } = trajectoryPlane([Float64Array.of(0, 0, 0), Float64Array.of(3, 0, 4)], 0)
    expect(directions.map((d) => [...d])).toEqual([
      [0.6, 0, 0.8].map((value) => expect.closeTo(value, 15)),
      [0, 1, 0].map((value) => expect.closeTo(value, 15)),
    ])
  })

  it('refuses weights that have no plane', () => {
    expect(() => trajectoryPlane([Float64Array.of(1)], 0)).toThrow('two weights')
    expect(() => trajectoryPlane([Float64Array.of(1, 2), Float64Array.of(1, 2, 3)], 0)).toThrow(
      'are 3, not 2',
    )
    expect(() => trajectoryPlane([Float64Array.of(1, 2), Float64Array.of(1, NaN)], 0)).toThrow(
      'not all finite',
    )
  })

  it('has one plane for several runs, about the first one’s best epoch', () => {
    const other = walk.map((_, epoch) => along([-epoch, 0, epoch], walk))
    const runs = [
      { weights: trajectory, originIndex: 4 },
      { weights: other, originIndex: 2 },
    ]
    const plane = jointPlane(runs)
    expect(plane.origin).toEqual(trajectory[4])
    expect(plane.eigenvalues).toHaveLength(16)
    const squares = (weights: readonly Float64Array[]) =>
      weights.reduce((sum, at) => sum + project(plane, at).x ** 2 + project(plane, at).y ** 2, 0)
    const own = trajectoryPlane(trajectory, 4)
    const inOwn = [...trajectory, ...other].reduce(
      (sum, at) => sum + project(own, at).x ** 2 + project(own, at).y ** 2,
      0,
    )
    expect(squares([...trajectory, ...other])).toBeGreaterThan(inOwn)
  })
})

function expectOrthonormal([a, b]: readonly [Float64Array, Float64Array]): void {
  expect(inner(a, a)).toBeCloseTo(1, 13)
  expect(inner(b, b)).toBeCloseTo(1, 13)
  expect(Math.abs(inner(a, b))).toBeLessThan(1e-13)
}

function orthonormal([a, b]: readonly Float64Array[]): [Float64Array, Float64Array] {
  const u = a.map((value) => value / Math.sqrt(inner(a, a)))
  const rest = b.map((value, i) => value - inner(b, u) * u[i])
  return [u, rest.map((value) => value / Math.sqrt(inner(rest, rest)))]
}
