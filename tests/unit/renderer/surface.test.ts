import { describe, expect, it } from 'vitest'
import { landscapeScale, sharpnessChart, sharpnessRows } from '../../../src-shared/charts/index.ts'
import { draped, heightAt } from '../../../src-renderer/charts/drape.ts'
import { landscapeSurface, seenFrom, viewOf } from '../../../src-renderer/charts/surface.ts'
import { afterKey, FIRST_VIEW, FURTHEST, sameView } from '../../../src-renderer/charts/surfaceView.ts'
import { formatsOf } from '../../../src-renderer/composables/useExporting.ts'
import { grids } from '../../../src-renderer/views/landscape/landscapes.ts'
import { bowl } from '../../fixtures/landscape.ts'
import { chartStyle as style } from '../../fixtures/chartStyle.ts'

const TEXT = { loss: 'Loss', cut: 'cut' }

/** Heights 0, 1, 2 along x in the first row, 10 more in the second. */
const grid = {
  x: [0, 2, 4],
  y: [-1, 1],
  values: [
    [0, 1, 2],
    [10, 11, 12],
  ],
}

describe('the height of a surface', () => {
  it('is that of its nodes, and linear on the two triangles of a square', () => {
    const twisted = { ...grid, values: [[0, 4, 2], [8, 20, 12]] } // prettier-ignore
    expect(heightAt(twisted, Infinity, [0, -1])).toBe(0)
    expect(heightAt(twisted, Infinity, [2, 1])).toBe(20)
    expect(heightAt(twisted, Infinity, [4, 1])).toBe(12)
    // Along the diagonal that parts them, then to the middle of either triangle's other edges.
    expect(heightAt(twisted, Infinity, [1, 0])).toBe(10)
    expect(heightAt(twisted, Infinity, [1, -1])).toBe(2)
    expect(heightAt(twisted, Infinity, [0, 0])).toBe(4)
    expect(heightAt(twisted, Infinity, [2, 0])).toBe(12)
    expect(heightAt(twisted, Infinity, [1, 1])).toBe(14)
  })

  it('ends at the top of the scale, and is none outside the grid and where a corner is missing', () => {
    expect(heightAt(grid, 5, [1, 1])).toBe(5)
    expect(heightAt(grid, Infinity, [5, 0])).toBe(null)
    expect(heightAt({ ...grid, values: [[0, 1, null], [10, 11, 12]] }, Infinity, [3, 1])).toBe(null) // prettier-ignore
  })

  it('is followed by a line over it, which breaks at a hole', () => {
    const [line, ...none] = draped(grid, Infinity, [
      [0, -1],
      [4, -1],
    ])
    expect(none).toEqual([])
    expect(line[0]).toEqual([0, -1, 0])
    expect(line.at(-1)).toEqual([4, -1, 2])
    // 4 points a cell.
    expect(line).toHaveLength(9)
    const wide = { x: [0, 1, 2, 3], y: [0, 1], values: [[0, 0, null, 0].map((v) => v), [0, 0, 0, 0]] }
    const broken = { ...wide, x: [0, 1, 2, 3, 4, 5], values: [[0, 0, null, 0, 0, 0], [0, 0, 0, 0, 0, 0]] } // prettier-ignore
    const pieces = draped(broken, Infinity, [
      [0, 0.5],
      [5, 0.5],
    ])
    expect(pieces.map((piece) => [piece[0][0], piece.at(-1)![0]])).toEqual([
      [0, 1],
      [3.25, 5],
    ])
  })
})

describe('a surface', () => {
  const landscape = bowl('SAM', 1, 1, 5)
  const scale = landscapeScale([landscape], { top: -0.2 })
  const { values } = landscape
  const holed = { ...landscape, values: values.map((row, iy) => (iy === 0 ? [null, ...row.slice(1)] : row)) }
  const option = landscapeSurface(holed, scale, style, TEXT)
  const series = option.series as unknown as {
    type: string
    data: (readonly (number | null)[])[]
    dataShape?: number[]
  }[]
  const nodes = values.flat().map((value) => value!)

  it('has the loss of every node row by row, at most the top of the scale, and none where one is missing', () => {
    const [surface] = series
    expect(surface).toMatchObject({ type: 'surface', dataShape: [5, 5] })
    expect(surface.data.map(([, , height]) => height)).toEqual([
      null,
      ...nodes.slice(1).map((value) => Math.min(value, -0.2)),
    ])
    expect(surface.data[7].slice(0, 2)).toEqual([landscape.x[2], landscape.y[1]])
  })

  it('has heights and colours of the scale, whatever its own losses are', () => {
    const other = landscapeSurface(bowl('AdamW', 1, 3, 5), scale, style, TEXT)
    for (const name of ['zAxis3D', 'visualMap']) {
      expect(other[name]).toMatchObject({
        min: (option[name] as { min: number }).min,
        max: (option[name] as { max: number }).max,
      })
    }
    expect(option['zAxis3D']).toMatchObject({ min: scale.bounds[0], max: scale.bounds[1] })
    expect(option['visualMap']).toMatchObject({ min: scale.range[0], max: -0.2 })
  })

  it('has the trajectory above it, every epoch and the best one among them', () => {
    const points = series.at(-1)!
    expect(points.type).toBe('scatter3D')
    expect(points.data).toHaveLength(landscape.trajectory.length)
    const lines = series.filter(({ type }) => type === 'line3D')
    for (const { data } of lines)
      for (const [x, y, height] of data) {
        expect(height!).toBeGreaterThan(heightAt(holed, -0.2, [x!, y!])!)
      }
  })

  it('says of a node what its loss is, cut or not', () => {
    const { formatter } = option.tooltip as { formatter: (item: unknown) => unknown }
    const at = nodes.findIndex((value, node) => node > 0 && value > -0.2)
    const texts: string[] = []
    const document = { createElement: () => ({ style: {}, set textContent(text: string) { texts.push(text) } }) } // prettier-ignore
    Object.assign(globalThis, { document })
    formatter({ seriesType: 'surface', dataIndex: at })
    formatter({ seriesType: 'surface', dataIndex: 12 })
    formatter({ seriesType: 'scatter3D', dataIndex: 3 })
    Reflect.deleteProperty(globalThis, 'document')
    expect(texts[0]).toContain(`Loss ${nodes[at].toFixed(4).replace('-', '−')} (cut)`)
    expect(texts[1]).toMatch(/Loss −0\.\d{4}$/)
    expect(texts[2]).toMatch(/^Epoch 3\n/)
  })

  it('is seen from where it is said, and tells from where it is seen', () => {
    const view = { alpha: 10, beta: 20, distance: 150 }
    const { grid3D } = seenFrom(option, view, true) as { grid3D?: { viewControl: typeof view } }
    expect(grid3D).toMatchObject({ boxHeight: 60, viewControl: { ...view, damping: 0 } })
    expect(viewOf({ grid3D: [grid3D] })).toEqual(view)
    expect(viewOf({})).toBe(null)
  })
})

