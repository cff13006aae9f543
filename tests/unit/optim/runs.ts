import type { PassOptions, StepInput } from '../../../src-main/optim/batch.ts'
import { createOptimizer, type OptimizerOptions } from '../../../src-main/optim/compose.ts'
import type { Optimizer, PlainState, StepTelemetry } from '../../../src-main/optim/optimizer.ts'
import type { OptimizerConfig } from '../../../src-shared/domain/optimizer/index.ts'
import { inputOf, type Objective, positionAt, type Problem, randomWeights, vectorOf } from './problems.ts'

/** Of every run that is not said to be longer. */
export const TOTAL_STEPS = 100

/** Where a training stands: plain data, all that a checkpoint has to hold. */
export interface Run {
  at: number
  readonly weights: Float64Array
  readonly state: PlainState
}

export const optimizerOf = (
  config: OptimizerConfig,
  { tensors }: Pick<Problem, 'tensors'>,
  options: Partial<OptimizerOptions> = {},
): Optimizer => createOptimizer(config, tensors, { seed: 1, ...options })

export function startRun(
  optimizer: Optimizer,
  { size }: Pick<Problem, 'size'>,
  weights = randomWeights(2, size),
): Run {
  return { at: 0, weights: weights.slice(), state: optimizer.init(weights) }
}

export interface Advance {
  readonly totalSteps?: number
  readonly change?: (input: StepInput) => StepInput
}

/** Take `steps` steps on. A step that rejects leaves the run where it was. */
export async function advance(
  optimizer: Optimizer,
  problem: Problem,
  run: Run,
  steps: number,
  { totalSteps = TOTAL_STEPS, change = (input) => input }: Advance = {},
): Promise<StepTelemetry[]> {
  const telemetry: StepTelemetry[] = []
  for (let i = 0; i < steps; i++) {
    const input = problem.input(run.at, totalSteps, optimizer.batchesPerStep)
    telemetry.push(await optimizer.step(run.weights, run.state, change(input)))
    run.at++
  }
  return telemetry
}

/** The run after `steps` steps from the start. */
export async function runOf(
  config: OptimizerConfig,
  problem: Problem,
  steps: number,
  options: Partial<OptimizerOptions> & Advance & { readonly weights?: Float64Array } = {},
): Promise<Run & { readonly telemetry: readonly StepTelemetry[] }> {
  const optimizer = optimizerOf(config, problem, options)
  const run = startRun(optimizer, problem, options.weights)
  const telemetry = await advance(optimizer, problem, run, steps, options)
  return { ...run, telemetry }
}

/** `steps` steps on an objective of the weights alone. */
export async function descend(
  config: OptimizerConfig,
  start: Float64Array,
  objective: Objective,
  steps: number,
): Promise<Run & { readonly telemetry: readonly StepTelemetry[] }> {
  const optimizer = createOptimizer(config, vectorOf(start.length), { seed: 1 })
  const weights = start.slice()
  const state = optimizer.init(weights)
  const telemetry: StepTelemetry[] = []
  for (let at = 0; at < steps; at++)
    telemetry.push(await optimizer.step(weights, state, inputOf(objective, positionAt(at, steps), objective)))
  return { at: steps, weights, state, telemetry }
}

/** An evaluation that a step asks for. */
export interface Call {
  readonly kind: 'gradient' | 'prediction' | 'sample'
  /** Weights at which it is made. */
  readonly at: Float64Array
  /** Vector to fill. */
  readonly out: Float64Array
  readonly rows: number
  readonly options: PassOptions
}

/** The same input; `seen` is told of every evaluation before it is made, and rejects it by throwing. */
export function watched(
  { batch, second, training, position }: StepInput,
  seen: (call: Call) => void,
): StepInput {
  const watch = (watchedBatch: StepInput['batch']): StepInput['batch'] => ({
    ...watchedBatch,
    async lossAndGradient(at, out, options = {}) {
      seen({ kind: 'gradient', at, out, rows: watchedBatch.rows.length, options })
      return watchedBatch.lossAndGradient(at, out, options)
    },
    async predict(at, out, network) {
      seen({ kind: 'prediction', at, out, rows: watchedBatch.rows.length, options: {} })
      await watchedBatch.predict(at, out, network)
    },
  })
  return {
    batch: watch(batch),
    second: second && watch(second),
    training: {
      ...training,
      async sampleGradient(sample, at, out) {
        seen({ kind: 'sample', at, out, rows: 1, options: {} })
        return training.sampleGradient(sample, at, out)
      },
    },
    position,
  }
}

/** Every vector in a state, by its path. */
export function vectorsOf(
  state: PlainState,
  path = '',
): Map<string, Float64Array | Uint8Array | Uint32Array> {
  const found = new Map<string, Float64Array | Uint8Array | Uint32Array>()
  for (const [name, value] of Object.entries(state)) {
    if (typeof value === 'number') continue
    if (ArrayBuffer.isView(value)) found.set(path + name, value)
    else for (const [inner, vector] of vectorsOf(value, `${path}${name}.`)) found.set(inner, vector)
  }
  return found
}
