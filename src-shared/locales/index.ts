import { engineKind, type EngineReason } from '../domain/compute.ts'
import { formatDate, isDateInt } from '../domain/date.ts'
import { styleName } from '../domain/factorAnalysis.ts'
import type { Note } from '../domain/result.ts'
import type { Decision } from '../domain/portfolio.ts'
import { formatCount, formatNumber, formatPercent } from '../format.ts'
import { en } from './en.ts'
import { zhCN } from './zh-CN.ts'

export { groupOfKind, methodAdaptation, optionText, type ParameterText, parameterText } from './optimizers.ts'

/** The same tree with every text widened to string: what each locale must provide. */
export type Texts<T> = T extends string ? string : { readonly [K in keyof T]: Texts<T[K]> }

export type Terms = Texts<typeof zhCN>
export type MetricKey = keyof Terms['metrics']
export type NoteCode = keyof Terms['notes']

export const LOCALES = ['zh-CN', 'en'] as const
export type Locale = (typeof LOCALES)[number]

export const terms: Readonly<Record<Locale, Terms>> = { 'zh-CN': zhCN, en }

/** `text` with each `{name}` replaced by its value; a name without a value stays, so that the gap is seen. */
export function fillPlaceholders(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}

/** Name of an index, its symbol when it has no name here. */
export function indexName(symbol: string, locale: Locale): string {
  const names: Readonly<Record<string, string>> = terms[locale].indices
  return Object.hasOwn(names, symbol) ? names[symbol] : symbol
}

/** A style by its name in the risk model. */
export function styleText(style: string, locale: Locale): string {
  const known = styleName.safeParse(style)
  return known.success ? terms[locale].styles[known.data] : style
}

/** An industry by its name in the classification; the group of the stocks without one in words. */
export function industryText(industry: string, locale: Locale): string {
  return industry === 'unknown' ? terms[locale].unclassified : industry
}

/**
 * A limit of the optimiser in words: `industry:+X`, `industry:-X`, `style:+X`, `style:-X`, `size:+`, `size:-`, `members`, `turnover`,
 * `te`, `participation`, and what keeps the weights of single stocks from summing to 1. A limit of a newer version is shown as it stands.
 */
export function limitText(limit: string, locale: Locale): string {
  const { limits } = terms[locale]
  if (isPlainLimit(limit)) return limits[limit]
  if (limit === 'te') return limits.trackingError
  const [, kind, side, name] = /^(industry|style|size):([+-])(.*)$/.exec(limit) ?? []
  if (kind === undefined) return limit
  return fillPlaceholders(limits[kind as 'industry' | 'style' | 'size'], {
    side: side === '+' ? limits.over : limits.under,
    name: kind === 'style' ? styleText(name, locale) : industryText(name, locale),
  })
}

/** Limits whose names are those of their texts. */
const PLAIN_LIMITS = [
  'members',
  'turnover',
  'participation',
  'stocks',
  'sell',
  'untraded',
  'stockActiveMax',
] as const

const isPlainLimit = (limit: string): limit is (typeof PLAIN_LIMITS)[number] =>
  (PLAIN_LIMITS as readonly string[]).includes(limit)

/** A limit that gave, and by how much. */
export function slackText({ limit, slack }: Decision['relaxed'][number], locale: Locale): string {
  const { gave, outOfReach } = terms[locale].limits
  return fillPlaceholders(limit === 'participation' ? outOfReach : gave, {
    limit: limitText(limit, locale),
    value: limitValue(limit, slack, locale),
  })
}

/** A limit that alone would have been enough, and at which value. */
export function remedyText(
  { limit, value }: NonNullable<Decision['remedies']>[number],
  locale: Locale,
): string {
  return fillPlaceholders(terms[locale].limits.loosened, {
    limit: limitText(limit, locale),
    value: limitValue(limit, value, locale),
  })
}

/** A bound or slack in the limit's own unit: standard deviations, weight or turnover, tracking error a year. */
export function limitValue(limit: string, value: number, locale: Locale): string {
  const { limits } = terms[locale]
  if (/^(size|style):/.test(limit))
    return fillPlaceholders(limits.deviations, { value: formatNumber(value, 4) })
  const percent = formatPercent(value, 'negative', 3)
  return limit === 'te' ? fillPlaceholders(limits.perYear, { value: percent }) : percent
}

/** Why a decision came to nothing, or an order, or what stands in for its optimum; of a newer version as it stands. */
export function reasonText(reason: string, locale: Locale): string {
  const { decisionReasons, refusalReasons, solverFallbacks } = terms[locale]
  const texts: Readonly<Record<string, string>> = {
    ...decisionReasons,
    ...refusalReasons,
    ...solverFallbacks,
  }
  return Object.hasOwn(texts, reason) ? texts[reason] : reason
}

/** An engine as results record it, `native avx512`, by the names that users know: Native AVX-512. */
export function engineText(label: string, locale: Locale): string {
  const [name, ...details] = label.split(' ')
  const kind = engineKind.safeParse(name)
  if (!kind.success) return label
  return `${terms[locale].engines[kind.data].name} ${engineDetailText(details.join(' '), locale)}`.trim()
}

/** What an engine's label has beside its name: an instruction set by its usual name, all else in its own words. */
export function engineDetailText(detail: string, locale: Locale): string {
  const names: Readonly<Record<string, string>> = terms[locale].instructionSets
  return names[detail] ?? detail
}

/** Why an engine is chosen, not chosen or missing, as a phrase. */
export function engineReasonText({ code, values }: EngineReason, locale: Locale): string {
  const { engineReasons, engines } = terms[locale]
  const chosen = engineKind.safeParse(values['chosen'])
  const named = chosen.success ? { ...values, chosen: engines[chosen.data].name } : values
  return fillPlaceholders(engineReasons[code], named)
}

/**
 * A note of a study as a sentence. Numbers are written by the placeholder's name: `share`, `largestShare`, `biasPerYear` and
 * `gapPerYear` are fractions, `asOf` is a date, any other number a count; `style` is a style's name in the risk model, `reason` one of `reasonText`. A code of a newer version is shown as it stands.
 */
export function noteText(note: Note, locale: Locale): string {
  const texts: Readonly<Record<string, string>> = terms[locale].notes
  const text = Object.hasOwn(texts, note.code) ? texts[note.code] : undefined
  const values = Object.fromEntries(
    Object.entries(note.values).map(([name, value]) => [name, noteValue(name, value, locale)]),
  )
  if (text !== undefined) return fillPlaceholders(text, values)
  const rest = Object.entries(values).map(([name, value]) => `${name} = ${value}`)
  return [note.code, ...rest].join(', ')
}

const FRACTIONS: ReadonlySet<string> = new Set(['share', 'largestShare', 'biasPerYear', 'gapPerYear'])

function noteValue(name: string, value: string | number, locale: Locale): string {
  if (name === 'reason') return reasonText(String(value), locale)
  if (typeof value === 'string') return name === 'style' ? styleText(value, locale) : value
  if (FRACTIONS.has(name)) return formatPercent(value)
  if (name === 'asOf' && isDateInt(value)) return formatDate(value)
  return formatCount(value)
}
