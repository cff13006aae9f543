import { PlateauError } from '../../src-shared/errors.ts'
import { dot, norm, scale, addScaled } from '../optim/vector.ts'
import { leadingEigen } from './leadingEigen.ts'

/** Of one epoch, flat, as they are kept. */
export type EpochWeights = Float64Array | Float32Array

/** A plane in the space of weights: origin + x units[0] directions[0] + y units[1] directions[1]. */
export interface Plane {
  readonly origin: Float64Array
  /** Orthogonal unit vectors. */
  readonly directions: readonly [Float64Array, Float64Array]
  /** Distance between weights that a coordinate of 1 stands for, along either direction: 1 unless these are filter-normalised. */
  readonly units: readonly [number, number]
}

/** What a plane holds of a trajectory. */
export interface HeldShares {
  /** Shares of the squared distance from the origin along the two directions; 0 where nothing moved. */
  readonly explained: [number, number]
  /** Shares of the variance once the mean over epochs is taken away; 0 where nothing moved. */
  readonly explainedMeanCentred: [number, number]
}

/** Along the principal directions of a trajectory, the component of largest magnitude of each positive. */
export interface TrajectoryPlane extends Plane, HeldShares {
  /** Of the epochs x epochs Gram matrix of weights less origin, descending; of many epochs the two largest alone. */
  readonly eigenvalues: Float64Array
}

/** Where weights lie about a plane. */
export interface Projection {
  /** In the plane's units. */
  readonly x: number
  readonly y: number
  /** Distance from the plane, in units of weights. */
  readonly offPlane: number
}

/**
 * The plane of one run (methods.md 8): through the weights of epoch `originIndex` of `weights`, along the two leading principal
 * directions of all epochs' weights less these, not mean-centred; by the Gram matrix, for there are far fewer epochs than
 * weights. Where the epochs span less than a plane (one epoch, none that moved, all on a line), each missing direction is the
 * coordinate axis that lies least along those found, the first such axis, made orthogonal to them.
 * @throws PlateauError internal without two weights, for lengths that differ, and for weights that are not finite
 */
export function trajectoryPlane(weights: readonly EpochWeights[], originIndex: number): TrajectoryPlane {
  const origin = Float64Array.from(weights[originIndex])
  const { size, epochs } = checked(weights, origin)
  const gram = gramMatrix(weights, origin)
  const { values, vectors } = leadingEigen(gram, epochs)
  const eigenvalues = values.map((value) => Math.max(0, value))
  /** Smaller ones are the rounding of the largest. */
  const least = epochs * Number.EPSILON * eigenvalues[0]

  const directions: Float64Array[] = []
  for (let k = 0; k < 2 && k < epochs && eigenvalues[k] > least; k++) {
    const direction = new Float64Array(size)
    weights.forEach((at, epoch) => addDifference(direction, vectors[k * epochs + epoch], at, origin))
    directions.push(unit(direction, directions))
  }
  while (directions.length < 2) directions.push(unit(missingAxis(size, directions), directions))
  const about = centred(gram, epochs)

  return {
    origin,
    directions: [directions[0], directions[1]],
    units: [1, 1],
    eigenvalues,
    explained: leadingShares(eigenvalues, trace(gram, epochs)),
    explainedMeanCentred: leadingShares(leadingEigen(about, epochs).values, trace(about, epochs)),
  }
}

/**
 * One plane for several runs: the origin is the best epoch's weights of the first run, the directions are those of the epochs of
 * all runs about it, each epoch counting alike. Every run, the first one too, is projected about that origin.
 */
export function jointPlane(
  runs: readonly { readonly weights: readonly EpochWeights[]; readonly originIndex: number }[],
): TrajectoryPlane {
  return trajectoryPlane(
    runs.flatMap(({ weights }) => weights),
    runs[0].originIndex,
  )
}

/**
 * The shares of one of several runs about their joint plane, whose own are those of all of them together; mean-centred, the two
 * largest of the run's own.
 */
export function sharesOnPlane(plane: Plane, weights: readonly EpochWeights[]): HeldShares {
  const epochs = weights.length
  const gram = gramMatrix(weights, plane.origin)
  const about = centred(gram, epochs)
  const places = weights.map((at) => project(plane, at))
  const along = (axis: 'x' | 'y'): number => places.reduce((sum, place) => sum + place[axis] ** 2, 0)
  return {
    explained: leadingShares(Float64Array.of(along('x'), along('y')), trace(gram, epochs)),
    explainedMeanCentred: leadingShares(leadingEigen(about, epochs).values, trace(about, epochs)),
  }
}

