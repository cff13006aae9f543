import { describe, expect, it } from 'vitest'
import { sliceChart, sliceOf } from '../../../src-shared/charts/index.ts'
import { bowl } from '../../fixtures/landscape.ts'
import { chartStyle as style } from '../../fixtures/chartStyle.ts'

describe('the losses along one direction of a grid', () => {
  it('are those of its nodes where the other coordinate has one at 0', () => {
    const grid = {
      x: [-1, 0, 2],
      y: [-3, 0],
      values: [
        [1, 2, 3],
        [4, null, 6],
      ],
    }
    expect(sliceOf(grid, 0)).toEqual({ at: [-1, 0, 2], loss: [4, null, 6] })
    expect(sliceOf(grid, 1)).toEqual({ at: [-3, 0], loss: [2, null] })
  })

  it('are linear between the nodes on either side of 0, and unknown where one of them is', () => {
    const grid = {
      x: [-1, 3],
      y: [-2, 6],
      values: [
        [1, null],
        [5, 7],
      ],
    }
    expect(sliceOf(grid, 0)).toEqual({ at: [-1, 3], loss: [2, null] })
    expect(sliceOf(grid, 1)).toEqual({ at: [-2, 6], loss: [null, 5.5] })
  })

  it('are those of a plane where the loss is one', () => {
    const axis = [-1.7, -0.4, 0.3, 1.1]
    const values = axis.map((y) => axis.map((x) => 2 * x - 3 * y + 1))
    sliceOf({ x: axis, y: axis, values }, 0)!.loss.forEach((loss, at) =>
      expect(loss).toBeCloseTo(2 * axis[at] + 1, 12),
    )
    sliceOf({ x: axis, y: axis, values }, 1)!.loss.forEach((loss, at) =>
      expect(loss).toBeCloseTo(-3 * axis[at] + 1, 12),
    )
  })

  it('are not there where 0 lies outside the grid', () => {
    expect(
      sliceOf(
        {
          x: [0, 1],
          y: [1, 2],
          values: [
            [1, 2],
            [3, 4],
          ],
        },
        0,
      ),
    ).toBeNull()
    expect(
      sliceOf(
        {
          x: [0, 1],
          y: [-2, -1],
          values: [
            [1, 2],
            [3, 4],
          ],
        },
        0,
      ),
    ).toBeNull()
  })

  it('are a line for each plane, the flatter one lower away from the origin', () => {
    const planes = [bowl('AdamW', 1, 1.8), bowl('SAM', 1, 1)]
    const option = sliceChart(planes, ['AdamW #1', 'SAM #1'], 0, style)
    const [sharp, flat] = option.series as { name: string; data: [number, number][] }[]
    expect([sharp.name, flat.name]).toEqual(['AdamW #1', 'SAM #1'])
    expect(sharp.data[0][1]).toBeGreaterThan(flat.data[0][1])
  })
})
