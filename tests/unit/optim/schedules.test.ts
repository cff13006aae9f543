import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Position } from '../../../src-main/optim/batch.ts'
import { learningRateAt, rhoAt } from '../../../src-main/optim/schedules.ts'
import type { LearningRateSchedule, RhoSchedule } from '../../../src-shared/domain/optimizer/index.ts'
import { configOf } from './methods.ts'
import { createRegression } from './problems.ts'
import { runOf } from './runs.ts'

/** Six epochs of four steps. */
const STEPS_PER_EPOCH = 4
const TOTAL = 24
const at = (step: number): Position => ({
  step,
  totalSteps: TOTAL,
  epoch: Math.floor(step / STEPS_PER_EPOCH),
  totalEpochs: TOTAL / STEPS_PER_EPOCH,
  stepsPerEpoch: STEPS_PER_EPOCH,
  firstOfEpoch: step % STEPS_PER_EPOCH === 0,
})

const none = { kind: 'none' } as const
const cosine = { kind: 'cosine', floor: 0.1 } as const
const step = { kind: 'step', everyEpochs: 2, factor: 0.5 } as const
const RATE = 0.1
const ROOT = Math.SQRT1_2

type Points = readonly (readonly [step: number, value: number])[]
/** From a rate of 0.1. */
const RATES: readonly { readonly schedule: LearningRateSchedule; readonly points: Points }[] = [
  {
    schedule: { warmUpEpochs: 0, decay: none },
    points: [
      [0, 0.1],
      [23, 0.1],
    ],
  },
  {
    // Eight steps of warm-up: 0.1 / 8 each.
    schedule: { warmUpEpochs: 2, decay: none },
    points: [
      [0, 0.0125],
      [3, 0.05],
      [7, 0.1],
      [8, 0.1],
      [23, 0.1],
    ],
  },
  {
    // Two steps of warm-up.
    schedule: { warmUpEpochs: 0.5, decay: none },
    points: [
      [0, 0.05],
      [1, 0.1],
      [2, 0.1],
    ],
  },
  {
    // The warm-up ends with the training.
    schedule: { warmUpEpochs: 100, decay: cosine },
    points: [
      [0, 0.1 / 24],
      [23, 0.1],
    ],
  },
  {
    // From 0.1 to 0.01 over 24 steps: 0.01 + 0.045 (1 + cos).
    schedule: { warmUpEpochs: 0, decay: cosine },
    points: [
      [0, 0.1],
      [6, 0.055 + 0.045 * ROOT],
      [12, 0.055],
      [18, 0.055 - 0.045 * ROOT],
    ],
  },
  {
    // The same over the 16 steps that are left.
    schedule: { warmUpEpochs: 2, decay: cosine },
    points: [
      [7, 0.1],
      [8, 0.1],
      [12, 0.055 + 0.045 * ROOT],
      [16, 0.055],
      [20, 0.055 - 0.045 * ROOT],
    ],
  },
  {
    schedule: { warmUpEpochs: 0, decay: step },
    points: [
      [0, 0.1],
      [7, 0.1],
      [8, 0.05],
      [15, 0.05],
      [16, 0.025],
      [23, 0.025],
    ],
  },
  {
    // The epoch of the warm-up is one of the two before the first fall.
    schedule: { warmUpEpochs: 1, decay: step },
    points: [
      [0, 0.025],
      [3, 0.1],
      [7, 0.1],
      [8, 0.05],
    ],
  },
]

const rateSchedules: readonly LearningRateSchedule[] = RATES.map(({ schedule }) => schedule)

