import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { allotment, machineMemory, readLimits, requireMemory } from '../../../src-main/study/allotment.ts'
import { AUTOMATIC_LIMITS, type ResourceLimits } from '../../../src-shared/domain/resources.ts'

const cores = availableParallelism()
const little = { study: 1, run: () => 1 }
let folder: string
let limits: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-limits-'))
  limits = join(folder, 'resources.json')
})
afterEach(() => rmSync(folder, { recursive: true }))
const keep = (change: Partial<ResourceLimits>): void =>
  writeFileSync(limits, JSON.stringify({ ...AUTOMATIC_LIMITS, ...change }))

describe('what a study is allotted', () => {
  it('follows the limits from one question to the next', () => {
    const allot = allotment({ workers: null, limits }, little, 'cpu')
    expect(allot(10 * cores)).toEqual({ width: cores, threads: 1, heldBack: 0 })
    keep({ runs: 1 })
    expect(allot(10 * cores)).toEqual({ width: 1, threads: cores, heldBack: 0 })
    keep({ threads: cores })
    expect(allot(10 * cores)).toEqual({ width: 1, threads: cores, heldBack: 0 })
    keep({})
    expect(allot(10 * cores)).toEqual({ width: cores, threads: 1, heldBack: 0 })
  })

  it('takes its own number of runs at a time before that of the limits', () => {
    keep({ runs: 1, threads: 1 })
    expect(allotment({ workers: 3, limits }, little, 'cpu')(10)).toEqual({
      width: 3,
      threads: 1,
      heldBack: 0,
    })
    expect(allotment({ workers: 3, limits: null }, little, 'gpu')(10).width).toBe(3)
  })

  it('has as many runs as there is memory for, and says how many it holds back', () => {
    const need = { study: 1e9, run: () => 2e9 }
    const allot = allotment({ workers: 4, limits }, need, 'cpu')
    keep({ memory: 9e9 })
    expect(allot(8)).toMatchObject({ width: 4, heldBack: 0 })
    keep({ memory: 9e9 - 1 })
    expect(allot(8)).toMatchObject({ width: 3, heldBack: 1 })
    expect(allot(2)).toMatchObject({ width: 2, heldBack: 0 })
    keep({ memory: 3e9 })
    expect(allot(8)).toEqual({ width: 1, threads: cores, heldBack: 3 })
    // Of one that began before the limit was set.
    keep({ memory: 1e9 })
    expect(allot(8).width).toBe(1)
    keep({})
    const large = { study: 0, run: () => 0.3 * machineMemory() }
    expect(allotment({ workers: 4, limits }, large, 'cpu')(8)).toMatchObject({ width: 2, heldBack: 2 })
  })

  it('counts the threads of each run in what it needs', () => {
    const need = { study: 1e9, run: (threads: number) => 1e9 + 1e9 * threads }
    const allot = allotment({ workers: null, limits }, need, 'cpu')
    keep({ memory: 1e9 + cores * 2e9 })
    expect(allot(cores)).toEqual({ width: cores, threads: 1, heldBack: 0 })
    keep({ threads: cores, runs: 2, memory: 1e9 + 2 * (1e9 + cores * 1e9) })
    expect(allot(cores + 1)).toEqual({ width: 2, threads: cores, heldBack: 0 })
    keep({ threads: cores, runs: 2, memory: 2 * (1e9 + cores * 1e9) })
    expect(allot(cores + 1)).toEqual({ width: 1, threads: cores, heldBack: 1 })

    keep({ memory: 2e9 + cores * 1e9 })
    requireMemory({ workers: null, limits }, need)
    keep({ memory: 2e9 + cores * 1e9 - 1 })
    expect(() => requireMemory({ workers: null, limits }, need)).toThrow(
      expect.objectContaining({ code: 'memory_limit' }),
    )
    keep({ memory: 3e9, threads: 1 })
    requireMemory({ workers: null, limits }, need)
  })

  it('is refused where not one run fits a limit that was set', () => {
    const allowance = { workers: null, limits }
    const need = { study: 1e9, run: () => 2.5e9 }
    keep({ memory: 3.5e9 })
    requireMemory(allowance, need)
    keep({ memory: 3.5e9 - 1 })
    expect(() => requireMemory(allowance, need)).toThrow(
      expect.objectContaining({
        code: 'memory_limit',
        message: expect.stringContaining('3.50 GB') as string,
      }),
    )
    keep({})
    requireMemory(allowance, { study: 0, run: () => 2 * machineMemory() })
  })
})

describe('the file of the limits', () => {
  it.each(['', '{', '{"runs":0,"threads":null,"memory":null}', '[]'])('is automatic as %j', (text) => {
    writeFileSync(limits, text)
    expect(readLimits(limits)).toEqual(AUTOMATIC_LIMITS)
  })

  it('is automatic where it is not there', () => {
    expect(readLimits(limits)).toEqual(AUTOMATIC_LIMITS)
    expect(readLimits(null)).toEqual(AUTOMATIC_LIMITS)
  })
})
