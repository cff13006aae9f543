import { describe, expect, it } from 'vitest'
import {
  allotted,
  AUTOMATIC_LIMITS,
  LEAST_MEMORY,
  limitRange,
  memoryLimit,
  refusedLimits,
} from '../../../src-shared/domain/resources.ts'

const automatic = { runs: null, threads: null }

describe('allotted', () => {
  it('gives every core a job, and a job the cores that are left', () => {
    expect(allotted(automatic, 'cpu', 80, 8)).toEqual({ width: 8, threads: 1 })
    expect(allotted(automatic, 'cpu', 3, 8)).toEqual({ width: 3, threads: 2 })
    expect(allotted(automatic, 'cpu', 1, 8)).toEqual({ width: 1, threads: 8 })
    expect(allotted(automatic, 'cpu', 0, 8)).toEqual({ width: 1, threads: 8 })
  })

  it('lets two jobs share a GPU unless asked for more', () => {
    expect(allotted(automatic, 'gpu', 80, 8).width).toBe(2)
    expect(allotted(automatic, 'gpu', 80, 1).width).toBe(1)
    expect(allotted({ runs: 5, threads: null }, 'gpu', 10, 8).width).toBe(5)
  })

  it('takes the runs that are asked for, and no more than there are jobs', () => {
    expect(allotted({ runs: 1, threads: null }, 'cpu', 10, 8)).toEqual({ width: 1, threads: 8 })
    expect(allotted({ runs: 100, threads: null }, 'cpu', 3, 8)).toEqual({ width: 3, threads: 2 })
    expect(allotted({ runs: 100, threads: null }, 'cpu', 200, 8)).toEqual({ width: 100, threads: 1 })
  })

  it('takes the threads that are asked for, and as many runs as have them', () => {
    expect(allotted({ runs: null, threads: 3 }, 'cpu', 80, 8)).toEqual({ width: 2, threads: 3 })
    expect(allotted({ runs: 2, threads: 1 }, 'cpu', 80, 8)).toEqual({ width: 2, threads: 1 })
    // Kept on a machine that had more cores.
    expect(allotted({ runs: null, threads: 64 }, 'cpu', 80, 8)).toEqual({ width: 1, threads: 8 })
  })
})

describe('limits', () => {
  const machine = { cores: 8, memory: 16e9, freeMemory: 1e9 }

  it('are refused where they make no sense on the machine', () => {
    expect(refusedLimits(AUTOMATIC_LIMITS, machine)).toEqual([])
    expect(refusedLimits({ runs: 1, threads: 8, memory: 16e9 }, machine)).toEqual([])
    expect(refusedLimits({ runs: 0, threads: 9, memory: 16e9 + 1 }, machine)).toEqual([
      'runs',
      'threads',
      'memory',
    ])
    expect(refusedLimits({ runs: 1.5, threads: NaN, memory: LEAST_MEMORY - 1 }, machine)).toEqual([
      'runs',
      'threads',
      'memory',
    ])
    expect(limitRange('memory', { ...machine, memory: 1e8 })).toEqual([LEAST_MEMORY, LEAST_MEMORY])
  })

  it('leave a fifth of the memory to others unless one is set', () => {
    expect(memoryLimit({ memory: null }, 10e9)).toBe(8e9)
    expect(memoryLimit({ memory: 10e9 }, 10e9)).toBe(10e9)
  })
})