/** From a rho of 0.1 to 0.02, the rate going from 0.1 to 0.01 in a cosine. */
const RHOS: readonly {
  readonly schedule: RhoSchedule
  readonly rate?: LearningRateSchedule
  readonly points: Points
}[] = [
  {
    schedule: { kind: 'constant' },
    points: [
      [0, 0.1],
      [23, 0.1],
    ],
  },
  {
    schedule: { kind: 'linear', end: 0.02 },
    points: [
      [0, 0.1],
      [6, 0.08],
      [12, 0.06],
      [18, 0.04],
    ],
  },
  {
    schedule: { kind: 'cosine', end: 0.02 },
    points: [
      [0, 0.1],
      [6, 0.06 + 0.04 * ROOT],
      [12, 0.06],
      [18, 0.06 - 0.04 * ROOT],
    ],
  },
  {
    // A rho that grows.
    schedule: { kind: 'linear', end: 0.3 },
    points: [
      [0, 0.1],
      [12, 0.2],
    ],
  },
  {
    // The share of the rate between 0.01 and 0.1 is (1 + cos) / 2.
    schedule: { kind: 'proportional', end: 0.02 },
    points: [
      [0, 0.1],
      [6, 0.06 + 0.04 * ROOT],
      [12, 0.06],
      [18, 0.06 - 0.04 * ROOT],
    ],
  },
  {
    // All warm-up: the rate of the first step, 0.1 / 24, is below the lowest of the decay; that of step 11 is 0.05.
    schedule: { kind: 'proportional', end: 0.02 },
    rate: { warmUpEpochs: 10, decay: cosine },
    points: [
      [0, 0.02],
      [23, 0.1],
      [11, 0.02 + 0.08 * ((0.05 - 0.01) / 0.09)],
    ],
  },
  {
    // Rates 0.1, 0.05 and at last 0.025: shares 1, 1/3 and 0.
    schedule: { kind: 'proportional', end: 0.02 },
    rate: { warmUpEpochs: 0, decay: step },
    points: [
      [0, 0.1],
      [8, 0.02 + 0.08 / 3],
      [16, 0.02],
    ],
  },
  {
    // A rate that never falls before the training ends.
    schedule: { kind: 'proportional', end: 0.02 },
    rate: { warmUpEpochs: 0, decay: { ...step, everyEpochs: 100 } },
    points: [
      [0, 0.1],
      [23, 0.1],
    ],
  },
]

const rhoSchedules: readonly RhoSchedule[] = RHOS.map(({ schedule }) => schedule)
const rhoOf = (schedule: RhoSchedule, rate: LearningRateSchedule, position: Position): number =>
  rhoAt(0.1, schedule, learningRateAt(RATE, rate, position), { highest: RATE, schedule: rate }, position)

describe('learning rate', () => {
  it.each(RATES.map((row) => ({ name: JSON.stringify(row.schedule), ...row })))(
    'of $name is as worked out by hand',
    ({ schedule, points }) => {
      for (const [position, value] of points)
        expect(learningRateAt(RATE, schedule, at(position))).toBeCloseTo(value, 14)
    },
  )

  it('is above 0, at most the rate, and moves by no more than its curve', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 30 }),
        fc.double({ min: 0, max: 40, noNaN: true }),
        fc.constantFrom<LearningRateSchedule['decay']>(none, cosine),
        (stepsPerEpoch, totalEpochs, warmUpEpochs, decay) => {
          const totalSteps = stepsPerEpoch * totalEpochs
          const rates = Array.from({ length: totalSteps }, (_, now) =>
            learningRateAt(
              RATE,
              { warmUpEpochs, decay },
              {
                step: now,
                totalSteps,
                epoch: Math.floor(now / stepsPerEpoch),
                totalEpochs,
                stepsPerEpoch,
                firstOfEpoch: now % stepsPerEpoch === 0,
              },
            ),
          )
          const warmUp = Math.min(totalSteps, Math.round(warmUpEpochs * stepsPerEpoch))
          const steepest = decay.kind === 'cosine' ? (Math.PI / 2) * (RATE - 0.01) : 0
          rates.forEach((rate, now) => {
            expect(rate).toBeGreaterThan(0)
            expect(rate).toBeLessThanOrEqual(RATE * (1 + 1e-15))
            if (now === 0) return
            const most = now < warmUp ? RATE / warmUp : now === warmUp ? 0 : steepest / (totalSteps - warmUp)
            // No jump where the warm-up ends: its last step and the first after it have the whole rate.
            expect(Math.abs(rate - rates[now - 1])).toBeLessThanOrEqual(most + 1e-15)
          })
        },
      ),
    )
  })
})

describe('rho', () => {
  it.each(RHOS.map((row) => ({ name: JSON.stringify([row.schedule, row.rate]), ...row })))(
    'of $name is as worked out by hand',
    ({ schedule, rate = { warmUpEpochs: 0, decay: cosine }, points }) => {
      for (const [position, value] of points)
        expect(rhoOf(schedule, rate, at(position))).toBeCloseTo(value, 14)
    },
  )

  it('stays between its ends', () => {
    for (const schedule of rhoSchedules) {
      const end = schedule.kind === 'constant' ? 0.1 : schedule.end
      for (const rate of rateSchedules) {
        for (let now = 0; now < TOTAL; now++) {
          const value = rhoOf(schedule, rate, at(now))
          expect(value).toBeGreaterThanOrEqual(Math.min(0.1, end) - 1e-15)
          expect(value).toBeLessThanOrEqual(Math.max(0.1, end) + 1e-15)
        }
      }
    }
  })
})

