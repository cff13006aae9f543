import { describe, expect, it } from 'vitest'
import { convergence } from '../../../src-shared/domain/convergence.ts'
import { trainingRun, type RunKey, type TrainingRun } from '../../../src-shared/domain/training.ts'
import { measureConvergence } from '../../../src-main/study/convergence.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'

/** [train IC, valid IC, valid ICIR] of each epoch. */
type Epoch = readonly [number, number, number | null]

function run(
  seed: number,
  bestEpoch: number,
  epochs: readonly Epoch[],
  key: Partial<RunKey> = {},
): TrainingRun {
  return trainingRun.parse({
    key: { window: 0, frequency: 'daily', optimizer: 'SAM', seed, ...key },
    epochs: epochs.map(([trainIc, validIc, validIcir], at) => ({
      epoch: at + 1,
      trainLoss: -trainIc,
      trainIc,
      validIc,
      validIcir,
      sharpnessGap: null,
      gradientNorm: null,
      evaluations: 1,
      skippedSteps: 0,
    })),
    bestEpoch,
    stopReason: 'patience',
    trainDates: 10,
    validDates: 5,
    skippedDates: 0,
  })
}

// Best at epoch 2, then 0.06, 0.03: on epochs 2, 3, 4 the slope is ((-1)0.09 + 0 + (1)0.03) / 2 = -0.03.
const first = run(1, 2, [
  [0.1, 0.05, 0.5],
  [0.2, 0.09, 0.9],
  [0.25, 0.06, null],
  [0.3, 0.03, 0.3],
])
// Best at epoch 1, then 0.06 and 0.05: ((-1)0.07 + 0 + (1)0.05) / 2 = -0.01.
const second = run(4, 1, [
  [0.12, 0.07, 0.7],
  [0.16, 0.06, 0.5],
  [0.2, 0.05, null],
])

describe('measureConvergence', () => {
  const [measured] = measureConvergence([first, second])

  it('takes the mean over the seeds that reached an epoch, and says how many', () => {
    expect(measured.seeds).toEqual([1, 4])
    expect(measured.epochs.map(({ epoch, seeds }) => [epoch, seeds])).toEqual([
      [1, 2],
      [2, 2],
      [3, 2],
      [4, 1],
    ])
    const means = [0.06, 0.075, 0.055, 0.03]
    const train = [0.11, 0.18, 0.225, 0.3]
    measured.epochs.forEach(({ meanValidIc, meanTrainIc }, at) => {
      expect(meanValidIc).toBeCloseTo(means[at], 14)
      expect(meanTrainIc).toBeCloseTo(train[at], 14)
    })
  })

  it('spreads with one degree of freedom less, and has no spread of one seed', () => {
    // Of two values: their difference over the square root of 2.
    expect(measured.epochs[0].validIcSpread).toBeCloseTo(0.02 / Math.SQRT2, 14)
    expect(measured.epochs[1].validIcSpread).toBeCloseTo(0.03 / Math.SQRT2, 14)
    expect(measured.epochs[3].validIcSpread).toBeNull()
  })

  it('leaves out seeds without an ICIR', () => {
    expect(measured.epochs.map(({ meanValidIcir }) => meanValidIcir)).toEqual([
      expect.closeTo(0.6, 14),
      expect.closeTo(0.7, 14),
      null,
      0.3,
    ])
  })

  it('measures each seed at its own best epoch', () => {
    expect(measured.meanBestEpoch).toBe(1.5)
    expect(measured.meanBestValidIc).toBeCloseTo(0.08, 14)
    // 0.2 - 0.09 and 0.12 - 0.07.
    expect(measured.generalisationGap).toBeCloseTo(0.08, 14)
  })

  it('fits the decay from the best epoch on, over the seeds that trained on', () => {
    expect(measured.decaySlope).toBeCloseTo(-0.02, 14)
    const rising = run(2, 2, [
      [0.1, 0.01, null],
      [0.1, 0.02, null],
    ])
    expect(measureConvergence([first, rising])[0].decaySlope).toBeCloseTo(-0.03, 14)
    expect(measureConvergence([rising])[0].decaySlope).toBeNull()
  })

  it('keeps windows, frequencies and optimizers apart, in their order', () => {
    const groups = measureConvergence([
      run(1, 1, [[0.1, 0.05, null]], { window: 1 }),
      run(1, 1, [[0.1, 0.05, null]], { frequency: 'weekly' }),
      run(1, 1, [[0.1, 0.05, null]], { optimizer: 'AdamW' }),
      run(2, 1, [[0.1, 0.05, null]], { window: 1 }),
    ])
    expect(
      groups.map(({ window, frequency, optimizer, seeds }) => [window, frequency, optimizer, seeds]),
    ).toEqual([
      [1, 'daily', 'SAM', [1, 2]],
      [0, 'weekly', 'SAM', [1]],
      [0, 'daily', 'AdamW', [1]],
    ])
    expect(measureConvergence([])).toEqual([])
  })

  it('gives what the result holds', () => {
    const { runs } = buildStudyResult()
    const all = measureConvergence(runs)
    expect(all).toHaveLength(3 * 2 * 2)
    expect(convergence.array().parse(all)).toEqual(all)
  })
})
