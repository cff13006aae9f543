import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  matchesQuery,
  parseQuery,
  type Searchable,
  SEARCH_FIELDS,
  type SearchField,
} from '../../../src-renderer/views/study/all/search.ts'

const study: Searchable = {
  name: ['基线 CSI 500'],
  tag: ['base', 'long run'],
  state: ['done', '已完成'],
  optimizer: ['AdamW', 'SAM'],
  index: ['000905.SH', '中证500'],
}
const CHINESE = new Map<string, SearchField>([['标签', 'tag']])
const found = (query: string, of: Searchable = study) => matchesQuery(parseQuery(query, CHINESE), of)

describe('the search of studies', () => {
  it.each([
    ['', true],
    ['   ', true],
    ['sam', true],
    ['sam adam', true],
    ['sam gsam', false],
    ['csi 中证500', true],
    ['500', true],
    ['tag:base', true],
    ['tag:bas', true],
    ['tag:"bas"', false],
    ['tag:"base"', true],
    ['tag:"long run"', true],
    ['标签：base', true],
    ['ｔａｇ：“ＢＡＳＥ”', true],
    ['tag:sam', false],
    // As it is being typed.
    ['tag:', true],
    ['tag:"', true],
    ['tag:"lo', false],
    ['state:done', true],
    ['state:已完成', true],
    ['done', false],
    ['optimizer:sam', true],
    ['index:000905', true],
    ['-sam', false],
    ['-gsam', true],
    ['-tag:base', false],
    ['-state:failed sam', true],
    ['"基线 csi"', true],
    ['"csi 基线"', false],
    ['unknown:sam', false],
  ])('%s', (query, expected) => expect(found(query)).toBe(expected))

  const word = fc.stringMatching(/^[a-z0-9]{1,4}$/)
  const texts = fc.array(word, { maxLength: 3 })
  const anyStudy = fc.record(
    Object.fromEntries(SEARCH_FIELDS.map((field) => [field, texts])) as Record<SearchField, typeof texts>,
  )
  const term = fc
    .tuple(fc.constantFrom('', ...SEARCH_FIELDS.map((field) => `${field}:`)), word, fc.boolean())
    .map(([field, text, quoted]) => `${field}${quoted ? `"${text}"` : text}`)
  const terms = fc.array(term, { maxLength: 4 })

  it('finds what all of its words find, in whatever order', () => {
    fc.assert(
      fc.property(anyStudy, terms, (of, words) => {
        const all = words.every((one) => found(one, of))
        expect(found(words.join(' '), of)).toBe(all)
        expect(found(words.toReversed().join('  ').toUpperCase(), of)).toBe(all)
      }),
      { numRuns: 200 },
    )
  })

  it('finds without a word exactly what it does not find with it', () => {
    fc.assert(
      fc.property(anyStudy, term, (of, one) => {
        expect(found(`-${one}`, of)).toBe(!found(one, of))
      }),
      { numRuns: 200 },
    )
  })

  it('finds a study by every part of each of its texts', () => {
    fc.assert(
      fc.property(
        anyStudy,
        fc.constantFrom(...SEARCH_FIELDS),
        fc.nat(),
        fc.nat(),
        (of, field, from, length) => {
          for (const text of of[field]) {
            const start = from % text.length
            const part = text.slice(start, start + 1 + (length % text.length))
            expect(found(`${field}:${part}`, of)).toBe(true)
            if (field !== 'state') expect(found(part, of)).toBe(true)
            expect(found(`${field}:"${text}"`, of)).toBe(true)
          }
        },
      ),
      { numRuns: 100 },
    )
  })

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (query) => {
        expect(typeof found(query)).toBe('boolean')
      }),
      { numRuns: 300 },
    )
  })
})
