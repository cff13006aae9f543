import { availableParallelism } from 'node:os'

/** Jobs that share a GPU: while one prepares its next evaluation, another one keeps the device at work. */
const JOBS_PER_GPU = 2

/**
 * How many of `jobs` processes with an engine each are at work at a time, and the threads of each: as many as `workers`
 * asks for, else one per core, on a GPU few; cores left over become threads.
 */
export function runsAtATime(
  engineProcessor: 'cpu' | 'gpu',
  workers: number | null,
  jobs: number,
): { width: number; threads: number } {
  const cores = availableParallelism()
  const most = workers ?? (engineProcessor === 'gpu' ? Math.min(JOBS_PER_GPU, cores) : cores)
  const width = Math.max(1, Math.min(most, jobs))
  return { width, threads: Math.max(1, Math.floor(cores / width)) }
}
