import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { adagrad } from '../../src-main/optim/base/adagrad.ts'
import { adam, adamw } from '../../src-main/optim/base/adam.ts'
import { rmsprop } from '../../src-main/optim/base/rmsprop.ts'
import { sgd } from '../../src-main/optim/base/sgd.ts'
import type { Optimizer } from '../../src-main/optim/compose.ts'
import type { BaseOptimizer, Evaluate } from '../../src-main/optim/parts.ts'

/**
 * The problem `mlp_ce` of the optimizer references, logits = fc2(tanh(fc1(x))) with mean softmax cross-entropy, and
 * the replay of their trajectories: weights after every step to 1e-9, the clean loss of every step to 1e-9.
 */
const TOLERANCE = 1e-9

type Tensors = Record<string, number[] | number[][]>

interface Problem {
  input_dim: number
  hidden_dim: number
  output_dim: number
  param_order: string[]
  init: Tensors
  X: number[][]
  Y: number[]
}

export interface ReferenceRun {
  name: string
  hyper: Record<string, number>
  base: { cls: string; kw: Record<string, number> & { betas: [number, number] } }
  steps: { batch: number[]; params_after: Tensors; loss_first_eval: number }[]
}

interface ReferenceFile {
  problems: { mlp_ce: Problem }
  runs: ReferenceRun[]
}

/** The path of a reference file, or null where the folder is absent. */
export function referencePath(name: string): string | null {
  const folder =
    process.env['PLATEAU_REFERENCE'] ?? fileURLToPath(new URL('../../../shared/reference', import.meta.url))
  const path = `${folder}/${name}`
  return existsSync(path) ? path : null
}

/** One test per run of an optimizer reference file; `create` builds the run's optimizer. */
export function describeTrajectories(name: string, create: (run: ReferenceRun) => Optimizer): void {
  const path = referencePath(`optimizers/${name}`)
  if (path === null) {
    it.skip(`trajectories of optimizers/${name} (skipped: no reference folder, see PLATEAU_REFERENCE)`, () =>
      undefined)
    return
  }
  const file = JSON.parse(readFileSync(path, 'utf8')) as ReferenceFile
  const problem = file.problems.mlp_ce
  describe(`trajectories of optimizers/${name}`, () => {
    it.each(file.runs)('$name', async (run) => {
      const optimizer = create(run)
      let weights = flatten(problem, problem.init)
      let state = optimizer.init(weights)
      expect(run.steps.length).toBeGreaterThan(0)
      for (const step of run.steps) {
        const result = await optimizer.step(weights, state, evaluateOn(problem, step.batch))
        weights = result.weights
        state = result.state
        expect(Math.abs(result.telemetry.cleanLoss - step.loss_first_eval)).toBeLessThan(TOLERANCE)
        const expected = flatten(problem, step.params_after)
        expect(weights.length).toBe(expected.length)
        expect(Math.max(...weights.map((w, i) => Math.abs(w - expected[i])))).toBeLessThan(TOLERANCE)
      }
    })
  })
}

/** The base optimizer a run names by its PyTorch class and keywords. */
export function baseOf({ base: { cls, kw } }: ReferenceRun): BaseOptimizer {
  const common = { learningRate: kw.lr, weightDecay: kw.weight_decay }
  const moments = () => ({ ...common, beta1: kw.betas[0], beta2: kw.betas[1], epsilon: kw.eps })
  switch (cls) {
    case 'SGD':
      return sgd({
        ...common,
        momentum: kw.momentum,
        dampening: kw.dampening ?? 0,
        nesterov: Boolean(kw.nesterov),
      })
    case 'Adagrad':
      return adagrad({
        ...common,
        learningRateDecay: kw.lr_decay,
        epsilon: kw.eps,
        initialSum: kw.initial_accumulator_value,
      })
    case 'RMSprop':
      return rmsprop({
        ...common,
        alpha: kw.alpha,
        momentum: kw.momentum,
        epsilon: kw.eps,
        centered: Boolean(kw.centered),
      })
    case 'Adam':
      return adam({ ...moments(), amsgrad: Boolean(kw.amsgrad) })
    case 'AdamW':
      if (kw.amsgrad) throw new Error('no reference run uses AdamW with amsgrad')
      return adamw(moments())
    default:
      throw new Error(`unknown base optimizer ${cls}`)
  }
}

function flatten({ param_order }: Problem, tensors: Tensors): Float64Array {
  return Float64Array.from(param_order.flatMap((name) => tensors[name].flat()))
}

/** Mean cross-entropy and its hand-derived gradient over the samples of one batch. */
function evaluateOn(problem: Problem, batch: readonly number[]): Evaluate {
  const { input_dim: inputs, hidden_dim: hidden, output_dim: outputs } = problem
  const bias1 = hidden * inputs
  const weight2 = bias1 + hidden
  const bias2 = weight2 + outputs * hidden
  return async (weights) => {
    const gradient = new Float64Array(weights.length)
    let loss = 0
    for (const sample of batch) {
      const x = problem.X[sample]
      const h = Array.from({ length: hidden }, (_, j) =>
        Math.tanh(x.reduce((sum, value, k) => sum + weights[j * inputs + k] * value, weights[bias1 + j])),
      )
      const logits = Array.from({ length: outputs }, (_, o) =>
        h.reduce((sum, value, j) => sum + weights[weight2 + o * hidden + j] * value, weights[bias2 + o]),
      )
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0)
      loss += (Math.log(total) - logits[problem.Y[sample]]) / batch.length

      const dHidden = new Float64Array(hidden)
      for (let o = 0; o < outputs; o++) {
        const probability = Math.exp(logits[o]) / total
        const d = (probability - (problem.Y[sample] === o ? 1 : 0)) / batch.length
        gradient[bias2 + o] += d
        for (let j = 0; j < hidden; j++) {
          gradient[weight2 + o * hidden + j] += d * h[j]
          dHidden[j] += d * weights[weight2 + o * hidden + j]
        }
      }
      for (let j = 0; j < hidden; j++) {
        const d = dHidden[j] * (1 - h[j] * h[j])
        gradient[bias1 + j] += d
        for (let k = 0; k < inputs; k++) gradient[j * inputs + k] += d * x[k]
      }
    }
    return { loss, gradient }
  }
}
