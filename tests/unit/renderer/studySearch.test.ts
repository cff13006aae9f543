import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { studyStatus } from '../../../src-shared/contract/study.ts'
import { received } from '../../../src-renderer/stores/timed.ts'
import {
  matchesQuery,
  parseQuery,
  type Searchable,
  SEARCH_FIELDS,
  type SearchField,
} from '../../../src-renderer/views/study/all/search.ts'
import { openViews, type Views } from './mounted.ts'

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

describe('the table of all studies', () => {
  let views: Views
  beforeAll(async () => {
    views = await openViews()
  })
  afterAll(() => views.close())

  const listed = (name: string, archived: boolean) =>
    received(
      studyStatus.parse({
        id: name,
        name,
        tags: [],
        archived,
        optimizers: ['AdamW'],
        indices: [],
        best: null,
        state: 'done',
        stage: 'saving',
        runsDone: 1,
        runsTotal: 1,
        progress: 1,
        startedWith: 0,
        elapsedSeconds: 5,
        etaSeconds: null,
        synthetic: false,
        engine: 'native avx2',
        startedAt: '2024-07-01T10:00:00Z',
        runningSince: null,
        error: null,
      }),
    )
  const list = [listed('alpha', false), listed('alpha old', true), listed('beta', false)]

  it('comes back with the search, and with those set aside where they were shown', async () => {
    const shown = async (choices: Readonly<Record<string, unknown>>) => {
      const kept = new Map(Object.entries(choices).map(([name, value]) => [`studies.${name}\n`, value]))
      const studies = {
        list,
        loaded: true,
        queue: [],
        selectedId: null,
        draft: null,
        workers: null,
        tab: 'all',
        chosen: [],
        followed: new Set(),
      }
      const html = await views.render('views/study/all/AllStudies.vue', {}, 'en', {
        studies,
        choices: { kept },
      })
      return list.map(({ name }) => name).filter((name) => html.includes(`>${name}<`))
    }
    expect(await shown({})).toEqual(['alpha', 'beta'])
    expect(await shown({ query: 'alpha' })).toEqual(['alpha'])
    expect(await shown({ withArchived: true })).toEqual(['alpha', 'alpha old', 'beta'])
    expect(await shown({ query: 'alpha', withArchived: true })).toEqual(['alpha', 'alpha old'])
  })
})
