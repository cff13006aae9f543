import fs from 'node:fs'
import path from 'node:path'

/** What a package leaves out of its npm archive or its package.json, as its repository or its author says it. */
interface Stated {
  readonly licence?: string
  /** File of texts/. */
  readonly text?: string
}

export const STATED: Readonly<Record<string, Stated>> = {
  // A LICENSE of two clauses, and no `license`.
  claygl: { licence: 'BSD-2-Clause' },
  // A `license` and no LICENSE: from the repository (saxes), the README (isarray), or the licence's text with the author that
  // package.json names.
  saxes: { text: 'saxes.txt' },
  isarray: { text: 'isarray.txt' },
  '@vue/devtools-api': { text: 'devtools-api.txt' },
  'css-render': { text: 'css-render.txt' },
  '@css-render/plugin-bem': { text: 'css-render.txt' },
  '@css-render/vue3-ssr': { text: 'css-render.txt' },
  vdirs: { text: 'css-render.txt' },
  // The package installs Node: the text is that of Node and of what Node contains.
  node: { text: 'node.txt' },
}

/** Of the repository, where builds and tests run: the bundler moves this module, so that it does not know its own place. */
export const readText = (file: string): string =>
  fs.readFileSync(path.resolve('scripts/licences/texts', file), 'utf8')
