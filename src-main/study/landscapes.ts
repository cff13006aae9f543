import { availableParallelism } from 'node:os'
import type { Interpolation, Landscape } from '../../src-shared/domain/landscape.ts'
import type { LandscapeSettings } from '../../src-shared/domain/landscapeSettings.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { runPool } from '../jobs/pool.ts'
import { runJob } from '../jobs/process.ts'
import { gridAxes } from '../landscape/grid.ts'
import { jointPlane, project } from '../landscape/plane.ts'
import type { StudyEngine } from './engine.ts'
import type { LandscapeAnswer, LandscapeTask } from './landscapeTask.ts'
import { modelOf } from './training.ts'

/** A trained run whose landscape is drawn. */
export interface LandscapeRun {
  readonly key: RunKey
  readonly bestEpoch: number
  /** Weights after epoch 0, 1, 2, ... */
  readonly trajectory: readonly Float32Array[]
}

export interface Landscapes {
  readonly landscapes: Landscape[]
  /** From the first run of each model and window to the others of it. */
  readonly interpolations: Interpolation[]
  readonly complete: boolean
}

/**
 * Landscapes of `runs`, each in a worker process, as many at a time as are asked for; cores left over become threads. Runs of
 * one window and frequency share a plane when the settings say so: its origin is the best epoch of the first of them. When
 * the signal aborts, what is done by then comes back.
 */
export async function computeLandscapes(
  runs: readonly LandscapeRun[],
  {
    config,
    settings,
    samples,
    engine,
    workers,
    entry,
  }: {
    readonly config: StudyConfig
    readonly settings: LandscapeSettings
    /** File with the labelled samples of the settings' part. */
    readonly samples: (key: RunKey) => string
    readonly engine: StudyEngine
    readonly workers: number | null
    readonly entry: URL
  },
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (share: number) => void },
): Promise<Landscapes> {
  const cores = availableParallelism()
  const width = Math.max(1, Math.min(workers ?? cores, cores, runs.length))
  const threads = Math.max(1, Math.floor(cores / width))
  const shares = new Float64Array(runs.length)
  const groups = Map.groupBy(runs, ({ key }) => `${key.window} ${key.frequency}`)
  const tasks = [...groups.values()].flatMap((group) => {
    const joint = settings.axes === 'joint' ? jointOf(group, settings) : null
    return group.map((run, at): LandscapeTask => ({
      kind: 'landscape',
      key: run.key,
      settings,
      samples: samples(run.key),
      model: modelOf(config, run.key),
      loss: config.training.loss,
      engines: engine.order,
      threads,
      trajectory: run.trajectory,
      bestEpoch: run.bestEpoch,
      joint,
      grid: joint === null || at === 0,
      lines:
        at > 0
          ? []
          : group.slice(1).map((other) => ({ to: other.key, weights: other.trajectory[other.bestEpoch] })),
    }))
  })
  const answers = await runPool(tasks.length, width, new AbortController().signal, async (at) => {
    try {
      return await runJob<LandscapeTask, { readonly share: number }, LandscapeAnswer>(entry, tasks[at], {
        signal,
        onProgress: ({ share }) => {
          shares[at] = share
          onProgress(shares.reduce((sum, each) => sum + each, 0) / tasks.length)
        },
      })
    } catch (error) {
      // Before it had anything to answer.
      if (signal.aborted) return null
      throw error
    }
  })
  const done = answers.filter((answer) => answer !== null)
  return {
    landscapes: done.map(({ landscape }) => onSharedGrid(landscape, done)),
    interpolations: done.flatMap(({ interpolations }) => interpolations),
    complete: done.length === tasks.length && done.every(({ complete }) => complete),
  }
}

/** The plane of a group of runs, and a grid over all their trajectories. */
function jointOf(group: readonly LandscapeRun[], settings: LandscapeSettings): LandscapeTask['joint'] {
  const plane = jointPlane(
    group.map(({ trajectory, bestEpoch }) => ({ weights: trajectory, originIndex: bestEpoch })),
  )
  const points = group.flatMap(({ trajectory }) => trajectory.map((weights) => project(plane, weights)))
  return { plane, axes: gridAxes(points, settings), originKey: group[0].key }
}

/** On a joint plane the loss is one function for all its runs: the grid is that of the run it was computed with. */
function onSharedGrid(own: Landscape, answers: readonly LandscapeAnswer[]): Landscape {
  const { originKey } = own
  const shared = answers.find(({ landscape: { key } }) => JSON.stringify(key) === JSON.stringify(originKey))
  return shared === undefined ? own : { ...own, values: shared.landscape.values }
}
