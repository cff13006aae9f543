import type { ComputeReport } from '../../../src-shared/domain/compute.ts'
import { runJob } from '../../jobs/process.ts'
import { APP_VERSION } from '../version.ts'

/** Find, test and measure the compute engines, or read what was kept of that. */
export interface ComputeTask {
  readonly kind: 'compute'
  /** Measure every engine now. */
  readonly renew: boolean
  readonly appVersion: string
}

/** The compute engines of this machine. Whatever a driver does to its process, this one goes on. */
export interface ComputeService {
  /** As kept, or found and measured first. */
  report(): Promise<ComputeReport>
  /** Found and measured now, and kept. Whoever asks while that is done gets the same answer. */
  measure(): Promise<ComputeReport>
  /** Resolves once nothing is measured any more. */
  close(): Promise<void>
}

export function createComputeService(workerEntry: URL): ComputeService {
  const closing = new AbortController()
  let latest: Promise<ComputeReport> | null = null
  let measuring: Promise<ComputeReport> | null = null

  /** After what is at work: two measurements at a time would measure each other. */
  const start = (renew: boolean): Promise<ComputeReport> => {
    const before = latest ?? Promise.resolve()
    const answer = before
      .catch(() => {})
      .then(() =>
        runJob<ComputeTask, never, ComputeReport>(
          workerEntry,
          { kind: 'compute', renew, appVersion: APP_VERSION },
          { signal: closing.signal, onProgress: () => {} },
        ),
      )
    latest = answer
    // A failure is told to those who wait; the next one who asks tries again.
    answer.catch(() => {
      if (latest === answer) latest = null
    })
    return answer
  }

  return {
    report: () => latest ?? start(false),
    measure() {
      if (measuring === null) {
        const answer = start(true).finally(() => {
          measuring = null
        })
        measuring = answer
      }
      return measuring
    },
    async close() {
      closing.abort()
      await latest?.catch(() => {})
    },
  }
}
