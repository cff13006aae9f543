/** What a study is found by. */
export const SEARCH_FIELDS = ['name', 'tag', 'state', 'optimizer', 'index'] as const
export type SearchField = (typeof SEARCH_FIELDS)[number]

/** The texts of a study by field. */
export type Searchable = Readonly<Record<SearchField, readonly string[]>>

/** One word of a query. */
interface Term {
  /** Null: in any field but the state, whose words are too common. */
  readonly field: SearchField | null
  readonly word: string
  /** The whole of a text of the field. */
  readonly exact: boolean
  readonly excluded: boolean
}

/** A query as it is asked of every study. `fieldNames`: other names of the fields, in small letters. */
export function parseQuery(query: string, fieldNames: ReadonlyMap<string, SearchField> = new Map()): Term[] {
  const names = new Map([...SEARCH_FIELDS.map((field) => [field, field] as const), ...fieldNames])
  return [...plain(query).matchAll(/(-?)((?:[^\s":]+:)?)(?:"([^"]*)"?|(\S*))(?:\s|$)?/gu)].flatMap(
    ([, minus, prefix, quoted, bare = '']) => {
      const field = names.get(prefix.slice(0, -1)) ?? null
      const word = field === null ? `${prefix}${quoted ?? bare}` : (quoted ?? bare)
      if (word === '') return []
      return [{ field, word, exact: field !== null && quoted !== undefined, excluded: minus === '-' }]
    },
  )
}

/** Whether a study has every word of the query that is not excluded, and none that is; small and large letters are alike. */
export function matchesQuery(terms: readonly Term[], study: Searchable): boolean {
  return terms.every(({ field, word, exact, excluded }) => {
    const texts =
      field === null
        ? SEARCH_FIELDS.filter((name) => name !== 'state').flatMap((name) => study[name])
        : study[field]
    const found = texts.map(plain).some((text) => (exact ? text === word : text.includes(word)))
    return found !== excluded
  })
}

/** Full width letters, and a Chinese colon or quotation mark, are as good as any. */
function plain(text: string): string {
  return text.normalize('NFKC').replace(/[“”]/g, '"').toLowerCase()
}
