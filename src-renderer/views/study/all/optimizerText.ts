import { type Locale, optionText, parameterText, terms } from '../../../../src-shared/locales/index.ts'
import { METHODS, optimizerFields } from '../optimizers.ts'
import type { Field } from '../schemaFields.ts'
import type { Texts } from './settingWords.ts'

const FIELDS: readonly Field[] = METHODS.flatMap((method) => Object.values(optimizerFields(method)).flat())

/** The fields at a path, of whatever methods and kinds: which kind it is stands in the field of the whole. */
function fieldsAt(fields: readonly Field[], [name, ...below]: readonly string[]): readonly Field[] {
  return fields
    .filter((field) => field.name === name)
    .flatMap((field) => {
      if (below.length === 0) return [field]
      if (field.kind === 'section') return fieldsAt(field.fields, below)
      if (field.kind !== 'variant') return []
      if (below[0] === field.discriminator) return [field]
      return field.variants.flatMap((variant) => fieldsAt(variant.fields, below))
    })
}

/** What all say; null where they differ, as a comparison does not say of which method a setting is. */
function saidByAll(texts: readonly string[]): string | null {
  const [text = null, ...others] = new Set(texts)
  return others.length === 0 ? text : null
}

/** The form's name of an optimizer's setting; null without one, or with one for each method. */
export function optimizerSettingName(path: string, locale: Locale): string | null {
  if (path === 'method') return parameterText('optimizer', path, locale).name
  return saidByAll(
    fieldsAt(FIELDS, path.split('.')).map(({ group, name }) => parameterText(group, name, locale).name),
  )
}

/** A value of an optimizer's setting that is no number: one to choose from, or a whole by its kind; null for any other. */
export function optimizerValueText(path: string, value: unknown, locale: Locale): string | null {
  if (path === '') return methodText((value as { method?: string } | null)?.method ?? '', locale)
  if (path === 'method') return methodText(String(value), locale)
  return saidByAll(
    fieldsAt(FIELDS, path.split('.')).flatMap((field) => {
      const { group, name, kind } = field
      if (value === null) return [optionText(group, name, 'null', locale).name]
      if (kind === 'choice') return [optionText(group, name, String(value), locale).name]
      if (kind !== 'variant') return []
      const option = typeof value === 'object' ? (value as Texts)[field.discriminator] : String(value)
      return [optionText(name, field.discriminator, option, locale).name]
    }),
  )
}

function methodText(method: string, locale: Locale): string {
  const methods: Readonly<Record<string, { readonly name: string }>> = terms[locale].methods
  return Object.hasOwn(methods, method) ? methods[method].name : method
}
