import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { failure } from '../../src-shared/failure.ts'
import { trainingErrors } from '../../src-shared/locales/errors/training.ts'
import { computeLandscapes, type Landscapes } from './landscapes.ts'
import { sameRun } from './runKeys.ts'
import type { StudyRun } from './training.ts'

/** Runs whose landscape a study draws: the first seed of every optimizer and model, in the last window. */
export function landscapeKeys(config: StudyConfig, keys: readonly RunKey[]): RunKey[] {
  const last = keys[keys.length - 1].window
  return keys.filter(({ window, seed }) => window === last && seed === config.training.seeds[0])
}

/**
 * Landscapes of the drawn runs, all of them: a result has none that is half drawn.
 *
 * Errors: cancelled when the signal aborts; those of computeLandscapes.
 */
export async function drawLandscapes(
  runs: readonly StudyRun[],
  drawn: readonly RunKey[],
  setting: Parameters<typeof computeLandscapes>[1],
  hooks: Parameters<typeof computeLandscapes>[2],
): Promise<Landscapes> {
  const done = await computeLandscapes(
    drawn.map((key) => {
      const { record, trajectory } = runs.find((run) => sameRun(run.key, key))!
      return { key, bestEpoch: record.bestEpoch, trajectory: trajectory! }
    }),
    setting,
    hooks,
  )
  if (!done.complete) throw failure(trainingErrors.landscapesCancelled, {})
  return done
}
