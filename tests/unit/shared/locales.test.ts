import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pairedDifference, rankIcDifference } from '../../../src-shared/domain/comparison.ts'
import { icSummary, layerPerformance } from '../../../src-shared/domain/factor.ts'
import { performanceRow } from '../../../src-shared/domain/performance.ts'
import { METHODS } from '../../../src-shared/domain/optimizer/index.ts'
import { epochRecord } from '../../../src-shared/domain/training.ts'
import {
  engineText,
  fillPlaceholders,
  limitText,
  LOCALES,
  noteText,
  terms,
} from '../../../src-shared/locales/index.ts'

const flatten = (tree: object, path = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[path + key, value]] : flatten(value as object, `${path}${key}.`),
  )
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()

describe('an engine', () => {
  it('has the names that users know, whatever results record', () => {
    expect(
      ['native avx512', 'wasm simd128', 'webgpu Some GPU', 'reference'].map((label) =>
        engineText(label, 'en'),
      ),
    ).toEqual(['Native AVX-512', 'WebAssembly SIMD128', 'WebGPU Some GPU', 'Reference'])
    expect(engineText('native avx512', 'zh-CN')).toBe('原生 AVX-512')
  })

  it('that this version does not know is named as it was recorded', () => {
    expect(engineText('metal M1', 'en')).toBe('metal M1')
  })
})

describe('terms', () => {
  it('have the same keys and placeholders in every locale', () => {
    const zh = flatten(terms['zh-CN'])
    const en = flatten(terms.en)
    expect(en.map(([key]) => key).sort()).toEqual(zh.map(([key]) => key).sort())
    const english = new Map(en)
    for (const [key, text] of zh) {
      expect(placeholders(english.get(key) ?? ''), key).toEqual(placeholders(text))
    }
  })

  it('name every field of the result rows', () => {
    const fields = [
      performanceRow,
      layerPerformance,
      icSummary,
      epochRecord,
      pairedDifference,
      rankIcDifference,
    ].flatMap((schema) => Object.keys(schema.shape))
    expect(Object.keys(terms.en.metrics)).toEqual(expect.arrayContaining(fields))
  })

  it('name every optimizer method', () => {
    const methods = METHODS.map(({ method }) => method)
    expect(Object.keys(terms.en.methods).sort()).toEqual(methods.sort())
  })

  it.each(LOCALES)('are neutral, filled in and safe as vue-i18n messages in %s', (locale) => {
    for (const [key, text] of flatten(terms[locale])) {
      expect(text.trim(), key).not.toBe('')
      // `@` links and `|` separates plurals in vue-i18n messages.
      expect(text, key).not.toMatch(/\b(we|our|us)\b|我们|[@|]/i)
    }
  })

  it('write Chinese in zh-CN and no Chinese in en', () => {
    for (const text of Object.values(terms['zh-CN'].notes)) expect(text).toMatch(/\p{Script=Han}/u)
    for (const [key, text] of flatten(terms.en)) expect(text, key).not.toMatch(/\p{Script=Han}/u)
  })
})

describe('noteText', () => {
  it('writes shares as percent, dates as dates and counts with thousands', () => {
    expect(noteText({ code: 'vwap_typical', values: { share: 0.01234 } }, 'en')).toMatch(
      /^1\.23% of the traded/,
    )
    expect(noteText({ code: 'industry_snapshot', values: { asOf: 20240131 } }, 'zh-CN')).toContain(
      '2024-01-31',
    )
    expect(noteText({ code: 'st_unknown', values: { count: 12345 } }, 'en')).toContain('12,345')
    expect(
      noteText({ code: 'price_index_dividends', values: { index: '000300.SH', biasPerYear: 0.02 } }, 'zh-CN'),
    ).toMatch(/^000300\.SH 为价格指数.*2\.00%。$/)
  })

  it('shows a code it does not know, with its values', () => {
    expect(noteText({ code: 'constructor', values: { count: 3, by: 'x' } }, 'en')).toBe(
      'constructor, count = 3, by = x',
    )
  })

  it('keeps a placeholder without a value visible', () => {
    expect(noteText({ code: 'st_unknown', values: {} }, 'en')).toContain('{count}')
  })

  it('inserts values verbatim, whatever they contain', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(fillPlaceholders('a {x} b {x}', { x: value })).toBe(`a ${value} b ${value}`)
      }),
    )
  })
})

describe('limitText', () => {
  it('names limits in words, and shows one it does not know', () => {
    const limits = [
      'industry:+Oil & gas',
      'industry:-Banks',
      'size:+',
      'style:-residual_volatility',
      'style:+other',
      'members',
      'te',
    ]
    expect(limits.map((limit) => limitText(limit, 'en'))).toEqual([
      'Industry Oil & gas upper',
      'Industry Banks lower',
      'Size upper',
      'Residual volatility lower',
      'other upper',
      'Member weight',
      'Tracking error',
    ])
    expect(limitText('industry:+银行', 'zh-CN')).toBe('银行行业上限')
    expect(limitText('industry:-unknown', 'en')).toBe('Industry Unclassified lower')
    expect(limitText('constructor', 'en')).toBe('constructor')
  })
})
