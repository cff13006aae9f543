/**
 * Run `count` jobs with at most `width` at a time, started in index order; results come back in index order. The
 * first failure aborts the running jobs through the signal they were given and is thrown when they have ended.
 */
export async function runPool<R>(
  count: number,
  width: number,
  signal: AbortSignal,
  start: (index: number, signal: AbortSignal) => Promise<R>,
): Promise<R[]> {
  const failed = new AbortController()
  const combined = AbortSignal.any([signal, failed.signal])
  const results = new Array<R>(count)
  let next = 0
  const failures: unknown[] = []
  const lane = async (): Promise<void> => {
    while (next < count && failures.length === 0) {
      const index = next++
      try {
        results[index] = await start(index, combined)
      } catch (error) {
        failures.push(error)
        failed.abort()
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, count) }, lane))
  if (failures.length > 0) throw failures[0]
  return results
}
