/** Stocks as flat arrays of the same length; initials in lower case. */
export interface SearchedStocks {
  readonly symbols: readonly string[]
  readonly names: readonly string[]
  readonly initials: readonly string[]
}

/** What was typed, as it is compared: digits and letters of full width are of half width, a code may begin with its exchange. */
function normalised(query: string): string {
  const plain = query.normalize('NFKC').trim().toLowerCase()
  return plain.replace(/^(sh|sz|bj)\.?(\d{6})$/, '$2.$1')
}

/**
 * How well a stock answers what was typed, 0 best: its code, the beginning of its code, initials or name, or a part of
 * one of these. Null when it does not.
 */
function rank(symbol: string, name: string, initials: string, query: string): number | null {
  const code = symbol.toLowerCase()
  if (code === query || code.startsWith(`${query}.`)) return 0
  if (code.startsWith(query)) return 1
  if (initials.startsWith(query)) return initials.length === query.length ? 1 : 2
  const lower = name.normalize('NFKC').toLowerCase()
  if (lower.startsWith(query)) return 3
  if (code.includes(query)) return 4
  if (initials.includes(query)) return 5
  return lower.includes(query) ? 6 : null
}

/** Positions of the stocks that answer `query` by code, name or pinyin initials, best first; all of them in order for ''. */
export function findStocks({ symbols, names, initials }: SearchedStocks, query: string): number[] {
  const wanted = normalised(query)
  if (wanted === '') return Array.from(symbols.keys())
  const found = symbols.flatMap((symbol, at) => {
    const how = rank(symbol, names[at], initials[at], wanted)
    return how === null ? [] : [{ at, how }]
  })
  return found.sort((a, b) => a.how - b.how || a.at - b.at).map(({ at }) => at)
}
