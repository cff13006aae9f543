import { describe, expect, it } from 'vitest'
import type { Batch } from '../../../src-main/optim/batch.ts'
import { type Draws, seededDraws } from '../../../src-main/optim/draws.ts'
import { norm } from '../../../src-main/optim/vector.ts'
import { compositionOf, type Method } from '../../../src-shared/domain/optimizer/index.ts'
import { configOf, type Row } from './methods.ts'
import { createRegression } from './problems.ts'
import { advance, optimizerOf, startRun, watched } from './runs.ts'

/** Each part's own formula, from what a step asks for. The last two of the ten weights are biases. */
const problem = createRegression(6)
const WEIGHTS = 8
const BASE = { rule: 'sgd', learningRate: 0.05, momentum: 0.5 }

interface Asked {
  readonly kind: string
  readonly at: Float64Array
  readonly rowWeights: Float64Array | undefined
  readonly target: Float64Array | undefined
}

interface Step {
  /** Weights before it. */
  readonly before: Float64Array
  /** Gradient there, without a target. */
  readonly clean: Float64Array
  readonly asked: readonly Asked[]
  /** Of its perturbed gradient. */
  readonly offset: Float64Array
  readonly after: Float64Array
  readonly batch: Batch
}

/** Numbers that were drawn, in their order. */
interface Drawn {
  readonly normals: Float64Array[]
  readonly uniforms: Float64Array[]
  readonly chosen: Int32Array[]
}

async function stepsOf(method: Method, parameters: Row['parameters'], count: number, totalSteps = 100) {
  const drawn: Drawn = { normals: [], uniforms: [], chosen: [] }
  const draws: Draws = {
    normals(random, out) {
      seededDraws.normals(random, out)
      drawn.normals.push(out.slice())
    },
    uniforms(random, out) {
      seededDraws.uniforms(random, out)
      drawn.uniforms.push(out.slice())
    },
    choose(random, n, out) {
      seededDraws.choose(random, n, out)
      drawn.chosen.push(out.slice())
    },
  }
  const config = configOf({ method, parameters }, BASE)
  const optimizer = optimizerOf(config, problem, { draws })
  const run = startRun(optimizer, problem)
  const steps: Step[] = []
  for (let i = 0; i < count; i++) {
    const before = run.weights.slice()
    const asked: Asked[] = []
    await advance(optimizer, problem, run, 1, {
      totalSteps,
      change: (input) =>
        watched(input, ({ kind, at, options: { rowWeights, target } }) => {
          asked.push({
            kind,
            at: at.slice(),
            rowWeights: rowWeights?.slice(),
            target: target?.outputs.slice(),
          })
        }),
    })
    const { batch } = problem.input(i, totalSteps, 1)
    const clean = new Float64Array(problem.size)
    await batch.lossAndGradient(before, clean)
    const last = asked.filter(({ kind }) => kind === 'gradient').at(-1)!
    steps.push({
      before,
      clean,
      asked,
      offset: last.at.map((w, at) => w - before[at]),
      after: run.weights.slice(),
      batch,
    })
  }
  return { steps, drawn, rho: compositionOf(config).perturbation?.rho ?? 0 }
}

const expectVector = (actual: ArrayLike<number>, expected: ArrayLike<number>, digits = 12): void => {
  expect(actual.length).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) expect(actual[i]).toBeCloseTo(expected[i], digits)
}
/** rho x the direction, of length 1. */
const ascent = (direction: Float64Array, rho: number): Float64Array =>
  direction.map((d) => (rho * d) / (norm(direction) + 1e-7))
/** 1 at the `count` largest, 0 elsewhere. */
const largest = (scores: ArrayLike<number>, count: number): number[] => {
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[b] - scores[a])
  return Array.from(scores, (_, i) => (order.indexOf(i) < count ? 1 : 0))
}
const outputsAt = async (batch: Batch, weights: Float64Array): Promise<Float64Array> => {
  const outputs = new Float64Array(2 * batch.rows.length)
  await batch.predict(weights, outputs, 'whole')
  return outputs
}

