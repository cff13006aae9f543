import { describe, expect, it } from 'vitest'
import { allFields } from '../../../scripts/guide/fields.ts'
import { LOCALES } from '../../../src-shared/locales/index.ts'
import {
  meaningsOf,
  OPTIONS,
  optionText,
  PARAMETERS,
  parameterText,
} from '../../../src-shared/locales/optimizers.ts'

const fields = allFields()
const choices = fields.flatMap((field) => field.options.map((option) => ({ ...field, option })))

describe.each(LOCALES)('texts of optimizer fields in %s', (locale) => {
  const texts = [
    ...fields.map(({ group, name }) => ({
      at: `${group} ${name}`,
      ...parameterText(group, name, locale),
    })),
    ...choices.map(({ group, name, option }) => ({
      at: `${group} ${name} ${option}`,
      ...optionText(group, name, option, locale),
    })),
  ]

  it('are there for every field and value of every method, base rule and part', () => {
    expect(texts.filter(({ name, definition }) => name === '' || definition === '')).toEqual([])
    // All methods' own fields, all base rules', all parts'.
    expect(texts.length).toBeGreaterThan(250)
  })

  it('are neutral and in their language', () => {
    for (const { at, name, definition } of texts) {
      expect(`${name} ${definition}`, at).not.toMatch(/\b(we|our|us)\b|我们/i)
      if (locale === 'en') expect(`${name} ${definition}`, at).not.toMatch(/\p{Script=Han}/u)
      else expect(definition, at).toMatch(/\p{Script=Han}/u)
    }
  })

  it('tell the values of a field apart', () => {
    for (const { group, name, options } of fields) {
      const names = options.map((option) => optionText(group, name, option, locale).name)
      expect(new Set(names).size, `${group} ${name}`).toBe(names.length)
    }
  })
})

describe('optimizer fields', () => {
  it('mean their own thing in each group', () => {
    const alphas = ['rmsprop', 'gsam', 'gam', 'gamExact', 'looksam'].map(
      (group) => parameterText(group, 'alpha', 'en').definition,
    )
    expect(new Set(alphas).size).toBe(alphas.length)
    expect(parameterText('adam', 'weightDecay', 'en')).not.toEqual(
      parameterText('adamw', 'weightDecay', 'en'),
    )
    expect(optionText('esam', 'variant', 'code', 'en')).not.toEqual(
      optionText('gam', 'variant', 'code', 'en'),
    )
    expect(optionText('gam', 'adaptive', 'true', 'zh-CN').name).toBe('是')
  })

  it('without a text stand for themselves', () => {
    expect(parameterText('sam', 'constructor', 'en')).toEqual({ name: 'constructor', definition: '' })
    expect(optionText('sam', 'curve', 'toString', 'en')).toEqual({ name: 'toString', definition: '' })
  })
})

describe('texts', () => {
  const used = (
    name: string,
    groups: readonly string[] | undefined,
    given: readonly (typeof fields)[number][],
  ) => {
    const own = meaningsOf(PARAMETERS, name).flatMap(({ of }) => of ?? [])
    const having = given.filter((field) => field.name === name).map(({ group }) => group)
    return groups === undefined
      ? having.some((group) => !own.includes(group))
      : groups.every((group) => having.includes(group))
  }

  it('of fields that no longer exist are gone', () => {
    for (const name of Object.keys(PARAMETERS)) {
      for (const { of } of meaningsOf(PARAMETERS, name)) expect(used(name, of, fields), name).toBe(true)
    }
  })

  it('of values that no longer exist are gone', () => {
    for (const name of Object.keys(OPTIONS)) {
      for (const { of, values } of meaningsOf(OPTIONS, name)) {
        const having = choices.filter(
          (choice) => choice.name === name && (of === undefined || of.includes(choice.group)),
        )
        if (of !== undefined) {
          expect([...new Set(having.map(({ group }) => group))].sort(), name).toEqual([...of].sort())
        }
        expect([...new Set(having.map(({ option }) => option))].sort(), name).toEqual(
          Object.keys(values).sort(),
        )
      }
    }
  })
})
