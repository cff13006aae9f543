import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

/**
 * Noto Sans SC inside the document: the package ships each weight in about a hundred slices by unicode range, and
 * only the slices that hold a character of the document are embedded, so that Chinese prints on any machine.
 */
export const FONT_FAMILY = 'Noto Sans SC'

const WEIGHTS = [400, 700] as const

interface Slice {
  readonly file: string
  readonly unicodeRange: string
  readonly ranges: readonly (readonly [number, number])[]
}

/** `@font-face` rules, fonts as data URIs, that cover every character of `text` the family has. */
export function fontFaces(text: string): string {
  const folder = path.dirname(createRequire(import.meta.url).resolve('@fontsource/noto-sans-sc/package.json'))
  const characters = [...new Set(text)].map((character) => character.codePointAt(0) ?? 0)
  return WEIGHTS.flatMap((weight) =>
    slicesFor(characters, readSlices(path.join(folder, `${weight}.css`))).map((slice) => {
      const data = fs.readFileSync(path.join(folder, slice.file)).toString('base64')
      return (
        `@font-face{font-family:'${FONT_FAMILY}';font-weight:${weight};` +
        `src:url(data:font/woff2;base64,${data}) format('woff2');unicode-range:${slice.unicodeRange}}`
      )
    }),
  ).join('\n')
}

/** The slices a browser would take: where ranges overlap, the rule that stands last wins. */
function slicesFor(characters: readonly number[], slices: readonly Slice[]): Slice[] {
  const used = new Set(
    characters.map((character) =>
      slices.findLast(({ ranges }) =>
        ranges.some(([first, last]) => first <= character && character <= last),
      ),
    ),
  )
  return slices.filter((slice) => used.has(slice))
}

function readSlices(cssFile: string): Slice[] {
  const css = fs.readFileSync(cssFile, 'utf8')
  return [...css.matchAll(/url\(\.\/(files\/[^)]+\.woff2)\)[^;]*;\s*unicode-range: ([^;]+);/g)].map(
    ([, file, unicodeRange]) => ({
      file,
      unicodeRange,
      ranges: unicodeRange.split(',').map((range) => {
        const [first, last = first] = range.trim().slice('U+'.length).split('-')
        return [parseInt(first, 16), parseInt(last, 16)] as const
      }),
    }),
  )
}