describe('masks', () => {
  it('ESAM leaves out the tensors drawn at the end of the step before, all the others taking their share', async () => {
    const { steps, drawn, rho } = await stepsOf('esam', { beta: 0.5, gamma: 1 }, 12)
    const seen = new Set<string>()
    steps.forEach(({ clean, offset }, at) => {
      const numbers = at === 0 ? [0, 0] : drawn.uniforms[at - 1]
      const kept = clean.map((g, i) => (numbers[i < WEIGHTS ? 0 : 1] > 0.5 ? 0 : g))
      expectVector(offset, ascent(kept, rho / 0.5))
      seen.add(Array.from(numbers, (number) => number > 0.5).join())
    })
    // Both, either and none of the two tensors.
    expect(seen.size).toBe(4)
  })

  it('ESAM leaves out single weights, drawn for the step', async () => {
    const { steps, drawn, rho } = await stepsOf('esam', { beta: 0.7, gamma: 1, perturbed: 'weights' }, 4)
    steps.forEach(({ clean, offset }, at) => {
      const kept = clean.map((g, i) => (drawn.uniforms[at][i] > 0.7 ? 0 : g))
      expect(kept).toContain(0)
      expectVector(offset, ascent(kept, rho / 0.7))
    })
  })

  it.each(['paper', 'code'] as const)(
    'SSAM-F keeps the weights of the largest squared gradients (%s)',
    async (variant) => {
      const { steps, drawn, rho } = await stepsOf('ssamf', { sparsity: 0.4, samples: 5, variant }, 6)
      let kept: number[] = Array(problem.size).fill(0)
      let renewals = 0
      for (const [at, { clean, offset, before, after, batch }] of steps.entries()) {
        expectVector(
          offset,
          ascent(clean, rho).map((e, i) => kept[i] * e),
        )
        if (at % 2 === 1) continue
        // With the first step of an epoch: at its new weights, five rows of the twelve.
        const information = new Float64Array(problem.size)
        const chosen = drawn.chosen[renewals++]
        expect(new Set(chosen).size).toBe(5)
        const handed = new Float64Array(problem.size)
        await batch.lossAndGradient(
          before.map((w, i) => w + offset[i]),
          handed,
        )
        for (const [nth, row] of [...chosen].entries()) {
          const gradient = new Float64Array(problem.size)
          await problem.training.sampleGradient(row, after, gradient)
          gradient.forEach((g, i) => {
            information[i] += (variant === 'code' && nth === 0 ? g + handed[i] : g) ** 2
          })
        }
        kept = largest(information, 6)
      }
      expect(renewals).toBe(3)
    },
  )

  it.each([
    ['random', 0.4, 0.8, 4],
    ['gradient', 0.4, 0.8, 4],
    ['weight', 0.4, 0.8, 4],
    // Too few are dead to grow as many as are dropped: the mask shrinks, and keeps no dead one.
    ['gradient', 0.1, 0.9, 4],
  ] as const)(
    'SSAM-D drops the flattest weights and grows by %s, of %d dead a share of %d',
    async (growth, sparsity, dropRate, epochs) => {
      const { steps, drawn, rho } = await stepsOf('ssamd', { sparsity, dropRate, growth }, 8, 2 * epochs)
      const [live, most] = [10 * (1 - sparsity), 10 * sparsity]
      let kept = largest(drawn.uniforms[0], 10 - Math.ceil(most))
      let growths = 0
      for (const [at, { clean, offset, before }] of steps.entries()) {
        expectVector(
          offset,
          ascent(clean, rho).map((e, i) => kept[i] * e),
        )
        if (at % 2 === 1) continue
        const rate = (dropRate * (1 + Math.cos((Math.PI * (at / 2)) / epochs))) / 2
        const alive = kept
        const dead = alive.map((is) => 1 - is)
        const stay = largest(
          clean.map((g, i) => (alive[i] === 1 ? Math.abs(g) : -1)),
          Math.min(Math.floor(live * (1 - rate)), alive.filter((is) => is === 1).length),
        )
        const by = growth === 'random' ? drawn.uniforms[++growths] : growth === 'gradient' ? clean : before
        const grown = largest(
          by.map((score, i) => (dead[i] === 1 ? Math.abs(score) : -1)),
          Math.floor(Math.min(live * rate, most)),
        )
        kept = stay.map((is, i) => is | grown[i])
        if (at === 0) expect(kept).not.toEqual(alive)
      }
    },
  )
})