describe('the keys of a surface', () => {
  it('turn, zoom within limits and reset', () => {
    const press = (keys: readonly string[]) => keys.reduce((view, key) => afterKey(view, key)!, FIRST_VIEW)
    expect(press(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'])).toEqual(FIRST_VIEW)
    expect(press(['ArrowRight']).beta).toBe(FIRST_VIEW.beta + 10)
    expect(press(Array.from({ length: 30 }, () => 'ArrowUp')).alpha).toBe(90)
    expect(press(Array.from({ length: 30 }, () => '-')).distance).toBe(FURTHEST)
    expect(sameView(press(['+', '-']), FIRST_VIEW)).toBe(true)
    expect(sameView(press(['=']), FIRST_VIEW)).toBe(false)
    expect(press(['+', 'ArrowUp', 'Home'])).toEqual(FIRST_VIEW)
    expect(afterKey(FIRST_VIEW, 'a')).toBe(null)
  })
})

describe('the scale of the runs shown', () => {
  const values = [[0, 1, 2, 3], [4, 5, 6, null]] // prettier-ignore

  it('counts what is above its top', () => {
    expect(landscapeScale([{ values }], { top: 4.5 })).toMatchObject({ range: [0, 4.5], nodes: 7, cut: 2 })
    expect(landscapeScale([{ values }], { covered: 1 })).toMatchObject({ range: [0, 6], nodes: 7, cut: 0 })
    expect(landscapeScale([{ values }], { covered: 0.5 })).toMatchObject({ range: [0, 3], cut: 3 })
    // A top that leaves nothing is not taken.
    expect(landscapeScale([{ values }], { covered: 1, top: 0 }).range).toEqual([0, 6])
  })

  it('has round bounds about its range', () => {
    const { bounds, levels } = landscapeScale([{ values: [[-0.31, 0.02, 0.37]] }], { covered: 1, bands: 4 })
    expect(bounds).toEqual([-0.4, 0.4])
    expect(levels).toEqual([-0.2, 0, 0.2])
    expect(landscapeScale([]).bounds).toEqual([-1, 1])
  })

  it('takes the grid of a joint plane once', () => {
    const key = { window: 0, frequency: 'daily', optimizer: 'SAM', seed: 1 } as const
    const other = { ...key, optimizer: 'AdamW' }
    const drawn = [{ originKey: key }, { originKey: key }, { originKey: other }]
    expect(grids(drawn)).toEqual([{ originKey: key }, { originKey: other }])
  })
})

describe('the chart of sharpness', () => {
  it('has the ends of the error bars on its axis, and no point without a value', () => {
    const rows = sharpnessRows([bowl('SAM', 1, 1), bowl('AdamW', 1, 2)])
    rows[1] = { ...rows[1], trace: { value: null, error: null } }
    const series = (measure: 'trace' | 'samSharpness') =>
      (sharpnessChart(rows, measure, ['a', 'b'], style).series as { data: { value: unknown }[] }[])[0].data
    expect(series('trace')).toEqual([
      { value: [41.3, 0, expect.closeTo(39.1, 9), expect.closeTo(43.5, 9)] },
      { value: [null, 1] },
    ])
    expect(series('samSharpness')[0]).toEqual({ value: [0.0024, 0, 0.0024, 0.0024] })
  })
})

describe('the formats of a chart', () => {
  it('have no SVG where it is drawn with WebGL', () => {
    const chart = {
      kind: 'chart' as const,
      name: () => null,
      png: () => Promise.resolve(new Uint8Array(0)),
      svg: null,
      data: () => ({ columns: [], rows: [] }),
    }
    expect(formatsOf(chart)).toEqual(['png', 'sized', 'data'])
    expect(formatsOf({ ...chart, svg: () => '', data: () => null })).toEqual(['png', 'svg', 'sized'])
  })
})
