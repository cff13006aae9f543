/**
 * Run `count` jobs, started in index order, with at most `width` at a time, asked for before each start; results come back in
 * index order. The first failure aborts the running jobs through the signal they were given and is thrown when they have ended.
 */
export async function runPool<R>(
  count: number,
  width: () => number,
  signal: AbortSignal,
  start: (index: number, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const failed = new AbortController()
  const combined = AbortSignal.any([signal, failed.signal])
  const results = new Array<R>(count)
  const failures: unknown[] = []
  const running = new Set<Promise<void>>()
  const run = async (index: number): Promise<void> => {
    try {
      results[index] = await start(index, combined)
    } catch (error) {
      failures.push(error)
      failed.abort()
    }
  }
  let next = 0
  for (;;) {
    while (next < count && failures.length === 0 && running.size < width()) {
      const job: Promise<void> = run(next++).finally(() => running.delete(job))
      running.add(job)
    }
    if (running.size === 0) break
    await Promise.race(running)
  }
  if (failures.length > 0) throw failures[0]
  return results
}
