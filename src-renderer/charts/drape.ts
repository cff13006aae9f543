import type { Landscape } from '../../src-shared/domain/landscape.ts'

/** A place on a surface. */
export type Point3 = readonly [x: number, y: number, height: number]

type Grid = Pick<Landscape, 'x' | 'y' | 'values'>

/**
 * Height of the drawn surface: each square of the grid is two triangles along its rising diagonal, losses above `top` are drawn
 * at it. Null outside the grid and on squares with a missing corner, which are not drawn.
 */
export function heightAt(
  { x, y, values }: Grid,
  top: number,
  [atX, atY]: readonly [number, number],
): number | null {
  const [column, row] = [cellOf(x, atX), cellOf(y, atY)]
  if (column === null || row === null) return null
  const node = (right: 0 | 1, up: 0 | 1): number => {
    const value = values[row.at + up][column.at + right]
    return value === null ? NaN : Math.min(value, top)
  }
  const [origin, right, above, across] = [node(0, 0), node(1, 0), node(0, 1), node(1, 1)]
  const [u, v] = [column.share, row.share]
  const height =
    origin +
    (u >= v ? u * (right - origin) + v * (across - right) : v * (above - origin) + u * (across - above))
  return Number.isNaN(origin + right + above + across) ? null : height
}

/** The cell that holds a value, and how far into it the value lies, 0 to 1. */
function cellOf(
  nodes: readonly number[],
  value: number,
): { readonly at: number; readonly share: number } | null {
  const last = nodes.length - 1
  if (!(value >= nodes[0] && value <= nodes[last])) return null
  const above = nodes.findIndex((node) => node >= value)
  const at = Math.max(above - 1, 0)
  return { at, share: (value - nodes[at]) / (nodes[at + 1] - nodes[at]) }
}

/** Points per cell that a line over the surface has: it may not sink below an edge. */
const PER_CELL = 4

/** A line through `path` that follows the surface, in pieces where the surface has holes. */
export function draped(grid: Grid, top: number, path: readonly (readonly [number, number])[]): Point3[][] {
  const pieces: Point3[][] = [[]]
  const go = (point: readonly [number, number]): void => {
    const height = heightAt(grid, top, point)
    if (height !== null) pieces.at(-1)!.push([...point, height])
    else if (pieces.at(-1)!.length > 0) pieces.push([])
  }
  path.forEach(([x, y], at) => {
    const [fromX, fromY] = path[Math.max(at - 1, 0)]
    const cells = Math.max(cellsBetween(grid.x, fromX, x), cellsBetween(grid.y, fromY, y))
    const steps = Math.max(1, Math.ceil(PER_CELL * cells))
    for (let step = 1; step <= steps; step++) {
      const share = step / steps
      go([fromX + share * (x - fromX), fromY + share * (y - fromY)])
    }
  })
  return pieces.filter((piece) => piece.length > 1)
}

/** Widths of cells between two values of an axis; its nodes are evenly spaced. */
const cellsBetween = (nodes: readonly number[], from: number, to: number): number =>
  Math.abs(to - from) / (nodes[1] - nodes[0])
