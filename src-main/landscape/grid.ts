import type { LandscapeSettings } from '../../src-shared/domain/landscapeSettings.ts'
import { evaluateEach, type EvaluateOptions } from './evaluate.ts'

/** Places along the two directions of a plane, ascending, in its units. */
export interface GridAxes {
  readonly x: number[]
  readonly y: number[]
}

export interface GridNode {
  readonly ix: number
  readonly iy: number
  readonly x: number
  readonly y: number
}

/**
 * Axes of a landscape: the region that was asked for; else over the trajectory, on its own directions (gridAxes), and from -reach
 * to reach on others, where what the trajectory projects to says little and grids of several runs are to compare. Then 0 is a
 * node where the resolution is odd.
 */
export function landscapeAxes(
  trajectory: readonly { readonly x: number; readonly y: number }[],
  settings: Pick<LandscapeSettings, 'directions' | 'resolution' | 'margin' | 'reach' | 'region'>,
): GridAxes {
  const { directions, resolution, reach, region } = settings
  if (region !== null) return { x: evenly(...region.x, resolution), y: evenly(...region.y, resolution) }
  if (directions === 'pca') return gridAxes(trajectory, settings)
  return { x: evenly(-reach, reach, resolution), y: evenly(-reach, reach, resolution) }
}

/** `count` evenly spaced places, both ends exact. */
function evenly(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const share = i / (count - 1)
    return (1 - share) * from + share * to
  })
}

/** Below this share of the other axis, what a trajectory moves along an axis is rounding. */
const FLAT = 1e-9

/**
 * Axes of `resolution` evenly spaced nodes over the projected trajectory and the origin, with `margin` x that span beyond on every
 * side (methods.md 8). Along an axis on which nothing moves, the span is the other axis's, about the origin; where nothing
 * moves at all, both are 1.
 */
export function gridAxes(
  trajectory: readonly { readonly x: number; readonly y: number }[],
  { resolution, margin }: { readonly resolution: number; readonly margin: number },
): GridAxes {
  const ranges = [rangeOf(trajectory.map(({ x }) => x)), rangeOf(trajectory.map(({ y }) => y))]
  const widest = Math.max(...ranges.map(({ from, to }) => to - from))
  const [x, y] = ranges.map(({ from, to }) => {
    const flat = to - from <= FLAT * widest
    const span = flat ? widest || 1 : to - from
    const first = (flat ? -span / 2 : from) - margin * span
    const width = span * (1 + 2 * margin)
    return Array.from({ length: resolution }, (_, i) => first + (width * i) / (resolution - 1))
  })
  return { x, y }
}

/**
 * Every node once, from coarse to fine: first the corners, then what halves the spacing of the nodes before, row by row; so that
 * a grid cancelled halfway covers the whole picture.
 */
export function gridNodes({ x, y }: GridAxes): GridNode[] {
  const columns = levels(x.length)
  const rows = levels(y.length)
  const nodes = y.flatMap((yAt, iy) => x.map((xAt, ix) => ({ ix, iy, x: xAt, y: yAt })))
  const level = ({ ix, iy }: GridNode): number => Math.max(columns[ix], rows[iy])
  return nodes.sort((a, b) => level(a) - level(b))
}

/** values[iy][ix]: null for nodes that are not among the results, and where the loss is undefined. */
export function assembleGrid(
  { x, y }: GridAxes,
  results: Iterable<readonly [node: Pick<GridNode, 'ix' | 'iy'>, loss: number | null]>,
): (number | null)[][] {
  const values = y.map(() => x.map((): number | null => null))
  for (const [{ ix, iy }, loss] of results) values[iy][ix] = loss
  return values
}

/** values[iy][ix] of `evaluate`, which may hand nodes to workers; a grid that is cancelled comes back as far as it got. */
export async function evaluateGrid(
  axes: GridAxes,
  evaluate: (node: GridNode) => Promise<number | null>,
  options?: EvaluateOptions,
): Promise<(number | null)[][]> {
  const nodes = gridNodes(axes)
  const losses = await evaluateEach(nodes, evaluate, options)
  return assembleGrid(
    axes,
    nodes.map((node, i) => [node, losses[i]] as const),
  )
}

/** Of the values and 0. */
function rangeOf(values: readonly number[]): { from: number; to: number } {
  return { from: Math.min(0, ...values), to: Math.max(0, ...values) }
}

/** Of each of n places: after how many halvings of the whole it is one of the ends. */
function levels(n: number): number[] {
  const found = Array.from({ length: n }, () => Infinity)
  for (let level = 0, parts = 1; found.includes(Infinity); level++, parts *= 2) {
    for (let part = 0; part <= parts; part++) {
      const at = Math.round((part * (n - 1)) / parts)
      found[at] = Math.min(found[at], level)
    }
  }
  return found
}
