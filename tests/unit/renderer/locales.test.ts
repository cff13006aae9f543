import { describe, expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import { ERROR_CODES } from '../../../src-shared/errors.ts'
import { en } from '../../../src-renderer/locales/en.ts'
import { zhCN } from '../../../src-renderer/locales/zh-CN.ts'
import { literalTexts, sources } from './sources.ts'

type Tree = { readonly [key: string]: string | Tree }

const leaves = (tree: Tree, prefix = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value]] : leaves(value, `${prefix}${key}.`),
  )
const chinese = new Map(leaves(zhCN))
const english = new Map(leaves(en as unknown as Tree))
const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()

describe('the window’s texts', () => {
  it('have the same keys in both languages', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort())
  })

  it('have the same placeholders in both languages', () => {
    for (const [key, text] of chinese)
      expect([key, placeholders(english.get(key)!)]).toEqual([key, placeholders(text)])
  })

  it('are never empty, and English has no Chinese but the name of the other language', () => {
    for (const [key, text] of [...chinese, ...english]) expect([key, text.trim()]).not.toEqual([key, ''])
    const mixed = [...english].filter(([, text]) => /\p{Script=Han}/u.test(text)).map(([key]) => key)
    expect(mixed).toEqual(['app.otherLanguage'])
  })

  it('title every error code', () => {
    expect(Object.keys(zhCN.errors).sort()).toEqual([...ERROR_CODES].sort())
  })

  it('are rendered with their placeholders filled', () => {
    const { t } = createI18n({ legacy: false, locale: 'zh-CN', messages: { 'zh-CN': zhCN, en } }).global
    for (const locale of ['zh-CN', 'en'] as const) {
      for (const [key, text] of locale === 'en' ? english : chinese) {
        const names = placeholders(text).map((placeholder) => placeholder.slice(1, -1))
        const values = Object.fromEntries(names.map((name) => [name, `<${name}>`]))
        const expected = text.replace(/\{(\w+)\}/g, '<$1>')
        expect([key, t(key, values, { locale })]).toEqual([key, expected])
      }
    }
  })
})

describe('the sources', () => {
  const code = sources.filter(({ file }) => !file.startsWith('locales/'))

  it('show no text that is not in the locales', () => {
    const components = sources.filter(({ file }) => file.endsWith('.vue'))
    expect(components.length).toBeGreaterThan(20)
    const untranslated = components.flatMap(({ file, text }) =>
      literalTexts(text)
        .filter((literal) => /\p{L}/u.test(literal))
        .map((literal) => `${file}: ${literal}`),
    )
    expect(untranslated).toEqual([])
  })

  it('have Chinese in the locales only', () => {
    expect(code.filter(({ text }) => /\p{Script=Han}/u.test(text)).map(({ file }) => file)).toEqual([])
  })

  it('ask for texts that exist, and leave none unused', () => {
    // `t('a.b')` names one text; t(`a.${x}`) names all below `a.`; other uses pass a key as data in quotes.
    const used = new Set<string>()
    const missing: string[] = []
    for (const { file, text } of code) {
      for (const [, quoted, prefix] of text.matchAll(/\bt\(\s*(?:'([\w.]+)'|`([\w.]+)\.\$\{)/g)) {
        const found = [...chinese.keys()].filter((key) =>
          quoted === undefined ? key.startsWith(`${prefix}.`) : key === quoted,
        )
        if (found.length === 0) missing.push(`${file}: ${quoted ?? prefix}`)
        found.forEach((key) => used.add(key))
      }
      for (const [, quoted] of text.matchAll(/'(\w+(?:\.\w+)+)'/g)) if (chinese.has(quoted)) used.add(quoted)
    }
    expect(missing).toEqual([])
    expect([...chinese.keys()].filter((key) => !used.has(key))).toEqual([])
  })
})

describe('literalTexts', () => {
  it('finds text nodes and shown attributes, not bindings', () => {
    const component = `<template>
      <p title="Tip" class="x">Plain {{ t('a') }} <b :title="t('b')">{{ 'in code' }}</b></p>
    </template>`
    expect(literalTexts(component).filter(Boolean)).toEqual(['Tip', 'Plain'])
  })
})
