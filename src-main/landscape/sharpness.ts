import type { Sharpness } from '../../src-shared/domain/landscape.ts'
import { createRandom, fillNormal, seedRandom } from '../../src-shared/random.ts'
import { addScaled, norm } from '../optim/vector.ts'
import {
  createHessianVectorProduct,
  type Estimate,
  estimate,
  hessianTrace,
  STREAM,
  topEigenpair,
  type TopEigenpair,
} from './curvature.ts'
import type { LossSurface, MeanGradient, MeanLoss } from './surface.ts'

export interface SharpnessSettings {
  readonly rho: number
  /** Of the ball and of the trace, and products of the largest eigenvalue; 2 or more. */
  readonly draws: number
  readonly seed: number
  /** Relative, of the surface's gradients; float32's unless given. */
  readonly gradientRounding?: number
  /** Of the Hessian at the weights, where it is known already; it is not looked for again. */
  readonly top?: TopEigenpair | undefined
}

/**
 * The numbers of one minimum beside its picture (methods.md 8): 1 + 2 draws losses and at most 1 + 4 draws gradients. Null where
 * the loss is undefined at the weights. A single number is null where it needs a loss that is undefined, or a mean over more or
 * fewer dates than the one at the weights: such losses are not comparable. As many dates are taken for the same ones.
 */
export async function measureSharpness(
  surface: LossSurface,
  weights: Float64Array,
  { rho, draws, seed, gradientRounding, top: known }: SharpnessSettings,
): Promise<Sharpness | null> {
  const here = await surface.gradient(weights)
  if (here.loss === null) return null
  const product = createHessianVectorProduct(surface, weights, gradientRounding)
  const ball = await ballIncrease(surface, weights, here, { rho, draws, seed })
  const top = known ?? (await topEigenpair(product, surface.size, { products: draws, seed }))
  const trace = await hessianTrace(product, surface.size, { draws, seed })
  return {
    rho,
    loss: here.loss,
    gradientNorm: norm(here.gradient),
    samSharpness: await samSharpness(surface, weights, here, rho),
    ballIncrease: ball?.mean ?? null,
    ballIncreaseError: ball?.error ?? null,
    topEigenvalue: top?.value ?? null,
    topEigenvalueResidual: top?.residual ?? null,
    trace: trace?.mean ?? null,
    traceError: trace?.error ?? null,
  }
}

/** Loss at w + rho g / |g| less loss at w (Foret et al. 2021, equation 2); null where g is zero or a loss undefined. */
export async function samSharpness(
  surface: LossSurface,
  weights: Float64Array,
  here: MeanGradient,
  rho: number,
): Promise<number | null> {
  const length = norm(here.gradient)
  if (length === 0) return null
  const point = new Float64Array(weights.length)
  addScaled(point, weights, rho / length, here.gradient)
  return increase(here, await surface.loss(point))
}

/**
 * Mean increase of the loss over points uniform in the ball of radius rho about the weights. Each of `draws` points, 2 or more, is
 * taken with its mirror image through the centre, itself uniform in the ball, and counts as one value: the slope, which
 * adds nothing to the mean but most of the spread, cancels. Null where a loss is undefined.
 */
export async function ballIncrease(
  surface: LossSurface,
  weights: Float64Array,
  here: MeanLoss,
  { rho, draws, seed }: { readonly rho: number; readonly draws: number; readonly seed: number },
): Promise<Estimate | null> {
  const directions = seedRandom(seed, STREAM.ball)
  const radii = createRandom(seed, STREAM.radius)
  const offset = new Float64Array(weights.length)
  const point = new Float64Array(weights.length)
  const values: number[] = []
  for (let draw = 0; draw < draws; draw++) {
    fillNormal(directions, offset)
    const factor = (rho * radii.uniform() ** (1 / weights.length)) / norm(offset)
    addScaled(point, weights, factor, offset)
    const ahead = increase(here, await surface.loss(point))
    addScaled(point, weights, -factor, offset)
    const behind = increase(here, await surface.loss(point))
    if (ahead === null || behind === null) return null
    values.push((ahead + behind) / 2)
  }
  return estimate(values)
}

function increase(here: MeanLoss, there: MeanLoss): number | null {
  return here.loss === null || there.loss === null || here.dates !== there.dates
    ? null
    : there.loss - here.loss
}
