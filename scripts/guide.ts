import { readFileSync, writeFileSync } from 'node:fs'
import { LOCALES } from '../src-shared/locales/index.ts'
import { methodTable } from './guide/methodTable.ts'
import { userGuide } from './guide/userGuide.ts'

/**
 * The pages that are made of the optimizers' schemas and texts: the guide's page in each language, and the table of
 * docs/optimizers.md, whose other text is written by hand. Writes them:
 *
 *     node scripts/guide.ts
 */
export function guidePages(): { readonly path: string; readonly content: string }[] {
  return [
    ...LOCALES.map((locale) => ({ path: `docs/guide/${locale}/optimizers.md`, content: userGuide(locale) })),
    { path: TABLE_PAGE, content: withTable(readPage(TABLE_PAGE)) },
  ]
}

const TABLE_PAGE = 'docs/optimizers.md'
const BEGIN = '<!-- table: node scripts/guide.ts -->'
const END = '<!-- end of the table -->'

/** A page as it is in the repository. */
export const readPage = (path: string): string => readFileSync(place(path), 'utf8')

function withTable(page: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (begin === -1 || end === -1) throw new Error(`${TABLE_PAGE} has no place for the table.`)
  return `${page.slice(0, begin)}${BEGIN}\n${methodTable()}\n${page.slice(end)}`
}

function place(path: string): URL {
  return new URL(`../${path}`, import.meta.url)
}

if (import.meta.main) {
  for (const { path, content } of guidePages()) writeFileSync(place(path), content)
}
