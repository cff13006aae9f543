import { baseRule, type OptimizerConfig } from '../../../src-shared/domain/optimizer/index.ts'
import type { Position } from '../../../src-main/optim/batch.ts'
import { createOptimizer } from '../../../src-main/optim/compose.ts'
import type { Draws } from '../../../src-main/optim/draws.ts'
import { createFederatedOptimizer } from '../../../src-main/optim/federated.ts'
import { configurationOf } from './configuration.ts'
import { type FederatedRun, flatten, type Problem, type Run } from './format.ts'
import { createToy } from './toyProblem.ts'

/** Largest differences of one step (or round) from its reference. */
export interface Deviation {
  readonly weights: number
  /** Of the first evaluation's loss, learning rate and rho, as far as the reference has them. */
  readonly telemetry: number
}

/** Replay a run; answers how far each step is from the reference. */
export async function replay(method: string, problem: Problem, run: Run): Promise<Deviation[]> {
  const config = configurationOf(method, run)
  const toy = createToy(problem, (run.hyper['temperature'] as number | undefined) ?? 1)
  let at = -1
  const draws = recordedDraws(problem, run, () => at)
  const optimizer = createOptimizer(config, toy.tensors, { seed: 0, draws })
  const weights = flatten(problem, problem.init)
  const state = optimizer.init(weights)
  const perEpoch = problem.epoch_batches?.[0].length ?? run.steps.length
  const stepsPerEpoch = run.steps.some(({ batch_perturbed: second }) => second !== undefined) ? 1 : perEpoch
  const totalEpochs =
    (run.hyper['T_end'] as number | undefined) ?? Math.ceil(run.steps.length / stepsPerEpoch)
  const deviations: Deviation[] = []
  const scheduled = config.learningRateSchedule.decay.kind !== 'none'
  for (const step of run.steps) {
    at++
    // A rate that moves by a schedule of the run's own is taken from its steps.
    if (!scheduled && step.lr !== undefined) Object.assign(config.base, { learningRate: step.lr })
    const epoch = step.epoch ?? Math.floor(at / stepsPerEpoch)
    const before = at === 0 ? -1 : (run.steps[at - 1].epoch ?? Math.floor((at - 1) / stepsPerEpoch))
    const position: Position = {
      step: at,
      totalSteps: run.steps.length,
      epoch,
      totalEpochs,
      stepsPerEpoch,
      firstOfEpoch: epoch !== before,
    }
    const telemetry = await optimizer.step(weights, state, {
      batch: toy.batch(step.batch),
      second: step.batch_perturbed === undefined ? null : toy.batch(step.batch_perturbed),
      training: toy.training,
      position,
    })
    const firstLoss = step.loss_first_eval ?? step.evals?.[0]?.loss
    const differences = [
      firstLoss === undefined ? 0 : (telemetry.cleanLoss ?? telemetry.perturbedLoss)! - firstLoss,
      step.lr === undefined ? 0 : telemetry.learningRate - step.lr,
      step.rho_t === undefined || telemetry.rho === null ? 0 : telemetry.rho - step.rho_t,
    ]
    deviations.push({
      weights: largest(weights, flatten(problem, step.params_after)),
      telemetry: Math.max(...differences.map(Math.abs)),
    })
  }
  return deviations
}

function recordedDraws(problem: Problem, run: Run, at: () => number): Draws {
  const give = (out: Float64Array, values: ArrayLike<number> | null | undefined): void => {
    if (values?.length !== out.length)
      throw new Error(
        `Step ${at()} draws ${out.length} numbers, and the run has ${values?.length ?? 'none'}.`,
      )
    out.set(values)
  }
  return {
    normals: (_random, out) => give(out, flatten(problem, run.steps[at()].standard_normals!)),
    uniforms(_random, out) {
      // A decision for a perturbed step, with probability 1/2, is a number below it.
      const decision = (run.hyper['decisions'] as number[] | undefined)?.[at()] ?? run.steps[at()]?.sam_step
      if (decision !== undefined && out.length === 1) return give(out, [decision ? 0 : 0.999])
      if (at() < 0) return give(out, flatten(problem, run.init_random_scores!))
      const { random_draws_after_step: numbers, growth_scores: scores } = run.steps[at()]
      give(out, numbers ?? (scores && flatten(problem, scores)))
    },
    choose(_random, _n, out) {
      const order = run.steps[at()].fisher_sample_order!
      out.set(order.slice(0, out.length))
    },
  }
}

/** Replay FedSMOO's rounds; answers how far server, corrections and duals are from the reference. */
export async function replayRounds(problem: Problem, run: FederatedRun): Promise<Deviation[]> {
  const { hyper } = run
  const active = run.steps[0].selected.length
  const config: OptimizerConfig = {
    method: 'fedsmoo',
    name: run.name,
    base: baseRule.parse({
      rule: 'sgd',
      learningRate: hyper['local_learning_rate'],
      momentum: 0,
      weightDecay: hyper['weight_decay'],
    }),
    learningRateSchedule: {
      warmUpEpochs: 0,
      decay: { kind: 'step', everyEpochs: 1, factor: hyper['lr_decay'] },
    },
    clipNorm: null,
    rho: hyper['rho'],
    clients: run.clients.length,
    activeShare: active / run.clients.length,
    localEpochs: hyper['local_epochs'],
    lambda: hyper['lamb'],
    localClipNorm: run.clip_grad_norm,
  }
  const toy = createToy(problem, 1)
  let round = 0
  const unused = (): never => {
    throw new Error('FedSMOO draws clients only.')
  }
  const draws: Draws = {
    normals: unused,
    uniforms: unused,
    choose: (_random, _n, out) => out.set(run.steps[round].selected),
  }
  const optimizer = createFederatedOptimizer(config, toy.tensors, { seed: 0, draws })
  const weights = Float64Array.from(run.init_vector)
  const state = optimizer.init(weights)
  const deviations: Deviation[] = []
  for (const expected of run.steps) {
    const rates: number[] = []
    await optimizer.round(weights, state, async (client, step) => {
      const rows = run.clients[client]
      for (let epoch = 0; epoch < optimizer.localEpochs; epoch++) {
        for (let from = 0; from < rows.length; from += hyper['batchsize']) {
          const telemetry = await step({
            batch: toy.batch(rows.slice(from, from + hyper['batchsize'])),
            second: null,
            training: toy.training,
            position: {
              step: round,
              totalSteps: run.steps.length,
              epoch: round,
              totalEpochs: run.steps.length,
              stepsPerEpoch: 1,
              firstOfEpoch: true,
            },
          })
          rates.push(telemetry.learningRate)
        }
      }
    })
    const clients = state.clients as Record<string, { dual: Float64Array; correction: Float64Array }>
    deviations.push({
      weights: Math.max(
        largest(weights, expected.server_params),
        largest(state.server as Float64Array, expected.s),
        ...run.clients.flatMap((_, client) => [
          largest(clients[client].correction, expected.h[client]),
          largest(clients[client].dual, expected.mu[client]),
        ]),
      ),
      telemetry: Math.max(...rates.map((rate) => Math.abs(rate - expected.lr))),
    })
    round++
  }
  return deviations
}

function largest(actual: Float64Array, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity
  let most = 0
  for (let i = 0; i < actual.length; i++) {
    const difference = Math.abs(actual[i] - expected[i])
    if (!(difference <= most)) most = difference
  }
  return most
}
