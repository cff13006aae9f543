import { availableParallelism } from 'node:os'
import { describe, expect, it } from 'vitest'
import { runsAtATime } from '../../../src-main/study/width.ts'

const cores = availableParallelism()

describe('runsAtATime', () => {
  it('gives every core a job, and a job the cores that are left', () => {
    expect(runsAtATime('cpu', null, 10 * cores)).toEqual({ width: cores, threads: 1 })
    expect(runsAtATime('cpu', null, 1)).toEqual({ width: 1, threads: cores })
    expect(runsAtATime('cpu', null, 0)).toEqual({ width: 1, threads: cores })
  })

  it('lets two jobs share a GPU unless asked for more', () => {
    expect(runsAtATime('gpu', null, 10 * cores).width).toBe(Math.min(2, cores))
    expect(runsAtATime('gpu', 5, 10).width).toBe(5)
  })

  it('takes the workers that are asked for, and no more than there are jobs', () => {
    expect(runsAtATime('cpu', 1, 10)).toEqual({ width: 1, threads: cores })
    expect(runsAtATime('cpu', 100, 3).width).toBe(3)
    expect(runsAtATime('cpu', 100, 200)).toEqual({ width: 100, threads: 1 })
  })
})
