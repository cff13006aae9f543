import { addScaled } from '../optim/vector.ts'
import { type EpochWeights, type HeldShares, type Plane, project } from './plane.ts'

/**
 * What a plane whose directions are not those of the trajectory holds of it, along either direction: of the squared distance
 * from the origin, sum_t (x_t)^2 / sum_t |w_t - w_0|^2, and of that from the mean of the epochs.
 */
export function sharesAlong(plane: Plane, weights: readonly EpochWeights[]): HeldShares {
  const mean = new Float64Array(plane.origin.length)
  for (const at of weights) addScaled(mean, mean, 1 / weights.length, Float64Array.from(at))
  return {
    explained: sharesAbout(plane, weights),
    explainedMeanCentred: sharesAbout({ ...plane, origin: mean }, weights),
  }
}

function sharesAbout(plane: Plane, weights: readonly EpochWeights[]): [number, number] {
  let [along, across, off] = [0, 0, 0]
  for (const at of weights) {
    const { x, y, offPlane } = project(plane, at)
    along += (x * plane.units[0]) ** 2
    across += (y * plane.units[1]) ** 2
    off += offPlane ** 2
  }
  const total = along + across + off
  return total > 0 ? [along / total, across / total] : [0, 0]
}