describe('a run', () => {
  const problem = createRegression(2)
  const learningRateSchedule: LearningRateSchedule = { warmUpEpochs: 2, decay: cosine }
  const rhoSchedule: RhoSchedule = { kind: 'proportional', end: 0.02 }

  it('steps by the rate and the radius that it measures', async () => {
    const base = { rule: 'sgd', momentum: 0, learningRate: RATE }
    const { telemetry, weights } = await runOf(
      configOf({ method: 'gsam', parameters: { rho: 0.1, rhoSchedule } }, base, { learningRateSchedule }),
      problem,
      TOTAL,
      { totalSteps: TOTAL },
    )
    expect(weights.every(Number.isFinite)).toBe(true)
    telemetry.forEach((measured, now) => {
      const { position } = problem.input(now, TOTAL, 1)
      const rate = learningRateAt(RATE, learningRateSchedule, position)
      expect(measured.learningRate).toBe(rate)
      const rho = rhoAt(0.1, rhoSchedule, rate, { highest: RATE, schedule: learningRateSchedule }, position)
      expect(measured.rho).toBe(rho)
      expect(measured.perturbationNorm).toBeCloseTo(rho, 10)
    })
    expect(new Set(telemetry.map(({ rho }) => rho)).size).toBeGreaterThan(10)
  })

  it('hands the rate of the step to every base rule', async () => {
    // The first step of a warm-up of four: a quarter of the rate's own.
    const bases = [
      { rule: 'sgd' },
      { rule: 'adagrad' },
      { rule: 'rmsprop', centered: true },
      { rule: 'adam' },
      { rule: 'adamw', weightDecay: 0.3 },
    ]
    for (const base of bases) {
      const moved = async (
        common: Readonly<Record<string, unknown>>,
        learningRate: number,
      ): Promise<Float64Array> =>
        (
          await runOf(
            configOf({ method: 'plain', parameters: {} }, { ...base, learningRate }, common),
            problem,
            1,
          )
        ).weights
      const warming = { learningRateSchedule: { warmUpEpochs: 2 } }
      expect(await moved(warming, 0.04)).toEqual(await moved({}, 0.01))
      expect(await moved(warming, 0.04)).not.toEqual(await moved({}, 0.04))
    }
  })

  it('draws perturbed steps by a probability that moves', async () => {
    // Steps from 0.1 to 0.9 half way: about a tenth of the first thousand, nine tenths of the other.
    const config = configOf({
      method: 'rst',
      parameters: { probability: 0.1, endProbability: 0.9, curve: 'step' },
    })
    const { telemetry } = await runOf(config, problem, 2000, { totalSteps: 2000 })
    const share = (from: number): number =>
      telemetry.slice(from, from + 1000).filter(({ rho }) => rho !== null).length / 1000
    // Five standard deviations of a mean of a thousand.
    expect(Math.abs(share(0) - 0.1)).toBeLessThan(0.05)
    expect(Math.abs(share(1000) - 0.9)).toBeLessThan(0.05)
  })

  it.each([
    // A quarter of the way: 0.25, and (1 - cos 45 degrees) / 2 = 0.146.
    ['linear', 0.2 + 0.6 * 0.25],
    ['cosine', 0.2 + 0.6 * ((1 - ROOT) / 2)],
    ['step', 0.2],
  ] as const)(
    'compares a uniform number with the probability of its %s curve',
    async (curve, probability) => {
      const perturbed = async (number: number): Promise<boolean> => {
        const config = configOf({
          method: 'rst',
          parameters: { probability: 0.2, endProbability: 0.8, curve },
        })
        const draws = {
          normals: () => undefined,
          uniforms: (_random: Uint32Array, out: Float64Array) => void out.fill(number),
          choose: () => undefined,
        }
        const { telemetry } = await runOf(config, problem, 3, { totalSteps: 8, draws })
        return telemetry[2].rho !== null
      }
      expect(await perturbed(probability - 1e-9)).toBe(true)
      expect(await perturbed(probability + 1e-9)).toBe(false)
    },
  )
})
