import type { StudyEpoch } from '../../src-shared/contract/study.ts'
import type { EpochRecord, RunKey } from '../../src-shared/domain/training.ts'

/** One training run's epochs, ascending and each once. */
export interface Curve {
  readonly key: RunKey
  readonly records: readonly EpochRecord[]
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
    const records = new Map(curves.get(id)?.records.map((record) => [record.epoch, record]))
    for (const { record } of items) records.set(record.epoch, record)
    next.set(id, {
      key: items[0]!.key,
      records: [...records.values()].sort((a, b) => a.epoch - b.epoch),
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