describe('noise', () => {
  const rowNorms = (weights: Float64Array): number[] =>
    Array.from(weights, (_, i) =>
      i < 4 ? norm(weights, 0, 4) : i < WEIGHTS ? norm(weights, 4, WEIGHTS) : norm(weights, WEIGHTS, 10),
    )

  it('has the scale of its row of weights', async () => {
    const { steps, drawn, rho } = await stepsOf('rwp', { rho: 0.2 }, 4)
    steps.forEach(({ before, offset }, at) => {
      const lengths = rowNorms(before)
      expectVector(
        offset,
        drawn.normals[at].map((z, i) => rho * lengths[i] * z),
      )
    })
  })

  it('shrinks where squared noisy gradients have summed up: over a row, and for biases one by one', async () => {
    const [eta, beta] = [0.7, 0.9]
    const { steps, drawn } = await stepsOf(
      'arwp',
      { rho: 0.2, rhoSchedule: { kind: 'constant' }, eta, beta },
      5,
    )
    let squares = new Float64Array(problem.size)
    for (const [at, { before, offset, batch }] of steps.entries()) {
      const lengths = rowNorms(before)
      const sum = (from: number, to: number): number => squares.subarray(from, to).reduce((s, f) => s + f, 0)
      expectVector(
        offset,
        drawn.normals[at].map((z, i) => {
          const f = i < 4 ? sum(0, 4) : i < WEIGHTS ? sum(4, WEIGHTS) : squares[i]
          return (0.2 * lengths[i] * z) / Math.sqrt(1 + eta * f)
        }),
      )
      const noisy = new Float64Array(problem.size)
      await batch.lossAndGradient(
        before.map((w, i) => w + offset[i]),
        noisy,
      )
      squares = squares.map((f, i) => beta * f + noisy[i] ** 2)
    }
  })
})

describe('samples', () => {
  it.each([
    // Of six rows.
    ['paper', 0.5, 3],
    ['code', 0.5, 2],
    ['paper', 0.7, 4],
    ['code', 0.7, 3],
    ['paper', 0.01, 1],
    ['code', 0.2, 1],
  ] as const)('are those whose loss rises most: %s, a share of %f', async (variant, gamma, count) => {
    const { steps } = await stepsOf('esam', { beta: 1, gamma, variant, rho: 0.5 }, 4)
    for (const { batch, before, offset, asked } of steps) {
      const losses = async (weights: Float64Array): Promise<Float64Array> => {
        const out = new Float64Array(batch.rows.length)
        batch.rowLosses(await outputsAt(batch, weights), out)
        return out
      }
      const after = await losses(before.map((w, i) => w + offset[i]))
      const rises = (await losses(before)).map((loss, row) => after[row] - loss)
      expect([...asked.at(-1)!.rowWeights!]).toEqual(largest(rises, count))
      expect(asked[0].rowWeights).toBeUndefined()
    }
  })
})

