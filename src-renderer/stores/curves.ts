import type { StudyEpoch } from '../../src-shared/contract/study.ts'
import type { EpochClock, EpochRecord, RunKey } from '../../src-shared/domain/training.ts'

/** One training run's epochs, ascending and each once. */
export interface Curve {
  readonly key: RunKey
  readonly records: readonly EpochRecord[]
  /** Of each of them; null where it was not kept. */
  readonly clocks: readonly (EpochClock | null)[]
}

/** Curves by `curveId`. */
export type Curves = ReadonlyMap<string, Curve>

export const curveId = (key: RunKey): string =>
  JSON.stringify([key.window, key.frequency, key.optimizer, key.seed])

/**
 * The curves with `epochs` added. An epoch can arrive twice, as an event and in the list of stored epochs, and in
 * any order: the later arrival replaces the earlier one.
 */
export function addEpochs(curves: Curves, epochs: readonly StudyEpoch[]): Curves {
  const added = Map.groupBy(epochs, (epoch) => curveId(epoch.key))
  const next = new Map(curves)
  for (const [id, items] of added) {
    const curve = curves.get(id)
    const known = new Map<number, Pick<StudyEpoch, 'record' | 'clock'>>()
    curve?.records.forEach((record, at) => known.set(record.epoch, { record, clock: curve.clocks[at] }))
    for (const { record, clock } of items) known.set(record.epoch, { record, clock })
    const sorted = [...known.values()].sort((a, b) => a.record.epoch - b.record.epoch)
    next.set(id, {
      key: items[0]!.key,
      records: sorted.map(({ record }) => record),
      clocks: sorted.map(({ clock }) => clock),
    })
  }
  return next
}

/** The epoch whose weights early stopping keeps: the first one with the highest validation IC. */
export function bestEpoch(curve: Curve): EpochRecord | undefined {
  return curve.records.reduce<EpochRecord | undefined>(
    (best, record) => (best === undefined || record.validIc > best.validIc ? record : best),
    undefined,
  )
}

/** What the curves are drawn over: epochs, steps since the start, seconds of training since the start, time of day. */
export const X_AXES = ['epoch', 'step', 'relative', 'wall'] as const
export type XAxis = (typeof X_AXES)[number]

/**
 * Where each epoch of a run ends on an axis: its number; steps taken so far; seconds that the epochs so far took, without
 * what lay between them (pauses, and what an interruption lost); its time in ms since 1970. Null from the first epoch on whose
 * clock was not kept, as the sum is not known there.
 */
export function placesOf(
  { records, clocks }: Pick<Curve, 'records' | 'clocks'>,
  axis: XAxis,
): (number | null)[] {
  let sum: number | null = 0
  return records.map(({ epoch }, at) => {
    if (axis === 'epoch') return epoch
    const clock = clocks[at]
    if (axis === 'wall') return clock === null ? null : Date.parse(clock.endedAt)
    sum = clock === null || sum === null ? null : sum + (axis === 'step' ? clock.steps : clock.seconds)
    return sum
  })
}

/** Epochs whose median an estimate goes by, and fewer than which it is a guess. */
const RECENT_EPOCHS = 5
const LEAST_EPOCHS = 3

/** Seconds an epoch takes of late: the median of the last ones; null before there are three. */
export function recentEpochSeconds({ clocks }: Pick<Curve, 'clocks'>): number | null {
  const recent = clocks.flatMap((clock) => (clock === null ? [] : [clock.seconds])).slice(-RECENT_EPOCHS)
  if (recent.length < LEAST_EPOCHS) return null
  const sorted = recent.sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
