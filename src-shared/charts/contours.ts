/** Marching squares on a rectangular grid whose values are taken as linear along the edges of its squares. */

export interface Grid {
  /** Ascending. */
  readonly x: readonly number[]
  readonly y: readonly number[]
  /** values[iy][ix]; a square with a missing corner is no part of the grid. */
  readonly values: readonly (readonly (number | null)[])[]
}
export type Point = readonly [x: number, y: number]

/** The lines at `level`, higher values on their left; a line that closes ends where it began. */
export function contourLines(grid: Grid, level: number): Point[][] {
  return trace(grid, level, false)
}

/**
 * The region where the value is at least `level` as closed rings, to be filled by the nonzero rule: the region is on
 * their left, so that holes turn the other way. With `level` -Infinity: all of the grid.
 */
export function regionRings(grid: Grid, level: number): Point[][] {
  return trace(grid, level, true)
}

/** Corners of a square anticlockwise from its lowest x and y, and the square across the edge that follows each. */
const CORNERS = [
  { corner: [0, 0], across: [0, -1] },
  { corner: [1, 0], across: [1, 0] },
  { corner: [1, 1], across: [0, 1] },
  { corner: [0, 1], across: [-1, 0] },
] as const

function trace({ x, y, values }: Grid, level: number, closed: boolean): Point[][] {
  const columns = x.length
  const points = new Map<number, Point>()
  const next = new Map<number, number[]>()
  const valueAt = (ix: number, iy: number): number | null => values[iy]?.[ix] ?? null
  const isSquare = (ix: number, iy: number): boolean =>
    CORNERS.every(({ corner: [dx, dy] }) => valueAt(ix + dx, iy + dy) !== null)
  const join = (from: number, to: number): void => {
    const ends = next.get(from)
    if (ends === undefined) next.set(from, [to])
    else ends.push(to)
  }
  // A point is known by its node, or by the lower node of the edge it lies on and the edge's direction.
  const node = (ix: number, iy: number): number => {
    const key = 3 * (iy * columns + ix)
    points.set(key, [x[ix], y[iy]])
    return key
  }
  const crossing = (ix: number, iy: number, along: 0 | 1): number => {
    const key = 3 * (iy * columns + ix) + 1 + along
    const low = valueAt(ix, iy)!
    const share = (level - low) / (valueAt(ix + 1 - along, iy + along)! - low)
    points.set(
      key,
      along === 0
        ? [x[ix] + share * (x[ix + 1] - x[ix]), y[iy]]
        : [x[ix], y[iy] + share * (y[iy + 1] - y[iy])],
    )
    return key
  }

  for (let iy = 0; iy + 1 < y.length; iy++) {
    for (let ix = 0; ix + 1 < columns; ix++) {
      if (!isSquare(ix, iy)) continue
      const corner = (at: number) => {
        const [dx, dy] = CORNERS[at % 4].corner
        return { ix: ix + dx, iy: iy + dy, value: valueAt(ix + dx, iy + dy)! }
      }
      const entries: number[] = []
      const exits: number[] = []
      CORNERS.forEach(({ across: [dx, dy] }, at) => {
        const from = corner(at)
        const to = corner(at + 1)
        const [starts, ends] = [from.value >= level, to.value >= level]
        const edge =
          starts === ends
            ? null
            : crossing(Math.min(from.ix, to.ix), Math.min(from.iy, to.iy), at % 2 === 0 ? 0 : 1)
        if (edge !== null) (starts ? exits : entries).push(edge)
        if (!closed || !(starts || ends) || isSquare(ix + dx, iy + dy)) return
        join(starts ? node(from.ix, from.iy) : edge!, ends ? node(to.ix, to.iy) : edge!)
      })
      // Two corners above the level face two below it: the mean says which two are joined.
      const mean = (corner(0).value + corner(1).value + corner(2).value + corner(3).value) / 4
      const startsInside = corner(0).value >= level
      exits.forEach((exit, at) => {
        // Where the first corner is inside, the round begins with an exit: its entry comes last.
        const own = startsInside ? (at + exits.length - 1) % exits.length : at
        const following = startsInside ? at : (at + 1) % exits.length
        join(exit, entries[mean >= level ? following : own])
      })
    }
  }
  return chains(next).map((keys) => keys.map((key) => points.get(key)!))
}

/** Steps joined end to end: first the chains that begin somewhere, then those that close. */
function chains(next: ReadonlyMap<number, number[]>): number[][] {
  const ends = new Set([...next.values()].flat())
  const starts = [...next.keys()]
  const ordered = [...starts.filter((key) => !ends.has(key)), ...starts]
  return ordered.flatMap((start) => {
    const found: number[][] = []
    while ((next.get(start)?.length ?? 0) > 0) {
      const chain = [start]
      for (let to = next.get(start)!.pop(); to !== undefined; to = next.get(to)?.pop()) chain.push(to)
      found.push(chain)
    }
    return found
  })
}
