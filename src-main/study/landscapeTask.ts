import type { EngineKind } from '../../src-shared/domain/compute.ts'
import type { Interpolation, Landscape } from '../../src-shared/domain/landscape.ts'
import type { LandscapeSettings } from '../../src-shared/domain/landscapeSettings.ts'
import type { ModelConfig, TrainingLoss } from '../../src-shared/domain/study.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { CATALOGUE, type EngineSource } from '../compute/catalogue.ts'
import type { Handover } from '../compute/failover.ts'
import { withOrderlyStop } from '../jobs/process.ts'
import { assembleGrid, evaluateGrid, type GridAxes } from '../landscape/grid.ts'
import { evaluateLine, linePlaces } from '../landscape/interpolation.ts'
import { createMeanLoss } from '../landscape/meanLoss.ts'
import { type Plane, weightsAt } from '../landscape/plane.ts'
import { measureSharpness } from '../landscape/sharpness.ts'
import type { LossSurface } from '../landscape/surface.ts'
import { evaluateTrajectory } from '../landscape/trajectory.ts'
import { readSamples } from '../market/sampleFile.ts'
import { FIELDS } from '../market/samples.ts'
import { gruLayout } from '../nn/layout.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { openEngine } from './engine.ts'
import { expectedEvaluations, GRADIENT_COST, LINE_PLACES } from './landscapeCost.ts'
import { type DrawnPlane, planeOf } from './landscapePlane.ts'

/** The landscape of one run as it is sent to its process, which it has for itself. */
export interface LandscapeTask {
  readonly kind: 'landscape'
  readonly key: RunKey
  readonly settings: LandscapeSettings
  /** Labelled samples of the settings' part. */
  readonly samples: string
  readonly model: ModelConfig
  readonly loss: TrainingLoss
  readonly engines: readonly EngineKind[]
  readonly threads: number
  /** Weights after epoch 0, 1, 2, ... */
  readonly trajectory: readonly Float32Array[]
  readonly bestEpoch: number
  /** A plane and grid for several runs, and whose best epoch its origin is; null: of its own. */
  readonly joint: { readonly plane: Plane; readonly axes: GridAxes; readonly originKey: RunKey } | null
  /** Whether the grid is computed: on a joint plane once for all its runs. */
  readonly grid: boolean
  /** Runs of the same model that a straight line is drawn to. */
  readonly lines: readonly { readonly to: RunKey; readonly weights: Float32Array }[]
}

/** How far one or several landscapes are. */
export interface LandscapeProgress {
  /** Of the evaluations, 0 to 1. */
  readonly share: number
  /** Nodes of the grids that have been computed. */
  readonly nodes: number
}

export interface LandscapeAnswer {
  readonly landscape: Omit<Landscape, 'engines'>
  readonly interpolations: readonly Interpolation[]
  /** Of engines that were lost while it was drawn. */
  readonly handovers: readonly Handover[]
  /** False when it was cancelled on the way. */
  readonly complete: boolean
  /** Share of the time since the engine opened that it was evaluating. */
  readonly engineShare: number
}

/**
 * One run's landscape: its plane, trajectory and lines, then sharpness, then the grid from coarse to fine. Of a region the
 * sharpness is that of the whole, and not measured. Asked to end, it answers what it has.
 *
 * Errors: those of planeOf; cancelled where it is asked to end before it has a plane.
 */
export async function runLandscapeTask(
  task: LandscapeTask,
  report: (progress: LandscapeProgress) => void,
  catalogue: readonly EngineSource[] = CATALOGUE,
): Promise<LandscapeAnswer> {
  return withOrderlyStop(async (signal) => {
    const { key, settings, model, trajectory, bestEpoch, lines } = task
    const { hiddenSize, layers, dropout } = model
    const gru = { inputSize: FIELDS.length, hiddenSize, layers, dropout }
    const loss = { kind: task.loss } as const
    const handovers: Handover[] = []
    const engine = await openEngine(
      task.engines,
      gru,
      { loss, threads: task.threads },
      (handover) => handovers.push(handover),
      catalogue,
    )
    try {
      const dates = readSamples(task.samples).map(({ crossSection }) => ({
        handle: engine.upload(crossSection),
        section: crossSection,
      }))
      let nodes = 0
      const clock = meter(
        createMeanLoss(engine, trajectory[0].length, dates, loss, signal),
        expectedEvaluations(task),
        (share) => report({ share, nodes }),
      )
      const { surface } = clock
      const evaluate = async (weights: Float64Array): Promise<number | null> =>
        (await surface.loss(weights)).loss

      const { plane, shares, axes, eigenpairs } = await planeOf(task, gruLayout(gru), surface)
      const best = Float64Array.from(trajectory[bestEpoch])
      const here = await surface.loss(best)
      const points = await evaluateTrajectory(
        plane,
        trajectory.map((weights, epoch) => ({ epoch, weights })),
        evaluate,
      )
      const interpolations: Interpolation[] = []
      for (const { to, weights } of lines) {
        const line = await evaluateLine(best, Float64Array.from(weights), linePlaces(LINE_PLACES), evaluate)
        interpolations.push({ from: key, to, part: settings.part, ...line })
      }
      const sharpness =
        settings.region === null
          ? await uncancelled(() => measureSharpness(surface, best, { ...settings, top: eigenpairs?.[0] }))
          : null
      const values = task.grid
        ? await evaluateGrid(axes, ({ x, y }) => {
            // Before its loss, whose end is what is reported.
            nodes++
            return evaluate(weightsAt(plane, x, y))
          })
        : assembleGrid(axes, [])
      return {
        landscape: {
          key,
          settings,
          dates: here.dates,
          skippedDates: here.skipped,
          originKey: task.joint?.originKey ?? key,
          originEpoch: bestEpoch,
          units: [...plane.units],
          eigenvalues: eigenvaluesOf(eigenpairs),
          explained: shares.explained,
          explainedMeanCentred: shares.explainedMeanCentred,
          ...axes,
          values,
          trajectory: points,
          sharpness,
        },
        interpolations,
        handovers,
        complete: !signal.aborted,
        engineShare: clock.share(),
      }
    } finally {
      engine.close()
    }
  })
}

function eigenvaluesOf(pairs: DrawnPlane['eigenpairs']): Landscape['eigenvalues'] {
  if (pairs === null) return null
  const [first, second] = pairs.map(({ value, residual }) => ({ value, residual }))
  return [first, second]
}

/** Null where it is cancelled on the way. */
async function uncancelled<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof PlateauError && error.code === 'cancelled') return null
    throw error
  }
}

/** The surface, with its evaluations counted and timed. */
function meter(
  surface: LossSurface,
  expected: number,
  onShare: (share: number) => void,
): { readonly surface: LossSurface; share(): number } {
  const started = performance.now()
  let busy = 0
  let done = 0
  const timed = async <T>(cost: number, work: () => Promise<T>): Promise<T> => {
    const start = performance.now()
    try {
      return await work()
    } finally {
      busy += performance.now() - start
      done += cost
      onShare(Math.min(1, done / expected))
    }
  }
  return {
    surface: {
      size: surface.size,
      loss: (weights) => timed(1, () => surface.loss(weights)),
      gradient: (weights) => timed(GRADIENT_COST, () => surface.gradient(weights)),
    },
    share: () => busy / (performance.now() - started),
  }
}
