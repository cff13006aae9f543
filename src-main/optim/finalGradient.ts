import type { Federated, FinalGradient } from '../../src-shared/domain/optimizer/parts.ts'
import { createHessianProduct } from './hessianProduct.ts'
import type { PlainState } from './optimizer.ts'
import { dropNoise } from './noise.ts'
import type { Ascend } from './perturbation/scaling.ts'
import { addScaled, combine, dot, norm, scale } from './vector.ts'
import type { Work } from './work.ts'

/** What the base rule is handed, of the gradients at the weights and at the perturbed weights. */
export interface FinalGradientPart {
  init(size: number): PlainState
  /** The final gradient of a perturbed step: one of the step's vectors, or one of its own. */
  combine(work: Work, state: PlainState): Float64Array | Promise<Float64Array>
}

export function createFinalGradient(
  config: FinalGradient,
  federated: Federated | null,
  ascend: Ascend | null,
  size: number,
): FinalGradientPart {
  if (federated !== null) return proximal(federated, size)
  switch (config.kind) {
    case 'perturbed':
      return mixed(config.mix, size)
    case 'surrogateGap':
      return surrogateGap(config, size)
    case 'gradientNorm':
      return gradientNorm(config, ascend!, size)
    case 'gradientNormPenalty':
      return gradientNormPenalty(config, size)
  }
}

/**
 * The gradient at the perturbed weights (Foret et al. 2021, Eq. 3), or mixed with the clean one: RST's gamma (Zhao et al.
 * 2022), m-RWP's lambda (Li et al. 2022).
 */
function mixed(mix: number, size: number): FinalGradientPart {
  const out = new Float64Array(mix === 1 ? 0 : size)
  return {
    init: () => ({}),
    combine({ clean, perturbed }) {
      if (mix === 1) return perturbed
      combine(out, 1 - mix, clean, mix, perturbed)
      return out
    },
  }
}

/**
 * GSAM (Zhuang et al. 2022, Alg. 1). `perturbed`: the perturbed gradient g1 less alpha x the part of the clean g normal to
 * it. `clean` (the authors' JAX code with minimize_fp off): g plus alpha x the part of g1 normal to g.
 */
function surrogateGap(
  { alpha, descend }: Extract<FinalGradient, { kind: 'surrogateGap' }>,
  size: number,
): FinalGradientPart {
  const out = new Float64Array(size)
  return {
    init: () => ({}),
    combine({ clean, cleanNorm, perturbed, perturbedNorm, product, stabiliser }) {
      if (descend === 'perturbed')
        takeNormalPart(out, perturbed, perturbedNorm, alpha, clean, cleanNorm, product, stabiliser)
      else takeNormalPart(out, clean, cleanNorm, -alpha, perturbed, perturbedNorm, product, stabiliser)
      return out
    },
  }
}

/** out = a - factor x (b less its projection on a), norms and product given; `out` may be `b`. */
function takeNormalPart(
  out: Float64Array,
  a: Float64Array,
  lengthA: number,
  factor: number,
  b: Float64Array,
  lengthB: number,
  product: number,
  stabiliser: number,
): void {
  const lengths = lengthA * lengthB
  const cosine = lengths === 0 ? 0 : product / (lengths + stabiliser)
  combine(out, cosine === 0 ? 1 : 1 + (factor * cosine * lengthB) / (lengthA + stabiliser), a, -factor, b)
}

/**
 * Accelerated GAM (Zhang et al. 2023, Alg. 2 and the authors' code; optimizers.md 5). g1 is the gradient a step of the
 * perturbation's radius up the gradient; w2 is `rho` along the change h = g1 - g, g2 the gradient there and g3 a step of the
 * perturbation's radius up from w2. h+ = alpha g1 + (1 - alpha) g3, h- = beta0 g + (1 - beta) g2 with beta0 = beta (`paper`)
 * or 1 (`code`); the answer is h+ less gamma x the part of h- normal to it.
 */
function gradientNorm(
  { rho, alpha, beta, gamma, cleanWeight }: Extract<FinalGradient, { kind: 'gradientNorm' }>,
  ascend: Ascend,
  size: number,
): FinalGradientPart {
  const second = new Float64Array(size)
  const third = new Float64Array(size)
  const step = new Float64Array(size)
  return {
    init: () => ({}),
    async combine(work) {
      const { weights, clean, cleanNorm, perturbed, point } = work
      addScaled(step, perturbed, -1, clean)
      dropNoise(step, cleanNorm)
      ascend(step, weights, step, rho)
      addScaled(point, weights, 1, step)
      await work.evaluate(point, second)
      ascend(step, point, second, work.rho)
      addScaled(point, point, 1, step)
      await work.evaluate(point, third)
      const plus = third
      combine(plus, alpha, perturbed, 1 - alpha, third)
      const minus = second
      combine(minus, cleanWeight === 'paper' ? beta : 1, clean, 1 - beta, second)
      takeNormalPart(minus, plus, norm(plus), gamma, minus, norm(minus), dot(plus, minus), work.stabiliser)
      return minus
    },
  }
}

/** g + alpha rho H(w1) g1 / |g1| at the perturbed weights w1 (Zhang et al. 2023, Alg. 1, Eqs. 7 and 8). */
function gradientNormPenalty(
  { alpha, differenceStep }: Extract<FinalGradient, { kind: 'gradientNormPenalty' }>,
  size: number,
): FinalGradientPart {
  const hessianProduct = createHessianProduct(differenceStep, size)
  const at = new Float64Array(size)
  const out = new Float64Array(size)
  return {
    init: () => ({}),
    async combine(work) {
      addScaled(at, work.weights, 1, work.offset)
      await hessianProduct(work, at, work.perturbed, work.perturbedNorm, out)
      addScaled(out, work.clean, alpha * work.rho, out)
      return out
    },
  }
}

/** As torch.nn.utils.clip_grad_norm_ has it. */
const CLIP_STABILISER = 1e-6

/** Scale `gradient` down to the norm `most`, in place. */
export function clip(gradient: Float64Array, length: number, most: number): void {
  const factor = most / (length + CLIP_STABILISER)
  if (factor < 1) scale(gradient, factor, gradient)
}

/**
 * A FedSMOO client's (Sun et al. 2023; the authors' code): the perturbed gradient plus lambda x (h - anchor), clipped, plus
 * lambda w, so that the proximal term lambda (w - anchor) is clipped in part only. The client's correction h and the round's
 * anchor come from the round (federated.ts).
 */
function proximal({ lambda, clipNorm }: Federated, size: number): FinalGradientPart {
  const out = new Float64Array(size)
  return {
    init: () => ({ correction: new Float64Array(size), anchor: new Float64Array(size) }),
    combine({ weights, perturbed }, state) {
      const correction = state.correction as Float64Array
      const anchor = state.anchor as Float64Array
      for (let i = 0; i < size; i++) out[i] = perturbed[i] + lambda * (correction[i] - anchor[i])
      if (clipNorm !== null) clip(out, norm(out), clipNorm)
      addScaled(out, out, lambda, weights)
      return out
    },
  }
}
