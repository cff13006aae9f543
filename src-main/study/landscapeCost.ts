import type { LandscapeSettings } from '../../src-shared/domain/landscapeSettings.ts'
import type { LandscapeTask } from './landscapeTask.ts'

/** Losses on a line: enough to see a barrier. */
export const LINE_PLACES = 21

/** Of a gradient, in losses over all dates. */
export const GRADIENT_COST = 3

/** Of one task, in losses over all dates. */
export function expectedEvaluations({
  settings,
  trajectory,
  lines,
  grid,
}: Pick<LandscapeTask, 'settings' | 'trajectory' | 'lines' | 'grid'>): number {
  const whole = landscapeCost(settings, trajectory.length) + LINE_PLACES * lines.length
  return grid ? whole : whole - settings.resolution ** 2
}

/** Of one run without lines, in losses over all dates; of `points` weights in its trajectory. */
function landscapeCost({ directions, region, resolution, draws }: LandscapeSettings, points: number): number {
  const sharpness = region === null ? 1 + 2 * draws + GRADIENT_COST * (1 + 2 * draws) : 0
  // The largest one of the sharpness is the plane's first.
  const eigenpairs = directions === 'hessian' ? 2 : region === null ? 1 : 0
  return 1 + 2 * points + sharpness + eigenpairs * GRADIENT_COST * 2 * draws + resolution ** 2
}

/**
 * Of all landscapes of groups of runs that could share a plane, `groups` the runs in each, in losses over all dates: on joint
 * axes a group has one grid. `epochs` are those that each run trained.
 */
export function landscapesCost(
  settings: LandscapeSettings,
  epochs: number,
  groups: readonly number[],
): number {
  const grid = settings.resolution ** 2
  const others = landscapeCost(settings, epochs + 1) - (settings.axes === 'joint' ? grid : 0) + LINE_PLACES
  return groups.reduce((sum, runs) => sum + landscapeCost(settings, epochs + 1) + (runs - 1) * others, 0)
}
