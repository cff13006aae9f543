/** The upper of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}

/** Of frames or tasks in milliseconds: how many there are above `limit`, and the longest. */
export function above(values: readonly number[], limit: number): string {
  const many = values.filter((value) => value > limit).length
  const longest = values.length === 0 ? 'none' : `${Math.max(...values).toFixed(0)} ms`
  return `${many} of ${values.length} over ${limit} ms, longest ${longest}`
}
