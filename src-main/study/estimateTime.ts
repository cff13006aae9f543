import type { EngineReport } from '../../src-shared/domain/compute.ts'
import { tilesOf } from '../nn/engines/compiled/sizes.ts'
import type { Allotment } from './allotment.ts'

/**
 * Seconds that runs of so many floating-point operations take together, as many at a time as are given; null where the
 * engine's speed is not known. That of the processor is of all its threads at work (compute/measure.ts): runs that are given
 * fewer, or whose dates are cut into fewer pieces than a run has threads, take as much longer.
 *
 * @param stocks of a date, on average
 */
export function trainingSeconds(
  operations: number,
  { gflops, threads: all }: Pick<EngineReport, 'gflops' | 'threads'>,
  { width, threads }: Pick<Allotment, 'width' | 'threads'>,
  stocks: number,
): number | null {
  if (gflops === null) return null
  const share = all === 0 ? 1 : Math.min(1, (width * threadsAtWork(threads, stocks)) / all)
  return operations / gflops / 1e9 / share
}

/** Of a run's threads, on average: pieces of about one size are worked off in rounds. */
function threadsAtWork(threads: number, stocks: number): number {
  const tiles = tilesOf(Math.max(1, stocks))
  return tiles / Math.ceil(tiles / threads)
}
