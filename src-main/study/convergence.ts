import type { Convergence } from '../../src-shared/domain/convergence.ts'
import type { EpochRecord, TrainingRun } from '../../src-shared/domain/training.ts'
import { mean, standardDeviation } from '../../src-shared/statistics.ts'

/**
 * How runs converge, one entry per window, frequency and optimizer in order of first appearance. Over the seeds s of an
 * entry, with v(s, e) the validation IC of seed s at the end of epoch e and b(s) its best epoch:
 *
 * - of epoch e, over the seeds that reached it: mean v, standard deviation of v (ddof 1, null under two seeds), mean
 *   training IC, mean ICIR of the seeds that have one (null when none has). Seeds stop at different epochs, so later
 *   epochs are of fewer seeds: `seeds` says of how many;
 * - meanBestEpoch: mean of b(s); meanBestValidIc: mean of v(s, b(s));
 * - generalisationGap: mean of training IC less v at b(s);
 * - decaySlope: mean, over the seeds that trained on past b(s), of the least-squares slope of v(s, e) on e, both
 *   ends of b(s) to the last epoch included, IC per epoch; null when no seed trained on.
 *
 * The slope starts at a maximum: noise alone makes it negative.
 */
export function measureConvergence(runs: readonly TrainingRun[]): Convergence[] {
  const groups = Map.groupBy(runs, ({ key }) => JSON.stringify([key.window, key.frequency, key.optimizer]))
  return [...groups.values()].map((seeds) => {
    const { window, frequency, optimizer } = seeds[0].key
    const best = seeds.map(bestRecord)
    const slopes = seeds.flatMap((run) => decay(run) ?? [])
    const last = Math.max(...seeds.map(({ epochs }) => epochs.length))
    return {
      window,
      frequency,
      optimizer,
      seeds: seeds.map(({ key }) => key.seed),
      epochs: Array.from({ length: last }, (_, at) =>
        meanEpoch(
          at + 1,
          seeds.flatMap(({ epochs }) => epochs[at] ?? []),
        ),
      ),
      meanBestEpoch: mean(seeds.map(({ bestEpoch }) => bestEpoch)),
      meanBestValidIc: mean(best.map(({ validIc }) => validIc)),
      decaySlope: slopes.length === 0 ? null : mean(slopes),
      generalisationGap: mean(best.map(({ trainIc, validIc }) => trainIc - validIc)),
    }
  })
}

const bestRecord = ({ epochs, bestEpoch }: TrainingRun): EpochRecord => epochs[bestEpoch - 1]

function meanEpoch(epoch: number, records: readonly EpochRecord[]): Convergence['epochs'][number] {
  const validIc = records.map((record) => record.validIc)
  const ratios = records.flatMap(({ validIcir }) => validIcir ?? [])
  return {
    epoch,
    seeds: records.length,
    meanValidIc: mean(validIc),
    validIcSpread: standardDeviation(validIc),
    meanTrainIc: mean(records.map(({ trainIc }) => trainIc)),
    meanValidIcir: ratios.length === 0 ? null : mean(ratios),
  }
}

/** Least-squares slope of the validation IC from the best epoch on; null when that is the last one. */
function decay({ epochs, bestEpoch }: TrainingRun): number | null {
  const after = epochs.slice(bestEpoch - 1)
  if (after.length < 2) return null
  const centre = mean(after.map(({ epoch }) => epoch))
  const products = after.reduce((sum, { epoch, validIc }) => sum + (epoch - centre) * validIc, 0)
  const squares = after.reduce((sum, { epoch }) => sum + (epoch - centre) ** 2, 0)
  return products / squares
}
