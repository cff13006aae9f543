/**
 * How the content of a market is hashed, the number before the colon of a data hash. It grows when other content or another order of it
 * is hashed; hashes before 2 have no number.
 */
export const DATA_HASH_SCHEME = 2

/** Whether two data hashes are of equal data; null when they were made in different ways, so that nothing can be said. */
export function sameData(one: string, other: string): boolean | null {
  return schemeOf(one) === schemeOf(other) ? one === other : null
}

function schemeOf(hash: string): string {
  const colon = hash.indexOf(':')
  return colon === -1 ? '' : hash.slice(0, colon)
}
