import type { Interpolation, Landscape } from '../../src-shared/domain/landscape.ts'
import type { LandscapeSettings } from '../../src-shared/domain/landscapeSettings.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { runPool } from '../jobs/pool.ts'
import { runJob } from '../jobs/process.ts'
import { landscapeAxes } from '../landscape/grid.ts'
import { jointPlane, project } from '../landscape/plane.ts'
import type { Allot } from './allotment.ts'
import type { StudyEngine } from './engine.ts'
import { expectedEvaluations } from './landscapeCost.ts'
import type { LandscapeAnswer, LandscapeProgress, LandscapeTask } from './landscapeTask.ts'
import { modelOf } from './runKeys.ts'

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

/** A busy machine may take long to come to what was computed, which would be lost with its process. */
export const ANSWER_WITHIN_MS = 20_000

/**
 * Landscapes of `runs`, each in a worker process, as many at a time as they are allotted. Runs of one window and frequency
 * share a plane when the settings say so: its origin is the best epoch of the first of them. When the signal aborts, what is
 * done by then comes back.
 *
 * Errors: that of the first landscape that fails, which ends the others.
 */
export async function computeLandscapes(
  runs: readonly LandscapeRun[],
  {
    config,
    settings,
    samples,
    engine,
    allot,
    entry,
  }: {
    readonly config: StudyConfig
    readonly settings: LandscapeSettings
    /** File with the labelled samples of the settings' part. */
    readonly samples: (key: RunKey) => string
    readonly engine: StudyEngine
    /** Asked before each start. */
    readonly allot: Allot
    readonly entry: URL
  },
  {
    signal,
    onProgress,
  }: { readonly signal: AbortSignal; readonly onProgress: (progress: LandscapeProgress) => void },
): Promise<Landscapes> {
  const groups = Map.groupBy(runs, ({ key }) => `${key.window} ${key.frequency}`)
  const tasks = [...groups.values()].flatMap((group) => {
    const joint = settings.axes === 'joint' ? jointOf(group, settings) : null
    return group.map((run, at): Omit<LandscapeTask, 'threads'> => ({
      kind: 'landscape',
      key: run.key,
      settings,
      samples: samples(run.key),
      model: modelOf(config, run.key),
      loss: config.training.loss,
      engines: engine.order,
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
  const costs = tasks.map(expectedEvaluations)
  const whole = costs.reduce((sum, cost) => sum + cost, 0)
  const done = new Float64Array(tasks.length)
  const nodes = tasks.map(() => 0)
  let undrawn = tasks.length
  const width = (): number => allot(undrawn).width
  // Not the caller's signal: what a landscape has when it is asked to end is an answer, not a failure of the pool.
  const answers = await runPool(tasks.length, width, new AbortController().signal, async (at, failed) => {
    try {
      const task = { ...tasks[at], threads: allot(undrawn).threads }
      return await runJob<LandscapeTask, LandscapeProgress, LandscapeAnswer>(entry, task, {
        signal: AbortSignal.any([signal, failed]),
        killAfter: ANSWER_WITHIN_MS,
        onProgress: (progress) => {
          done[at] = costs[at] * progress.share
          nodes[at] = progress.nodes
          const share = done.reduce((sum, each) => sum + each, 0) / whole
          onProgress({ share: Math.min(1, share), nodes: nodes.reduce((sum, each) => sum + each, 0) })
        },
      })
    } catch (error) {
      // Before it had anything to answer.
      if (signal.aborted) return null
      throw error
    } finally {
      undrawn--
    }
  })
  const drawn = answers.filter((answer) => answer !== null)
  return {
    landscapes: drawn.map(({ landscape, handovers }) => ({
      ...onSharedGrid(landscape, drawn),
      engines: [engine.name, ...handovers.map(({ by }) => by)],
    })),
    interpolations: drawn.flatMap(({ interpolations }) => interpolations),
    complete: drawn.length === tasks.length && drawn.every(({ complete }) => complete),
  }
}

/** The plane of a group of runs, and a grid over all their trajectories. */
function jointOf(group: readonly LandscapeRun[], settings: LandscapeSettings): LandscapeTask['joint'] {
  const plane = jointPlane(
    group.map(({ trajectory, bestEpoch }) => ({ weights: trajectory, originIndex: bestEpoch })),
  )
  const points = group.flatMap(({ trajectory }) => trajectory.map((weights) => project(plane, weights)))
  return { plane, axes: landscapeAxes(points, settings), originKey: group[0].key }
}

/** On a joint plane the loss is one function for all its runs: the grid is that of the run it was computed with. */
function onSharedGrid(
  own: LandscapeAnswer['landscape'],
  answers: readonly LandscapeAnswer[],
): LandscapeAnswer['landscape'] {
  const { originKey } = own
  const shared = answers.find(({ landscape: { key } }) => JSON.stringify(key) === JSON.stringify(originKey))
  return shared === undefined ? own : { ...own, values: shared.landscape.values }
}
