import type { BaseOptimizer, Evaluate, Evaluation, PlainState, Sharpness } from './parts.ts'
import { dot, norm, sum } from './vector.ts'

/** Everything an optimizer remembers between steps; null parts belong to an optimizer without sharpness. */
export interface OptimizerState {
  readonly base: PlainState
  readonly sharpness: {
    readonly schedule: PlainState
    readonly perturbation: PlainState
    readonly finalGradient: PlainState
  } | null
}

/** What one step measured; null where the step was not perturbed. Norms are global Euclidean norms. */
export interface StepTelemetry {
  readonly cleanLoss: number
  readonly perturbedLoss: number | null
  readonly gradientNorm: number
  readonly perturbedGradientNorm: number | null
  /** Cosine of clean and perturbed gradient; null when one of them is zero. */
  readonly cosine: number | null
  readonly perturbationNorm: number | null
  /** Evaluations of loss and gradient. */
  readonly evaluations: number
}

export interface StepResult {
  readonly weights: Float64Array
  readonly state: OptimizerState
  readonly telemetry: StepTelemetry
}

export interface Optimizer {
  init(weights: Float64Array): OptimizerState
  /** One step on one batch, which `evaluate` stands for. Neither `weights` nor `state` is changed. */
  step(weights: Float64Array, state: OptimizerState, evaluate: Evaluate): Promise<StepResult>
}

/**
 * An optimizer from its parts: clean gradient, perturbation, perturbed gradient, final gradient, base step. The base
 * step sees the unperturbed weights and the final gradient only (optimizers.md 0, rule 2).
 */
export function composeOptimizer(base: BaseOptimizer, sharpness: Sharpness | null): Optimizer {
  return {
    init: ({ length }) => ({
      base: base.init(length),
      sharpness: sharpness && {
        schedule: sharpness.schedule.init(),
        perturbation: sharpness.perturbation.init(length),
        finalGradient: sharpness.finalGradient.init(length),
      },
    }),

    async step(weights, state, evaluate) {
      const clean = await evaluate(weights)
      if (sharpness === null || state.sharpness === null) {
        const next = base.step(weights, clean.gradient, state.base)
        return {
          weights: next.weights,
          state: { base: next.state, sharpness: null },
          telemetry: measure(clean, null, null),
        }
      }

      const scheduled = sharpness.schedule.next(state.sharpness.schedule)
      let perturbation = state.sharpness.perturbation
      let offset: Float64Array | null = null
      let perturbed: Evaluation | null = null
      if (scheduled.perturb) {
        const answer = sharpness.perturbation.perturb(weights, clean.gradient, perturbation)
        perturbation = answer.state
        offset = answer.offset
        perturbed = await evaluate(sum(weights, offset))
      }
      const final = sharpness.finalGradient.combine(clean, perturbed, state.sharpness.finalGradient)
      const next = base.step(weights, final.gradient, state.base)
      return {
        weights: next.weights,
        state: {
          base: next.state,
          sharpness: { schedule: scheduled.state, perturbation, finalGradient: final.state },
        },
        telemetry: measure(clean, perturbed, offset),
      }
    },
  }
}

function measure(
  clean: Evaluation,
  perturbed: Evaluation | null,
  offset: Float64Array | null,
): StepTelemetry {
  const gradientNorm = norm(clean.gradient)
  const perturbedGradientNorm = perturbed && norm(perturbed.gradient)
  const product = perturbed && dot(clean.gradient, perturbed.gradient)
  const norms = gradientNorm * (perturbedGradientNorm ?? 0)
  return {
    cleanLoss: clean.loss,
    perturbedLoss: perturbed && perturbed.loss,
    gradientNorm,
    perturbedGradientNorm,
    cosine: product === null || norms === 0 ? null : product / norms,
    perturbationNorm: offset && norm(offset),
    evaluations: perturbed === null ? 1 : 2,
  }
}
