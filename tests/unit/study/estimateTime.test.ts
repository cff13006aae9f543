import { describe, expect, it } from 'vitest'
import { trainingSeconds } from '../../../src-main/study/estimateTime.ts'

const OPERATIONS = 64e9
const sixteen = { gflops: 64, threads: 16 }
const seconds = (width: number, threads: number, stocks = 512, engine = sixteen): number | null =>
  trainingSeconds(OPERATIONS, engine, { width, threads }, stocks)

describe('the time of training', () => {
  it('is that of the measured speed where all threads it was measured on are at work', () => {
    expect(seconds(16, 1)).toBe(1)
    expect(seconds(2, 8)).toBe(1)
  })

  it('is longer where runs are given fewer threads', () => {
    expect(seconds(1, 1)).toBe(16)
    expect(seconds(4, 2)).toBe(2)
  })

  it('is no shorter for threads that a date has no pieces for', () => {
    // 512 stocks are cut into 8 pieces: 16 threads do them as fast as 8 do, and 6 in two rounds, as 4 do.
    expect(seconds(1, 16)).toBe(seconds(1, 8))
    expect(seconds(1, 6)).toBe(seconds(1, 4))
    // Of 5,000 there are 56: four rounds.
    expect(seconds(1, 16, 5000)).toBeCloseTo(16 / 14, 12)
  })

  it('is no shorter than measured where a machine has more logical than physical cores', () => {
    expect(seconds(32, 1)).toBe(1)
  })

  it('is of the device alone where it is none of the processor, and unknown without a speed', () => {
    expect(seconds(1, 1, 512, { gflops: 64, threads: 0 })).toBe(1)
    expect(
      trainingSeconds(OPERATIONS, { gflops: null, threads: 16 }, { width: 1, threads: 1 }, 512),
    ).toBeNull()
  })
})
