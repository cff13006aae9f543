import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contourLines, regionRings, type Grid, type Point } from '../../../src-shared/charts/contours.ts'

/** Signed area: positive anticlockwise. */
const area = (ring: readonly Point[]): number =>
  ring.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = ring[(at + 1) % ring.length]
    return sum + (x * nextY - nextX * y) / 2
  }, 0)
const total = (rings: readonly (readonly Point[])[]): number =>
  rings.reduce((sum, ring) => sum + area(ring), 0)

const square = (values: Grid['values']): Grid => ({ x: [0, 1], y: [0, 1], values })

describe('contour lines', () => {
  it('cross an edge where the value is, between its two ends', () => {
    // Rises along x from 0 to 4: 1 is a quarter of the way. Downwards, what is higher lies on the left.
    const lines = contourLines(
      square([
        [0, 4],
        [0, 4],
      ]),
      1,
    )
    expect(lines).toEqual([
      [
        [0.25, 1],
        [0.25, 0],
      ],
    ])
  })

  it('close around a peak, with the peak on the left', () => {
    const peak = { x: [0, 1, 2], y: [0, 1, 2], values: [[0, 0, 0], [0, 2, 0], [0, 0, 0]] } // prettier-ignore
    const [line, ...others] = contourLines(peak, 1)
    expect(others).toEqual([])
    expect(line[0]).toEqual(line.at(-1))
    // The diamond with corners half an edge from the peak.
    expect(area(line)).toBeCloseTo(0.5, 14)
    expect(line.map(([x, y]) => Math.abs(x - 1) + Math.abs(y - 1))).toEqual([0.5, 0.5, 0.5, 0.5, 0.5])
  })

  it('join the high corners of a saddle where its mean is high, and part them where it is low', () => {
    const saddle = square([
      [4, 0],
      [0, 4],
    ])
    // Mean 2. At 1 the two low corners are cut off, at 3 the two high ones.
    expect(total(regionRings(saddle, 1))).toBeCloseTo(1 - 2 * 0.5 * 0.25 ** 2, 14)
    expect(regionRings(saddle, 1)).toHaveLength(1)
    expect(total(regionRings(saddle, 3))).toBeCloseTo(2 * 0.5 * 0.25 ** 2, 14)
    expect(regionRings(saddle, 3)).toHaveLength(2)
    const turned = square([
      [0, 4],
      [4, 0],
    ])
    expect(total(regionRings(turned, 1))).toBeCloseTo(1 - 0.0625, 14)
    expect(total(regionRings(turned, 3))).toBeCloseTo(0.0625, 14)
    expect(contourLines(saddle, 1)).toHaveLength(2)
    expect(contourLines(saddle, 5)).toEqual([])
  })

  it('leave squares with a missing corner out', () => {
    const grid = { x: [0, 1, 2], y: [0, 2], values: [[0, 2, 2], [0, 2, null]] } // prettier-ignore
    expect(contourLines(grid, 1)).toEqual([
      [
        [0.5, 2],
        [0.5, 0],
      ],
    ])
    expect(total(regionRings(grid, -Infinity))).toBeCloseTo(2, 14)
    expect(total(regionRings(grid, 1))).toBeCloseTo(1, 14)
  })
})

describe('regions', () => {
  const values = fc.array(
    fc.array(fc.option(fc.integer({ min: -3, max: 3 }), { freq: 8 }), { minLength: 5, maxLength: 5 }),
    {
      minLength: 4,
      maxLength: 4,
    },
  )
  const axes = { x: [0, 1, 3, 4, 6], y: [0, 2, 3, 5] }
  const negated = (rows: Grid['values']) =>
    rows.map((row) => row.map((value) => (value === null ? null : -value)))

  it('at a level and its complement fill the grid, each inside the one below', () => {
    fc.assert(
      fc.property(values, (rows) => {
        const grid = { ...axes, values: rows }
        const whole = total(regionRings(grid, -Infinity))
        const levels = [-2.6, -0.6, 0.4, 2.4]
        const areas = levels.map((level) => total(regionRings(grid, level)))
        areas.forEach((own, at) => {
          expect(own).toBeLessThanOrEqual((areas[at - 1] ?? whole) + 1e-9)
          // A saddle whose mean is the level itself is joined on both sides: means are quarters, these levels not.
          const complement = total(regionRings({ ...axes, values: negated(rows) }, -levels[at]))
          expect(own + complement).toBeCloseTo(whole, 9)
        })
      }),
    )
  })

  it('close', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(-Infinity, -0.5, 0, 1), (rows, level) => {
        for (const ring of regionRings({ ...axes, values: rows }, level)) expect(ring[0]).toEqual(ring.at(-1))
      }),
    )
  })
})
