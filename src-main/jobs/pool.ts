/**
 * Run `count` jobs with at most `width` at a time, in index order; results come back in index order whatever order
 * they finish in. The first failure stops new starts and is thrown when the running ones have ended.
 */
export async function runPool<R>(
  count: number,
  width: number,
  start: (index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(count)
  let next = 0
  let failure: { readonly error: unknown } | null = null
  const lane = async (): Promise<void> => {
    while (next < count && failure === null) {
      const index = next++
      try {
        results[index] = await start(index)
      } catch (error) {
        failure ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, count) }, lane))
  if (failure !== null) throw (failure as { readonly error: unknown }).error
  return results
}
