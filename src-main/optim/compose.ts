import type { OptimizerConfig } from '../../src-shared/domain/optimizer/index.ts'
import { compositionOf } from '../../src-shared/domain/optimizer/index.ts'
import { comparesPasses, takesCleanPass } from '../../src-shared/domain/optimizer/parts.ts'
import { baseOptimizer } from './base/rules.ts'
import type { Tensor } from './batch.ts'
import { type Draws, initialRandom, seededDraws } from './draws.ts'
import { clip, createFinalGradient } from './finalGradient.ts'
import type { Optimizer, PlainState, StepTelemetry } from './optimizer.ts'
import { createPerturbation } from './perturbation/perturbation.ts'
import { createSamples } from './samples.ts'
import { learningRateAt, rhoAt } from './schedules.ts'
import { createSteps } from './steps.ts'
import { createTarget } from './target.ts'
import { displace, dot, norm } from './vector.ts'
import { createWork, growing, type Work } from './work.ts'

export interface OptimizerOptions {
  /** Seed of the run: the method's own draws have a stream of it. */
  readonly seed: number
  readonly draws?: Draws
}

/**
 * The optimizer of a configuration, for weights laid out as `tensors`: its base rule, and around it the parts its method
 * stands for. A step is: clean gradient, perturbation, perturbed gradient, final gradient, clipping, base rule. The base rule
 * sees the unperturbed weights and the final gradient only (optimizers.md 0, rule 2). One optimizer takes one step at a
 * time; its work space holds nothing between steps.
 */
export function createOptimizer(
  config: OptimizerConfig,
  tensors: readonly Tensor[],
  { seed, draws = seededDraws }: OptimizerOptions,
): Optimizer {
  const composition = compositionOf(config)
  const { perturbation, schedule } = composition
  const last = tensors[tensors.length - 1]
  const size = last.offset + last.shape.reduce((product, length) => product * length, 1)

  const base = baseOptimizer(config.base)
  const moved = perturbation && createPerturbation(perturbation, tensors, size)
  const finalGradient = createFinalGradient(
    composition.finalGradient,
    composition.federated,
    moved?.ascend ?? null,
    size,
  )
  const steps = createSteps(schedule.steps, tensors, size)
  const samples = createSamples(schedule.samples)
  const target = createTarget(composition.target)
  const cleanPass = takesCleanPass(composition)
  const comparable = comparesPasses(composition)
  const needsOutputs = target.needsCleanOutputs || samples.needsCleanOutputs
  const cleanOutputsOf = growing()

  const work = createWork(size, moved !== null, perturbation?.stabiliser ?? 0, draws)

  return {
    batchesPerStep: schedule.samples.kind === 'next' ? 2 : 1,

    init(weights) {
      const random = initialRandom(seed)
      return {
        perturbation: moved === null ? {} : moved.init(size, draws, random),
        finalGradient: finalGradient.init(size),
        steps: steps.init(size),
        target: target.init(weights),
        base: base.init(size),
        random,
      }
    },

    async step(weights, state, input) {
      const { position } = input
      const learningRate = learningRateAt(config.base.learningRate, config.learningRateSchedule, position)
      const rho =
        perturbation === null
          ? 0
          : rhoAt(
              perturbation.rho,
              perturbation.rhoSchedule,
              learningRate,
              { highest: config.base.learningRate, schedule: config.learningRateSchedule },
              position,
            )
      work.begin(weights, input, learningRate, rho, state.random as Uint32Array)
      const perturbs = moved !== null && steps.perturbs(work, state.steps as PlainState)
      work.target = await target.prepare(work, state.target as PlainState)

      let cleanLoss: number | null = null
      if (cleanPass || !perturbs) {
        const { rows, outputs } = input.batch
        if (needsOutputs) work.cleanOutputs = cleanOutputsOf(rows.length * outputs)
        cleanLoss = await work.evaluate(
          weights,
          work.clean,
          needsOutputs ? { outputs: work.cleanOutputs } : undefined,
        )
        work.cleanNorm = norm(work.clean)
      }
      let perturbedLoss: number | null = null
      let final: Float64Array
      if (perturbs) {
        const written = moved.write(work, state.perturbation as PlainState, work.offset)
        if (written !== undefined) await written
        work.offsetNorm = displace(work.point, weights, work.offset)
        perturbedLoss = await samples.evaluate(work)
        work.perturbedNorm = norm(work.perturbed)
        work.product = cleanLoss === null ? 0 : dot(work.clean, work.perturbed)
        const combined = finalGradient.combine(work, state.finalGradient as PlainState)
        final = combined instanceof Float64Array ? combined : await combined
      } else {
        final = steps.unperturbed(work, state.steps as PlainState)
      }

      // Every evaluation that decides the step has been answered: from here on state and weights change. A mask's renewal
      // takes gradients at the new weights; when one rejects the old ones come back.
      const measured = measure(work, cleanLoss, perturbedLoss, final, comparable)
      const renewal = moved?.renewal?.due(work) === true ? moved.renewal : null
      const before = renewal && structuredClone({ weights, state })
      moved?.commit(work, state.perturbation as PlainState, perturbs)
      steps.commit(work, state.steps as PlainState, perturbs, final)
      target.commit(work, state.target as PlainState)
      if (config.clipNorm !== null) clip(final, measured.finalGradientNorm, config.clipNorm)
      base.step(weights, final, state.base as PlainState, learningRate)
      target.afterStep(work, state.target as PlainState)
      try {
        await renewal?.run(work, state.perturbation as PlainState, final)
      } catch (error) {
        weights.set(before!.weights)
        Object.assign(state, before!.state)
        throw error
      }
      ;(state.random as Uint32Array).set(work.random)
      return { ...measured, evaluations: work.evaluations, predictions: work.predictions }
    },
  }
}

function measure(
  { clean, cleanNorm, perturbed, perturbedNorm, product, offsetNorm, learningRate, rho }: Work,
  cleanLoss: number | null,
  perturbedLoss: number | null,
  final: Float64Array,
  comparable: boolean,
): Omit<StepTelemetry, 'evaluations' | 'predictions'> {
  const gradientNorm = cleanLoss === null ? null : cleanNorm
  const perturbedGradientNorm = perturbedLoss === null ? null : perturbedNorm
  const norms = (gradientNorm ?? 0) * (perturbedGradientNorm ?? 0)
  return {
    cleanLoss,
    perturbedLoss,
    gradientNorm,
    perturbedGradientNorm,
    finalGradientNorm: final === perturbed ? perturbedNorm : final === clean ? cleanNorm : norm(final),
    gap: cleanLoss === null || perturbedLoss === null || !comparable ? null : perturbedLoss - cleanLoss,
    cosine: norms === 0 || !comparable ? null : product / norms,
    perturbationNorm: perturbedLoss === null ? null : offsetNorm,
    learningRate,
    rho: perturbedLoss === null ? null : rho,
  }
}
