import { readFileSync } from 'node:fs'
import { availableParallelism, freemem, totalmem } from 'node:os'
import {
  allotted,
  AUTOMATIC_LIMITS,
  type Machine,
  memoryLimit,
  type ResourceLimits,
  resourceLimits,
} from '../../src-shared/domain/resources.ts'
import { failure } from '../../src-shared/failure.ts'
import { formatNumber } from '../../src-shared/format.ts'
import { studyErrors } from '../../src-shared/locales/errors/studies.ts'

/** Bytes of this machine's memory; of the part of it that the system lets this process have. */
export const machineMemory = (): number => Math.min(totalmem(), process.constrainedMemory() || Infinity)

export const thisMachine = (): Machine => ({
  cores: availableParallelism(),
  memory: machineMemory(),
  freeMemory: Math.min(freemem(), machineMemory()),
})

/** A file of limits, which may change at any time, or the limits themselves; null: none. */
export type LimitsSource = string | ResourceLimits | null

/** The limits as they are; all is automatic where their file is not there or cannot be read. */
export function readLimits(source: LimitsSource): ResourceLimits {
  if (typeof source !== 'string') return source ?? AUTOMATIC_LIMITS
  try {
    return resourceLimits.parse(JSON.parse(readFileSync(source, 'utf8')))
  } catch {
    return AUTOMATIC_LIMITS
  }
}

/** What a study is allowed, as it is sent to its process. */
export interface Allowance {
  /** Its own number of runs at a time; null: as the limits have it. */
  readonly workers: number | null
  readonly limits: LimitsSource
}

/** Bytes that a study's own process holds at most, and each process of a run on so many threads. */
export interface MemoryNeed {
  readonly study: number
  readonly run: (threads: number) => number
}

export interface Allotment {
  /** Processes at a time, and threads of the engine of each. */
  readonly width: number
  readonly threads: number
  /** Processes that there would be beside them, were there memory. */
  readonly heldBack: number
}

/** The processes that so many jobs are given, by the limits as they are at the moment. */
export type Allot = (jobs: number) => Allotment

/** Fewer at a time where more would take more memory than they may; one is always given. */
export function allotment(allowance: Allowance, need: MemoryNeed, processor: 'cpu' | 'gpu'): Allot {
  return (jobs) => {
    const limits = limitsOf(allowance)
    const cores = availableParallelism()
    const most = memoryLimit(limits, machineMemory())
    const wanted = allotted(limits, processor, jobs, cores)
    let given = wanted
    while (given.width > 1 && memoryOf(need, given) > most)
      given = allotted(limits, processor, given.width - 1, cores)
    return { ...given, heldBack: wanted.width - given.width }
  }
}

/** Bytes that a study holds at most with so many runs at a time. */
export const memoryOf = (
  { study, run }: MemoryNeed,
  { width, threads }: Pick<Allotment, 'width' | 'threads'>,
): number => study + width * run(threads)

/** Bytes that a study may take at the moment. */
export const allowedMemory = (allowance: Allowance): number =>
  memoryLimit(limitsOf(allowance), machineMemory())

/** @throws PlateauError memory_limit for a study of which not even one run at a time stays under the limit that was set */
export function requireMemory({ limits }: Allowance, need: MemoryNeed): void {
  const kept = readLimits(limits)
  const { memory } = kept
  const needed = memoryOf(need, allotted(kept, 'cpu', 1, availableParallelism()))
  if (memory === null || needed <= memory) return
  throw failure(studyErrors.memoryLimit, { needed: gigabytes(needed), limit: gigabytes(memory) })
}

function limitsOf({ workers, limits }: Allowance): ResourceLimits {
  const kept = readLimits(limits)
  return { ...kept, runs: workers ?? kept.runs }
}

const gigabytes = (bytes: number): string => `${formatNumber(bytes / 1e9, 2)} GB`
