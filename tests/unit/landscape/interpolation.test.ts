import { describe, expect, it } from 'vitest'
import {
  barrierOf,
  evaluateLine,
  linePlaces,
  weightsBetween,
} from '../../../src-main/landscape/interpolation.ts'
import { trajectoryPlane } from '../../../src-main/landscape/plane.ts'
import { evaluateTrajectory } from '../../../src-main/landscape/trajectory.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { randomVector } from './surfaces.ts'

const from = randomVector(1, 7)
const to = randomVector(2, 7)

describe('evaluateLine', () => {
  it('walks from one to the other, exact at both ends', async () => {
    expect(linePlaces(5)).toEqual([0, 0.25, 0.5, 0.75, 1])
    expect(weightsBetween(from, to, 0)).toEqual(from)
    expect(weightsBetween(from, to, 1)).toEqual(to)
    const line = await evaluateLine(from, to, linePlaces(3), (w) => Promise.resolve(w[0]))
    expect(line.loss).toEqual([from[0], (from[0] + to[0]) / 2, to[0]].map((v) => expect.closeTo(v, 14)))
    expect(line.barrier).toBeCloseTo(0, 14)
  })

  it('keeps what there is when it is cancelled', async () => {
    let asked = 0
    const line = await evaluateLine(from, to, linePlaces(4), () => {
      if (++asked === 3) return Promise.reject(new PlateauError('cancelled', 'Cancelled.'))
      return Promise.resolve(asked)
    })
    expect(line).toEqual({ at: linePlaces(4), loss: [1, 2, null, null], barrier: null })
  })
})

describe('barrierOf', () => {
  it('is the largest excess over the line between the ends', () => {
    expect(barrierOf([0, 0.5, 1], [1, 4, 3])).toBe(2)
    expect(barrierOf([0, 0.25, 0.5, 1], [0, 2, 2.5, 4])).toBe(1)
    expect(barrierOf([0, 0.5, 1], [1, null, 3])).toBe(0)
  })

  it('is 0 below the line, null without an end', () => {
    expect(barrierOf([0, 0.5, 1], [1, -4, 3])).toBe(0)
    expect(barrierOf([0, 0.5, 1], [null, 4, 3])).toBeNull()
    expect(barrierOf([0, 0.5, 1], [1, 4, null])).toBeNull()
  })
})

describe('evaluateTrajectory', () => {
  const epochs = [0, 3, 4].map((epoch) => ({ epoch, weights: Float32Array.from(randomVector(epoch + 5, 7)) }))
  const plane = trajectoryPlane(
    epochs.map(({ weights }) => weights),
    1,
  )
  const squares = (w: Float64Array) => Promise.resolve(w.reduce((sum, value) => sum + value * value, 0))

  it('has both losses of every epoch, equal where it lies on the plane', async () => {
    const points = await evaluateTrajectory(plane, epochs, squares)
    expect(points.map(({ epoch }) => epoch)).toEqual([0, 3, 4])
    for (const { trueLoss, onPlaneLoss } of points) expect(onPlaneLoss).toBeCloseTo(trueLoss!, 12)
    expect(points[1]).toMatchObject({ x: 0, y: 0, offPlane: 0 })
  })

  it('keeps what there is when it is cancelled', async () => {
    let asked = 0
    const points = await evaluateTrajectory(plane, epochs, (w) =>
      ++asked > 3 ? Promise.reject(new PlateauError('cancelled', 'Cancelled.')) : squares(w),
    )
    expect(points.map(({ trueLoss }) => trueLoss === null)).toEqual([false, false, true])
    expect(points.map(({ onPlaneLoss }) => onPlaneLoss === null)).toEqual([false, true, true])
  })
})
