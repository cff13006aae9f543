import type { Landscape } from '../../../src-shared/domain/landscape.ts'
import type { LandscapeSettings, Region } from '../../../src-shared/domain/landscapeSettings.ts'
import type { RunKey } from '../../../src-shared/domain/training.ts'
import { formatSetting } from '../../../src-shared/format.ts'
import { curveId } from '../../stores/curves.ts'

/** Runs whose losses are of the same dates, so that they compare. */
const group = ({ frequency, window }: RunKey): string => `${frequency} ${window}`

export function comparable<Item extends { readonly key: RunKey }>(items: readonly Item[]): Item[][] {
  return [...Map.groupBy(items, ({ key }) => group(key)).values()]
}

/** Grid nodes that were asked for, and those that have a loss. A joint plane has one grid for all its runs. */
export function nodesOf(
  keys: readonly RunKey[],
  { axes, resolution }: Pick<LandscapeSettings, 'axes' | 'resolution'>,
  landscapes: readonly Pick<Landscape, 'key' | 'originKey' | 'values'>[],
): { readonly done: number; readonly all: number } {
  const planes = axes === 'own' ? keys.length : new Set(keys.map(group)).size
  const known = grids(landscapes)
    .flatMap(({ values }) => values.flat())
    .filter((value) => value !== null)
  return { done: known.length, all: planes * resolution ** 2 }
}

/** Each grid once: runs on a joint plane share one. */
export function grids<Item extends Pick<Landscape, 'originKey'>>(landscapes: readonly Item[]): Item[] {
  return [...new Map(landscapes.map((each) => [curveId(each.originKey), each])).values()]
}

/** A part of the plane of one run. */
export interface Part {
  /** The run's, by curveId. */
  readonly id: string
  readonly region: Region
}

/** A place of a plane as it is written: what is beyond four digits is no choice of anybody's. */
const written = (place: number): number => Number(place.toPrecision(4))

/** Half of a grid along either axis, about the origin as far as the grid goes. */
export function middleOf({ x, y }: Pick<Landscape, 'x' | 'y'>): Region {
  const half = (axis: readonly number[]): Region['x'] => {
    const [first, last] = [axis[0]!, axis[axis.length - 1]!]
    const width = (last - first) / 2
    const from = Math.min(Math.max(-width / 2, first), last - width)
    return [written(from), written(from + width)]
  }
  return { x: half(x), y: half(y) }
}

/** The part of a grid with two opposite corners near these places; null where they are one place along an axis. */
export function regionBetween(
  one: readonly [x: number, y: number],
  other: readonly [x: number, y: number],
  { x, y }: Pick<Landscape, 'x' | 'y'>,
): Region | null {
  const span = (axis: readonly number[], at: 0 | 1): Region['x'] => {
    const [first, last] = [axis[0]!, axis[axis.length - 1]!]
    const within = [one[at], other[at]].map((place) => written(Math.min(Math.max(place, first), last)))
    return [Math.min(...within), Math.max(...within)]
  }
  const region = { x: span(x, 0), y: span(y, 1) }
  return region.x[0] < region.x[1] && region.y[0] < region.y[1] ? region : null
}

/** Of the runs that were drawn together those that a part of one's plane is drawn with: on a joint plane all that span it. */
export function spanning(keys: readonly RunKey[], { key, settings }: Landscape): RunKey[] {
  return settings.axes === 'joint' ? keys.filter((each) => group(each) === group(key)) : [key]
}

/** A part of an axis, in the plane's units. */
export function spanText([from, to]: Region['x']): string {
  return [from, to].map((end) => formatSetting(Number(end.toPrecision(6)))).join(' … ')
}

/**
 * Every optimizer and model in the last window with the study's first seed: what a study itself draws. That seed need not be the first
 * candidate's, as queued runs can be put before others; where it has failed another one stands in.
 */
export function usualRuns(candidates: readonly RunKey[], firstSeed: number): RunKey[] {
  const last = Math.max(...candidates.map(({ window }) => window))
  const inLast = candidates.filter(({ window }) => window === last)
  const seed = inLast.some((key) => key.seed === firstSeed) ? firstSeed : inLast[0]?.seed
  return inLast.filter((key) => key.seed === seed)
}
