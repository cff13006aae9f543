import { describe, expect, it } from 'vitest'
import type { CrossSection, Engine } from '../../../src-main/nn/engine.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { gruLayout } from '../../../src-main/nn/layout.ts'
import { createBatches } from '../../../src-main/train/batches.ts'
import { createCourse } from '../../../src-main/train/course.ts'
import {
  compositionOf,
  METHODS,
  optimizerConfig,
  type OptimizerInput,
  stepCost,
} from '../../../src-shared/domain/optimizer/index.ts'
import { createRandom } from '../../../src-shared/random.ts'

const MODEL = { inputSize: 2, hiddenSize: 3, layers: 1 }
const DATES = 7

function date(seed: number): CrossSection {
  const random = createRandom(seed)
  const inputs = Float64Array.from({ length: 20 * 3 * 2 }, () => random.normal())
  const labels = Float64Array.from({ length: 20 }, (_, s) => inputs[s * 6 + 4] + 0.5 * random.normal())
  return { stocks: 20, steps: 3, features: 2, inputs, labels }
}
const sections = Array.from({ length: DATES }, (_, at) => date(at))
const flat: CrossSection = { ...sections[0], labels: new Float64Array(20).fill(1) }

/** A course, and the dates whose gradients were asked for, in order. */
function courseOf(input: OptimizerInput, dates = sections, maxEpochs = 6) {
  const engine = createReferenceEngine(MODEL)
  const asked: number[] = []
  const watched: Engine = {
    ...engine,
    lossAndGradient: (at, handle, options) => {
      asked.push(batches.handles.indexOf(handle))
      return engine.lossAndGradient(at, handle, options)
    },
  }
  const batches = createBatches(watched, dates, { kind: 'ic' })
  const optimizer = optimizerConfig.parse(input)
  const course = createCourse(
    { optimizer, seed: 4, maxEpochs },
    gruLayout(MODEL),
    initialWeights(MODEL, 4),
    batches,
  )
  return { course, asked, optimizer }
}

const every = METHODS.filter(({ method }) => method !== 'composed').map(({ method }) => method)

describe('a course of training', () => {
  it.each(every)('%s lowers the loss and makes the evaluations it is said to cost', async (method) => {
    const base = { rule: 'adamw', learningRate: 0.02 } as const
    const acting = method === 'saf' || method === 'mesa' ? { startEpoch: 2 } : {}
    const { course, optimizer } = courseOf(
      { name: 'A', method, base, ...acting } as OptimizerInput,
      sections,
      30,
    )
    const first = await course.runEpoch(0)
    let last = first
    for (let epoch = 1; epoch < 30; epoch++) last = await course.runEpoch(epoch)
    const meanLoss = ({ steps }: typeof first) =>
      steps.reduce((sum, { cleanLoss, perturbedLoss }) => sum + (cleanLoss ?? perturbedLoss)!, 0) /
      steps.length
    expect(meanLoss(last)).toBeLessThan(meanLoss(first) - 0.2)
    expect(course.weights.every(Number.isFinite)).toBe(true)
    const { gradients } = stepCost(compositionOf(optimizer))
    // Chance decides RST's steps, and SSAM-F's masks cost gradients of their own.
    if (method !== 'rst' && method !== 'looksam' && method !== 'ssamf')
      for (const { evaluations } of last.steps) expect(evaluations).toBe(gradients)
  })

  it('takes every date once an epoch, in an order that only the seed decides', async () => {
    const orders = await Promise.all(
      (['plain', 'sam', 'gam'] as const).map(async (method) => {
        const { course, asked } = courseOf({ name: 'A', method })
        await course.runEpoch(0)
        await course.runEpoch(1)
        return asked.filter((date, at) => at === 0 || date !== asked[at - 1])
      }),
    )
    expect(orders[0].slice(0, DATES).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(orders[1]).toEqual(orders[0])
    expect(orders[2]).toEqual(orders[0])
  })

  it('takes two dates a step for m-RWP, the last of an odd number for both', async () => {
    const { course, asked } = courseOf({ name: 'A', method: 'mrwp' })
    const { steps } = await course.runEpoch(0)
    expect(steps).toHaveLength(4)
    expect(asked).toHaveLength(8)
    expect(new Set(asked.slice(0, 7)).size).toBe(7)
    expect(asked[7]).toBe(asked[6])
  })

  it('gives each client of FedSMOO a stretch of time of its own', async () => {
    const { course, asked } = courseOf({ name: 'A', method: 'fedsmoo', clients: 3, localEpochs: 2 })
    const { steps } = await course.runEpoch(0)
    expect(steps).toHaveLength(2 * DATES)
    // Two evaluations a step; 7 dates in stretches of 2, 2 and 3.
    expect(asked.slice(0, 8).every((date) => date < 2)).toBe(true)
    expect(asked.slice(8, 16).every((date) => date === 2 || date === 3)).toBe(true)
    expect(asked.slice(16).every((date) => date > 3)).toBe(true)
    expect(new Set(asked.slice(16, 22)).size).toBe(3)
  })

  it('refuses more clients than dates', () => {
    expect(() => courseOf({ name: 'A', method: 'fedsmoo', clients: 8 })).toThrow(
      expect.objectContaining({ code: 'study_invalid', remedy: expect.any(String) }),
    )
  })

  it.each(every)('%s leaves a date without a loss out, as if it were not there', async (method) => {
    const { course } = courseOf({ name: 'A', method } as OptimizerInput, [...sections, flat])
    const { steps, skippedSteps } = await course.runEpoch(0)
    expect(skippedSteps).toBeGreaterThan(0)
    expect(steps.length).toBeGreaterThan(0)
    expect(course.weights.every(Number.isFinite)).toBe(true)
  })

  it('renews a mask in the first step that an epoch takes, when its first date takes none', async () => {
    const find = async (first: 'flat' | 'sound'): Promise<number[]> => {
      const dates = first === 'flat' ? [flat, ...sections] : sections
      const norms: number[] = []
      const { course } = courseOf({ name: 'A', method: 'ssamf', everyEpochs: 50 }, dates)
      for (let epoch = 0; epoch < 2; epoch++)
        for (const { perturbationNorm } of (await course.runEpoch(epoch)).steps) norms.push(perturbationNorm!)
      return norms
    }
    for (const norms of [await find('sound'), await find('flat')]) {
      expect(norms[0]).toBe(0)
      expect(norms.slice(1).every((norm) => norm > 0)).toBe(true)
    }
  })

  it('counts both dates of a step of two that takes none', async () => {
    const { course } = courseOf({ name: 'A', method: 'mrwp' }, [flat, ...sections.slice(0, 5)])
    const { steps, skippedSteps } = await course.runEpoch(0)
    expect(2 * steps.length + skippedSteps).toBe(6)
    expect(skippedSteps).toBe(2)
  })

  it.each(['esam', 'mrwp', 'marwp'] as const)(
    '%s measures no gap between different samples',
    async (method) => {
      const { course } = courseOf({ name: 'A', method })
      for (const { gap, cosine } of (await course.runEpoch(0)).steps)
        expect([gap, cosine]).toEqual([null, null])
    },
  )

  it('ESAM keeps as many stocks as an IC needs, however small the share', async () => {
    const { course } = courseOf({ name: 'A', method: 'esam', gamma: 0.01 })
    const { steps, skippedSteps } = await course.runEpoch(0)
    expect(skippedSteps).toBe(0)
    expect(steps.every(({ perturbedGradientNorm }) => perturbedGradientNorm! > 1e-6)).toBe(true)
  })
})
