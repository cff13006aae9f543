import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { PlateauError } from '../../../src-shared/errors.ts'
import {
  type ErrorText,
  failure,
  inEachLanguage,
  listed,
  phraseOf,
  wordsOf,
} from '../../../src-shared/failure.ts'

const folder = new URL('../../../src-shared/locales/errors/', import.meta.url)

/** Everything the catalogue exports: texts of errors, and phrases, which have no code. */
const exported: [string, object][] = []
for (const file of readdirSync(folder)) {
  const modules = (await import(new URL(file, folder).href)) as Record<string, object>
  for (const [name, group] of Object.entries(modules))
    for (const [key, entry] of Object.entries(group))
      exported.push([`${file} ${name}.${key}`, entry as object])
}
const texts = exported.filter((entry): entry is [string, ErrorText] => 'code' in entry[1])

const placeholders = (text = ''): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort()
const phrases = (entry: object): string[] =>
  Object.values(entry).flatMap((value: unknown) =>
    typeof value === 'object' && value !== null ? phrases(value) : [String(value)],
  )

describe('the catalogue of errors', () => {
  it('has texts', () => {
    expect(texts.length).toBeGreaterThan(10)
  })

  it.each(exported)('%s: Chinese beside English, each in its own script', (_name, entry) => {
    const { 'zh-CN': chinese, en } = entry as Record<string, object | string>
    for (const text of phrases([chinese])) expect(text).toMatch(/\p{Script=Han}/u)
    for (const text of phrases([en])) expect(text).not.toMatch(/\p{Script=Han}/u)
  })

  it.each(texts)('%s: the same values in both languages', (_name, { 'zh-CN': chinese, en }) => {
    expect(placeholders(chinese.message)).toEqual(placeholders(en.message))
    expect(placeholders(chinese.remedy)).toEqual(placeholders(en.remedy))
    expect(chinese.remedy === undefined).toBe(en.remedy === undefined)
  })
})

const bars = {
  code: 'data_insufficient',
  'zh-CN': { message: '{symbol} 只有 {days} 日行情：{why}。', remedy: '请导入 {symbol} 的行情。' },
  en: { message: '{symbol} has bars of {days} days: {why}.', remedy: 'Import bars of {symbol}.' },
} as const satisfies ErrorText

describe('failure', () => {
  const why = inEachLanguage((locale) => (locale === 'en' ? 'suspended' : '停牌'))
  const error = failure(bars, { symbol: '600000.SH', days: 12, why }, { place: { field: 'period' } })

  it('says what happened in both languages', () => {
    expect(error.toData()).toEqual({
      code: 'data_insufficient',
      message: '600000.SH has bars of 12 days: suspended.',
      remedy: 'Import bars of 600000.SH.',
      place: { field: 'period' },
      inChinese: { message: '600000.SH 只有 12 日行情：停牌。', remedy: '请导入 600000.SH 的行情。' },
    })
    expect(wordsOf(error.toData(), 'zh-CN').message).toBe('600000.SH 只有 12 日行情：停牌。')
    expect(wordsOf(error.toData(), 'en').message).toBe('600000.SH has bars of 12 days: suspended.')
  })

  it('sets names apart, phrases among them, as each language does', () => {
    const portfolio = { 'zh-CN': '{model} 增强 {index}', en: '{model} on {index}' } as const
    const names = ['SAM', 'GAM'].map((model) => phraseOf(portfolio, { model, index: '000300.SH' }))
    expect(listed(names)).toEqual({
      'zh-CN': 'SAM 增强 000300.SH、GAM 增强 000300.SH',
      en: 'SAM on 000300.SH, GAM on 000300.SH',
    })
  })

  it('keeps its words when its place is known better and when it crosses a boundary', () => {
    const placed = PlateauError.fromData(error.at({ file: 'a.csv', row: 3 }).toData())
    expect(placed.toData()).toEqual({
      ...error.toData(),
      place: { file: 'a.csv', row: 3, field: 'period' },
    })
    expect(placed.describe()).toBe(
      'a.csv, row 3, field period: 600000.SH has bars of 12 days: suspended.\n  Import bars of 600000.SH.',
    )
  })

  it('is said in English where it has no other words', () => {
    const plain = new PlateauError('internal', 'A weight is missing.').toData()
    expect(wordsOf(plain, 'zh-CN').message).toBe('A weight is missing.')
  })
})
