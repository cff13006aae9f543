/** Jobs of one service, which end with it. */
export interface OwnJobs {
  /** Begin one, with a signal that aborts with the caller's, or when the service is closed. */
  run<T>(begin: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>
  /** Resolves once all have ended. */
  close(): Promise<void>
}

export function createOwnJobs(): OwnJobs {
  const closing = new AbortController()
  const running = new Set<Promise<unknown>>()
  return {
    run(begin, signal) {
      const job = begin(signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]))
      running.add(job)
      const ended = (): void => void running.delete(job)
      job.then(ended, ended)
      return job
    },
    async close() {
      closing.abort()
      await Promise.allSettled(running)
    },
  }
}