describe('targets', () => {
  it('of SAF are the outputs that the same rows had in the pass some epochs ago', async () => {
    const { steps } = await stepsOf('saf', { startEpoch: 2, epochsBack: 3 }, 16)
    for (const [at, { asked, batch }] of steps.entries()) {
      const epoch = Math.floor(at / 2)
      expect(asked.length).toBe(1)
      if (epoch <= 2) expect(asked[0].target).toBeUndefined()
      else expectVector(asked[0].target!, await outputsAt(batch, steps[at - 6].before))
    }
  })

  it('of MESA are the outputs of the running mean of the weights', async () => {
    const { steps } = await stepsOf('mesa', { startEpoch: 1, decay: 0.8 }, 10)
    let average = steps[0].before
    for (const [at, { asked, batch, after }] of steps.entries()) {
      const gradient = asked.find(({ kind }) => kind === 'gradient')!
      if (at < 4) expect(gradient.target).toBeUndefined()
      else expectVector(gradient.target!, await outputsAt(batch, average))
      average = average.map((mean, i) => 0.8 * mean + 0.2 * after[i])
    }
  })
})

describe('steps between those of LookSAM', () => {
  const ranges = {
    global: [[0, 10]],
    tensor: [
      [0, 8],
      [8, 10],
    ],
  } as const

  it.each([
    ['global', 'gradient'],
    ['global', 'weights'],
    ['tensor', 'gradient'],
    ['tensor', 'weights'],
  ] as const)('add the part kept, by %s norms, first normal to the %s', async (norms, firstProjection) => {
    const parts = {
      perturbation: { rho: 0.3 },
      schedule: { steps: { kind: 'look', every: 2, alpha: 0.6, norms, firstProjection } },
    }
    const { steps } = await stepsOf('composed', { parts }, 6)
    let kept = new Float64Array(problem.size)
    let buffer = new Float64Array(problem.size)
    for (const [at, { before, clean, offset, after, batch }] of steps.entries()) {
      const final = new Float64Array(problem.size)
      if (at % 2 === 0) {
        await batch.lossAndGradient(
          before.map((w, i) => w + offset[i]),
          final,
        )
        const along = at === 0 && firstProjection === 'weights' ? before : clean
        kept = final.slice()
        for (const [from, to] of ranges[norms]) {
          let product = 0
          for (let i = from; i < to; i++) product += final[i] * along[i]
          for (let i = from; i < to; i++) kept[i] -= (product / norm(along, from, to) ** 2) * along[i]
        }
      } else {
        for (const [from, to] of ranges[norms]) {
          const length = norm(kept, from, to) + (norms === 'tensor' ? 1e-8 : 0)
          for (let i = from; i < to; i++)
            final[i] = clean[i] + (0.6 * norm(clean, from, to) * kept[i]) / length
        }
      }
      buffer = final.map((g, i) => (at === 0 ? g : 0.5 * buffer[i] + g))
      expectVector(
        after,
        before.map((w, i) => w - 0.05 * buffer[i]),
        10,
      )
    }
  })
})

describe('accelerated GAM, adaptive', () => {
  it('takes its third step from the second point, scaled by the weights there', async () => {
    const { steps } = await stepsOf('gam', { adaptive: true, rho: 0.2, rhoNorm: 0.4 }, 2)
    for (const { asked, before, batch } of steps) {
      const [, first, second, third] = asked
      const gradientAt = async (at: Float64Array): Promise<Float64Array> => {
        const out = new Float64Array(problem.size)
        await batch.lossAndGradient(at, out)
        return out
      }
      /** rho T^2 d / |T d| with T = |w|. */
      const scaled = (rho: number, at: Float64Array, d: Float64Array): Float64Array => {
        const length = norm(d.map((value, i) => Math.abs(at[i]) * value))
        return at.map((w, i) => w + (rho * w * w * d[i]) / length)
      }
      const g = await gradientAt(before)
      expectVector(first.at, scaled(0.2, before, g), 10)
      const g1 = await gradientAt(first.at)
      const h = g1.map((value, i) => value - g[i])
      expectVector(second.at, scaled(0.4, before, h), 9)
      expectVector(third.at, scaled(0.2, second.at, await gradientAt(second.at)), 9)
    }
  })
})