export function project(
  { origin, directions: [first, second], units }: Plane,
  weights: EpochWeights,
): Projection {
  const rest = new Float64Array(origin.length)
  addDifference(rest, 1, weights, origin)
  const x = dot(rest, first)
  const y = dot(rest, second)
  addScaled(rest, rest, -x, first)
  addScaled(rest, rest, -y, second)
  return { x: x / units[0], y: y / units[1], offPlane: norm(rest) }
}

/** The weights at a place of the plane. */
export function weightsAt(
  { origin, directions: [first, second], units }: Plane,
  x: number,
  y: number,
): Float64Array {
  const weights = origin.slice()
  addScaled(weights, weights, x * units[0], first)
  addScaled(weights, weights, y * units[1], second)
  return weights
}

function checked(weights: readonly EpochWeights[], origin: Float64Array): { size: number; epochs: number } {
  const size = origin.length
  if (size < 2) throw new PlateauError('internal', 'A plane needs a model of two weights or more.')
  weights.forEach((at, epoch) => {
    if (at.length !== size)
      throw new PlateauError(
        'internal',
        `The weights at ${epoch} of a trajectory are ${at.length}, not ${size}.`,
      )
    if (!at.every(Number.isFinite))
      throw new PlateauError('internal', `The weights at ${epoch} of a trajectory are not all finite.`)
  })
  return { size, epochs: weights.length }
}

/** Weights worked on at once: the differences of a hundred epochs stay in the processor's cache. */
const BLOCK = 1024

/** epochs x epochs products of the differences from the origin. */
function gramMatrix(weights: readonly EpochWeights[], origin: Float64Array): Float64Array {
  const epochs = weights.length
  const gram = new Float64Array(epochs * epochs)
  for (let from = 0; from < origin.length; from += BLOCK) {
    const part = origin.subarray(from, from + BLOCK)
    const differences = weights.map((at) => {
      const difference = new Float64Array(part.length)
      addDifference(difference, 1, at.subarray(from, from + BLOCK), part)
      return difference
    })
    for (let i = 0; i < epochs; i++) {
      for (let j = 0; j <= i; j++) gram[i * epochs + j] += dot(differences[i], differences[j])
    }
  }
  for (let i = 0; i < epochs; i++) for (let j = 0; j < i; j++) gram[j * epochs + i] = gram[i * epochs + j]
  return gram
}

/** The Gram matrix of the same points about their mean. */
function centred(gram: Float64Array, n: number): Float64Array {
  const means = Float64Array.from({ length: n }, (_, i) => {
    return gram.subarray(i * n, (i + 1) * n).reduce((sum, value) => sum + value, 0) / n
  })
  const mean = means.reduce((sum, value) => sum + value, 0) / n
  return gram.map((value, at) => value - means[Math.floor(at / n)] - means[at % n] + mean)
}

/** The sum of all eigenvalues. */
function trace(matrix: Float64Array, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += matrix[i * n + i]
  return sum
}

function leadingShares(eigenvalues: Float64Array, total: number): [number, number] {
  const share = (k: number): number =>
    total > 0 && k < eigenvalues.length ? Math.max(0, eigenvalues[k]) / total : 0
  return [share(0), share(1)]
}

/** `vector` made orthogonal to `others`, of length 1, its component of largest magnitude positive; in place. */
export function unit(vector: Float64Array, others: readonly Float64Array[]): Float64Array {
  for (const other of others) addScaled(vector, vector, -dot(vector, other), other)
  let largest = 0
  for (let i = 1; i < vector.length; i++) if (Math.abs(vector[i]) > Math.abs(vector[largest])) largest = i
  scale(vector, Math.sign(vector[largest]) / norm(vector), vector)
  return vector
}

function missingAxis(size: number, found: readonly Float64Array[]): Float64Array {
  const along = (i: number): number => found.reduce((sum, direction) => sum + direction[i] ** 2, 0)
  let least = 0
  for (let i = 1; i < size; i++) if (along(i) < along(least)) least = i
  const axis = new Float64Array(size)
  axis[least] = 1
  return axis
}

/** out += factor (a - b) */
function addDifference(out: Float64Array, factor: number, a: EpochWeights, b: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] += factor * (a[i] - b[i])
}
