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

/** A part of an axis, in the plane's units. */
export function spanText([from, to]: Region['x']): string {
  return [from, to].map((end) => formatSetting(Number(end.toPrecision(6)))).join(' … ')
}

/** The first seed of every optimizer and model in the last window: what a study itself draws. */
export function usualRuns(candidates: readonly RunKey[]): RunKey[] {
  const last = Math.max(...candidates.map(({ window }) => window))
  const seed = Math.min(...candidates.map((key) => key.seed))
  return candidates.filter((key) => key.window === last && key.seed === seed)
}
