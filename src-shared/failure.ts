import { type ErrorCode, type ErrorData, type ErrorPlace, type ErrorWords, PlateauError } from './errors.ts'
import { fillPlaceholders, type Locale, LOCALES } from './locales/index.ts'

/** An error that a user can meet, in every language; values stand in place of `{name}`. */
export interface ErrorText extends Readonly<Record<Locale, ErrorWords>> {
  readonly code: ErrorCode
}

/** A value of a text: the same in every language, or a phrase in each. */
export type ErrorValue = string | number | Readonly<Record<Locale, string>>

type Placeholders<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never

/** The names of a text's values, as its English words have them. */
type ValuesOf<T extends ErrorText> = Readonly<
  Record<Placeholders<T['en']['message']> | Placeholders<T['en']['remedy']>, ErrorValue>
>

/** An error of the catalogue (`src-shared/locales/errors`), with its words in both languages. */
export function failure<const T extends ErrorText>(
  text: T,
  values: ValuesOf<T>,
  options: { readonly place?: ErrorPlace; readonly cause?: unknown } = {},
): PlateauError {
  const { message, remedy } = wordsIn('en', text, values)
  return new PlateauError(text.code, message, {
    remedy,
    inChinese: wordsIn('zh-CN', text, values),
    ...options,
  })
}

/** A phrase in each language, for a value of a text. */
export function inEachLanguage(phrase: (locale: Locale) => string): Readonly<Record<Locale, string>> {
  return Object.fromEntries(LOCALES.map((locale) => [locale, phrase(locale)])) as Record<Locale, string>
}

/** A phrase of the catalogue with its values, for a value of a text. */
export function phraseOf<const T extends Readonly<Record<Locale, string>>>(
  phrase: T,
  values: Readonly<Record<Placeholders<T['en']>, ErrorValue>>,
): Readonly<Record<Locale, string>> {
  return inEachLanguage((locale) => filled(phrase[locale], values, locale))
}

/** Names beside each other, set apart as each language does. */
export function listed(names: readonly ErrorValue[]): Readonly<Record<Locale, string>> {
  return inEachLanguage((locale) =>
    names.map((name) => inLanguage(name, locale)).join(locale === 'en' ? ', ' : '、'),
  )
}

/** What an error says in a language; in English where it has no other words. */
export function wordsOf(error: ErrorData, locale: Locale): ErrorWords {
  return (locale === 'zh-CN' ? error.inChinese : undefined) ?? error
}

function wordsIn(locale: Locale, text: ErrorText, values: Readonly<Record<string, ErrorValue>>): ErrorWords {
  const { message, remedy } = text[locale]
  return {
    message: filled(message, values, locale),
    ...(remedy === undefined ? {} : { remedy: filled(remedy, values, locale) }),
  }
}

function filled(text: string, values: Readonly<Record<string, ErrorValue>>, locale: Locale): string {
  const entries = Object.entries(values).map(([name, value]) => [name, inLanguage(value, locale)])
  return fillPlaceholders(text, Object.fromEntries(entries) as Record<string, string>)
}

const inLanguage = (value: ErrorValue, locale: Locale): string =>
  typeof value === 'object' ? value[locale] : String(value)
