import type { TrajectoryPoint } from '../../src-shared/domain/landscape.ts'
import { evaluateEach, type EvaluateOptions } from './evaluate.ts'
import { type EpochWeights, type Plane, project, weightsAt } from './plane.ts'

/** The weights of an epoch; 0 is before the first. */
export interface EpochState {
  readonly epoch: number
  readonly weights: EpochWeights
}

/** Where each epoch lies about the plane; its losses are still to come. */
export function trajectoryPoints(plane: Plane, epochs: readonly EpochState[]): TrajectoryPoint[] {
  return epochs.map(({ epoch, weights }) => ({
    epoch,
    ...project(plane, weights),
    trueLoss: null,
    onPlaneLoss: null,
  }))
}

/**
 * Every epoch about the plane, with its true loss beside its on-plane loss (methods.md 8). Two evaluations for each epoch, one
 * after the other: of its weights and of their projection. One that is cancelled comes back as far as it got.
 */
export async function evaluateTrajectory(
  plane: Plane,
  epochs: readonly EpochState[],
  evaluate: (weights: Float64Array) => Promise<number | null>,
  options?: EvaluateOptions,
): Promise<TrajectoryPoint[]> {
  const points = trajectoryPoints(plane, epochs)
  const places = epochs.flatMap(({ weights }, i) => [
    () => Float64Array.from(weights),
    () => weightsAt(plane, points[i].x, points[i].y),
  ])
  const losses = await evaluateEach(places, (place) => evaluate(place()), options)
  return points.map((point, i) => ({ ...point, trueLoss: losses[2 * i], onPlaneLoss: losses[2 * i + 1] }))
}
