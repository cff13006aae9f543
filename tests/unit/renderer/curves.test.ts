import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { studyEvent, type StudyEpoch } from '../../../src-shared/contract/study.ts'
import {
  addEpochs,
  bestEpoch,
  curveId,
  type Curves,
  placesOf,
  recentEpochSeconds,
} from '../../../src-renderer/stores/curves.ts'
import type { EpochClock } from '../../../src-shared/domain/training.ts'

/** An epoch as the host sends it, parsed by the contract. */
function epoch(optimizer: string, seed: number, at: number, validIc: number): StudyEpoch {
  const event = studyEvent.parse({
    type: 'epoch',
    epoch: {
      studyId: 'study',
      key: { window: 0, frequency: 'daily', optimizer, seed },
      record: {
        epoch: at,
        trainLoss: -0.01 * at,
        trainIc: 0.01 * at,
        validIc,
        validIcir: null,
        sharpnessGap: null,
        gradientNorm: 1,
        evaluations: 10,
        skippedSteps: 0,
      },
      clock: null,
    },
  })
  if (event.type !== 'epoch') throw new Error('not an epoch')
  return event.epoch
}

const NONE: Curves = new Map()
const key = { window: 0, frequency: 'daily', optimizer: 'SAM', seed: 1 } as const

describe('addEpochs', () => {
  it('keeps runs apart and epochs ascending', () => {
    const curves = addEpochs(NONE, [
      epoch('SAM', 1, 2, 0.02),
      epoch('AdamW', 1, 1, 0.05),
      epoch('SAM', 2, 1, 0.03),
      epoch('SAM', 1, 1, 0.01),
    ])
    expect([...curves.values()].map((curve) => [curve.key.optimizer, curve.key.seed])).toEqual([
      ['SAM', 1],
      ['AdamW', 1],
      ['SAM', 2],
    ])
    expect(curves.get(curveId(key))?.records.map((record) => record.validIc)).toEqual([0.01, 0.02])
  })

  it('leaves the curves it was given as they were', () => {
    const before = addEpochs(NONE, [epoch('SAM', 1, 1, 0.01)])
    addEpochs(before, [epoch('SAM', 1, 2, 0.02)])
    expect(before.get(curveId(key))?.records).toHaveLength(1)
  })

  it('gives the same curves whatever the order, the batches and the repeats', () => {
    const all = ['AdamW', 'SAM'].flatMap((optimizer) =>
      [1, 2, 3, 4, 5].map((at) => epoch(optimizer, 1, at, 0.01 * at)),
    )
    const expected = addEpochs(NONE, all)
    fc.assert(
      fc.property(
        fc.shuffledSubarray(all, { minLength: all.length }),
        fc.subarray(all),
        fc.nat({ max: all.length }),
        (shuffled, repeated, cut) => {
          const first = addEpochs(NONE, shuffled.slice(0, cut))
          const curves = addEpochs(first, [...repeated, ...shuffled.slice(cut)])
          for (const [id, curve] of expected) expect(curves.get(id)).toEqual(curve)
          expect(curves.size).toBe(expected.size)
        },
      ),
    )
  })

  it('tells apart keys that a plain join would confuse', () => {
    const ids = [
      { ...key, optimizer: 'a,1' },
      { ...key, optimizer: 'a' },
      { ...key, window: 1 },
    ].map(curveId)
    expect(new Set(ids).size).toBe(3)
  })
})

describe('bestEpoch', () => {
  it('is the first of the epochs with the highest validation IC', () => {
    const curves = addEpochs(NONE, [
      epoch('SAM', 1, 1, 0.01),
      epoch('SAM', 1, 2, 0.04),
      epoch('SAM', 1, 3, 0.04),
      epoch('SAM', 1, 4, 0.03),
    ])
    expect(bestEpoch(curves.get(curveId(key))!)?.epoch).toBe(2)
  })

  it('is absent before the first epoch', () => {
    expect(bestEpoch({ key, records: [], clocks: [] })).toBeUndefined()
  })
})

const clock = (at: number, seconds: number): EpochClock => ({
  endedAt: new Date(Date.UTC(2024, 0, 1) + 1000 * at).toISOString(),
  seconds,
  stepSeconds: seconds / 2,
  steps: 10 * at,
  samples: 100,
  memory: 1e8,
})
/** Epochs 1, 2, ... with these clocks. */
const timed = (clocks: readonly (EpochClock | null)[]) => {
  const epochs = clocks.map((one, at) => ({ ...epoch('SAM', 1, at + 1, 0.01), clock: one }))
  return addEpochs(NONE, epochs).get(curveId(key))!
}

describe('placesOf', () => {
  const curve = timed([clock(1, 2), clock(2, 3), clock(100, 4)])

  it('counts epochs, steps and seconds of training, whatever lay between, and knows the time of day', () => {
    expect(placesOf(curve, 'epoch')).toEqual([1, 2, 3])
    expect(placesOf(curve, 'step')).toEqual([10, 30, 1030])
    expect(placesOf(curve, 'relative')).toEqual([2, 5, 9])
    expect(placesOf(curve, 'wall')).toEqual([1, 2, 100].map((at) => Date.UTC(2024, 0, 1) + 1000 * at))
  })

  it('invents nothing from the first epoch on whose clock is not known', () => {
    const partly = timed([clock(1, 2), null, clock(3, 4)])
    expect(placesOf(partly, 'relative')).toEqual([2, null, null])
    expect(placesOf(partly, 'step')).toEqual([10, null, null])
    expect(placesOf(partly, 'wall').map((at) => at !== null)).toEqual([true, false, true])
    expect(placesOf(partly, 'epoch')).toEqual([1, 2, 3])
  })
})

describe('recentEpochSeconds', () => {
  it('is the median of the last five epochs, from three on', () => {
    const seconds = (...all: number[]) => recentEpochSeconds(timed(all.map((each, at) => clock(at, each))))
    expect(seconds(1, 2)).toBeNull()
    expect(seconds(1, 9, 2)).toBe(2)
    expect(seconds(1, 9, 2, 4)).toBe(3)
    expect(seconds(100, 100, 100, 1, 2, 3, 4, 5)).toBe(3)
  })
})
