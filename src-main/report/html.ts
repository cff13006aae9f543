import type { TableContent } from './cells.ts'

/** Markup that is safe to insert as it stands; every other value is escaped on insertion. */
export interface Html {
  readonly markup: string
  /** What the tables in it hold, in their order. */
  readonly tables: readonly TableContent[]
}

type Insertion = Html | string | number | null | readonly (Html | null)[]

/** A template of markup. Strings are escaped, lists are joined, null inserts nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Insertion[]): Html {
  return {
    markup: parts.reduce((markup, part, at) => markup + insert(values[at - 1]) + part),
    tables: values.flatMap(tablesIn),
  }
}

/** Markup made elsewhere by our own code, e.g. an SVG chart. Never user text. */
export function trusted(markup: string): Html {
  return { markup, tables: [] }
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

function insert(value: Insertion): string {
  if (value === null) return ''
  if (typeof value === 'string') return escapeHtml(value)
  if (typeof value === 'number') return String(value)
  return 'markup' in value ? value.markup : value.map(insert).join('')
}

function tablesIn(value: Insertion): readonly TableContent[] {
  if (value === null || typeof value !== 'object') return []
  return 'markup' in value ? value.tables : value.flatMap(tablesIn)
}
