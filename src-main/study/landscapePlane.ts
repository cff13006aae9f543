import { failure } from '../../src-shared/failure.ts'
import { trainingErrors } from '../../src-shared/locales/errors/training.ts'
import type { TopEigenpair } from '../landscape/curvature.ts'
import { sharesAlong } from '../landscape/directionShares.ts'
import { type GridAxes, landscapeAxes } from '../landscape/grid.ts'
import { hessianPlane } from '../landscape/hessianPlane.ts'
import { type HeldShares, type Plane, project, sharesOnPlane, trajectoryPlane } from '../landscape/plane.ts'
import { randomPlane } from '../landscape/randomPlane.ts'
import type { LossSurface } from '../landscape/surface.ts'
import type { WeightLayout } from '../nn/layout.ts'
import type { LandscapeTask } from './landscapeTask.ts'

/** What a run's landscape is drawn on. */
export interface DrawnPlane {
  readonly plane: Plane
  readonly shares: HeldShares
  readonly axes: GridAxes
  /** Of the Hessian at the best epoch, larger value first; null of other directions. */
  readonly eigenpairs: readonly [TopEigenpair, TopEigenpair] | null
}

/**
 * The plane of a run along the directions that its settings ask for, with what it holds of the trajectory.
 *
 * Errors: data_insufficient where the Hessian is undefined at the best epoch.
 */
export async function planeOf(
  { settings, trajectory, bestEpoch, joint }: LandscapeTask,
  layout: WeightLayout,
  surface: LossSurface,
): Promise<DrawnPlane> {
  const axesOf = (plane: Plane): GridAxes =>
    landscapeAxes(
      trajectory.map((weights) => project(plane, weights)),
      settings,
    )
  if (joint !== null) return { ...joint, shares: sharesOnPlane(joint.plane, trajectory), eigenpairs: null }
  const { directions, draws, seed } = settings
  if (directions === 'pca') {
    const plane = trajectoryPlane(trajectory, bestEpoch)
    return { plane, shares: plane, axes: axesOf(plane), eigenpairs: null }
  }
  const origin = Float64Array.from(trajectory[bestEpoch])
  const { plane, eigenpairs } =
    directions === 'random'
      ? { plane: randomPlane(origin, layout, seed), eigenpairs: null }
      : ((await hessianPlane(surface, origin, { products: draws, seed })) ?? noHessian())
  return { plane, shares: sharesAlong(plane, trajectory), axes: axesOf(plane), eigenpairs }
}

function noHessian(): never {
  throw failure(trainingErrors.hessianUndefined, {})
}
