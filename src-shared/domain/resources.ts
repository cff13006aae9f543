import { z } from 'zod'

/** Below this, in bytes, no study runs: its own process and one that trains take as much before they have data. */
export const LEAST_MEMORY = 0.5e9
/** Of the machine's memory, what studies may take unless a limit is set: the rest is for the window, the service and the system. */
const AUTOMATIC_MEMORY = 0.8
/** Runs that share a GPU: while one prepares its next evaluation, another one keeps the device at work. */
const RUNS_PER_GPU = 2

/** How much of a machine studies may take; null: what is found right for it (`allotted`, `memoryLimit`). */
export const resourceLimits = z.object({
  /** Runs at a time of a study that does not say itself. */
  runs: z.int().min(1).nullable(),
  /** Threads of a run's engine on the processor. */
  threads: z.int().min(1).nullable(),
  /** Bytes that all processes of a study hold together at most. */
  memory: z.int().min(LEAST_MEMORY).nullable(),
})
export type ResourceLimits = z.infer<typeof resourceLimits>
export const RESOURCES = ['runs', 'threads', 'memory'] as const
export type Resource = (typeof RESOURCES)[number]

export const AUTOMATIC_LIMITS: ResourceLimits = { runs: null, threads: null, memory: null }

/** What a machine has: cores, bytes of memory, and bytes of it that are free at the moment. */
export const machine = z.object({ cores: z.int(), memory: z.int(), freeMemory: z.int() })
export type Machine = z.infer<typeof machine>

/** From the least to the most that a limit may be on a machine. */
export function limitRange(resource: Resource, { cores, memory }: Machine): readonly [number, number] {
  return resource === 'memory' ? [LEAST_MEMORY, Math.max(LEAST_MEMORY, memory)] : [1, cores]
}

/** The limits that make no sense on a machine. */
export function refusedLimits(limits: ResourceLimits, of: Machine): Resource[] {
  return RESOURCES.filter((resource) => {
    const limit = limits[resource]
    const [least, most] = limitRange(resource, of)
    return limit !== null && !(limit >= least && limit <= most && Number.isInteger(limit))
  })
}

/**
 * How many of `jobs` processes with an engine each are at work at a time, and the threads of each. Where nothing is set every core
 * has a process, on a GPU few share the device; cores left over become threads.
 */
export function allotted(
  { runs, threads }: Pick<ResourceLimits, 'runs' | 'threads'>,
  processor: 'cpu' | 'gpu',
  jobs: number,
  cores: number,
): { width: number; threads: number } {
  const most =
    runs ?? (processor === 'gpu' ? Math.min(RUNS_PER_GPU, cores) : Math.floor(cores / (threads ?? 1)))
  const width = Math.max(1, Math.min(most, jobs))
  return { width, threads: Math.min(cores, threads ?? Math.max(1, Math.floor(cores / width))) }
}

/** Bytes that a study may take. */
export const memoryLimit = ({ memory }: Pick<ResourceLimits, 'memory'>, machineMemory: number): number =>
  memory ?? Math.floor(AUTOMATIC_MEMORY * machineMemory)
