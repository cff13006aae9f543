import { describe, expect, it } from 'vitest'
import { assembleGrid, evaluateGrid, gridAxes, gridNodes } from '../../../src-main/landscape/grid.ts'
import { PlateauError } from '../../../src-shared/errors.ts'

const trajectory = [
  { x: 2, y: -1 },
  { x: 10, y: 3 },
]

describe('gridAxes', () => {
  it('spans the trajectory and the origin with the margin beyond', () => {
    expect(gridAxes(trajectory, { resolution: 5, margin: 0.2 })).toEqual({
      x: [-2, 1.5, 5, 8.5, 12].map((value) => expect.closeTo(value, 12)),
      y: [-1.8, -0.4, 1, 2.4, 3.8].map((value) => expect.closeTo(value, 12)),
    })
  })

  it('takes the other axis’s span where nothing moves along one', () => {
    const flat = [
      { x: 0, y: 1e-17 },
      { x: 4, y: 0 },
    ]
    expect(gridAxes(flat, { resolution: 3, margin: 0.5 })).toEqual({ x: [-2, 2, 6], y: [-4, 0, 4] })
  })

  it('is of span 1 where nothing moves at all', () => {
    expect(gridAxes([{ x: 0, y: 0 }], { resolution: 3, margin: 0 })).toEqual({
      x: [-0.5, 0, 0.5],
      y: [-0.5, 0, 0.5],
    })
  })
})

describe('gridNodes', () => {
  it.each([3, 10, 21, 32])('has each of %i x %i nodes once, at its place', (resolution) => {
    const axes = gridAxes(trajectory, { resolution, margin: 0.2 })
    const nodes = gridNodes(axes)
    expect(nodes).toHaveLength(resolution ** 2)
    expect(new Set(nodes.map(({ ix, iy }) => `${ix} ${iy}`)).size).toBe(resolution ** 2)
    for (const { ix, iy, x, y } of nodes) expect([x, y]).toEqual([axes.x[ix], axes.y[iy]])
  })

  it('goes from coarse to fine', () => {
    const nodes = gridNodes(gridAxes(trajectory, { resolution: 21, margin: 0.2 }))
    const corners = nodes.slice(0, 4).map(({ ix, iy }) => [ix, iy])
    expect(corners).toEqual([
      [0, 0],
      [20, 0],
      [0, 20],
      [20, 20],
    ])
    // A twentieth, a fifth and the half of the nodes leave no gap wider than these.
    for (const [count, gap] of [
      [25, 5],
      [81, 3],
      [441, 1],
    ]) {
      const columns = [...new Set(nodes.slice(0, count).map(({ ix }) => ix))].sort((a, b) => a - b)
      expect(Math.max(...columns.slice(1).map((at, i) => at - columns[i]))).toBe(gap)
    }
  })
})

describe('evaluateGrid', () => {
  const axes = gridAxes(trajectory, { resolution: 4, margin: 0 })

  it('puts losses at [iy][ix]', async () => {
    const values = await evaluateGrid(axes, ({ x, y }) => Promise.resolve(x + 100 * y), { lanes: 3 })
    expect(values).toEqual(axes.y.map((y) => axes.x.map((x) => x + 100 * y)))
  })

  it('keeps what a cancelled grid has, and asks for no more', async () => {
    const seen: (number | null)[] = []
    let asked = 0
    const values = await evaluateGrid(
      axes,
      async () => {
        if (++asked > 5) throw new PlateauError('cancelled', 'Cancelled.')
        return asked
      },
      { onLoss: (_, loss) => seen.push(loss) },
    )
    expect(asked).toBe(6)
    expect(seen).toEqual([1, 2, 3, 4, 5])
    expect(values.flat().filter((value) => value !== null)).toHaveLength(5)
    expect([values[0][0], values[0][3], values[3][0], values[3][3]]).toEqual([1, 2, 3, 4])
  })

  it('throws any other error', async () => {
    const failing = evaluateGrid(axes, () => Promise.reject(new PlateauError('device_lost', 'Gone.')), {
      lanes: 2,
    })
    await expect(failing).rejects.toMatchObject({ code: 'device_lost' })
  })

  it('asks for as many at once as there are lanes', async () => {
    let running = 0
    let most = 0
    await evaluateGrid(
      axes,
      async () => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setImmediate(resolve))
        running--
        return 0
      },
      { lanes: 4 },
    )
    expect(most).toBe(4)
  })

  it('assembles nodes that workers answered in any order', () => {
    expect(
      assembleGrid({ x: [0, 1], y: [0, 1] }, [
        [{ ix: 1, iy: 0 }, 3],
        [{ ix: 0, iy: 0 }, null],
        [{ ix: 0, iy: 1 }, 2],
      ]),
    ).toEqual([
      [null, 3],
      [2, null],
    ])
  })
})
