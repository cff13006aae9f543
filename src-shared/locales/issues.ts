import type { z } from 'zod'
import zodZhCN from 'zod/v4/locales/zh-CN.js'
import { refusalOf } from '../domain/refusal.ts'
import { fillPlaceholders, type Locale } from './index.ts'
import { refusalText } from './refusals.ts'

/** What a schema refuses of a value, its messages in a language; none when it takes the value. */
export function schemaIssues(schema: z.ZodType, value: unknown, locale: Locale): readonly z.core.$ZodIssue[] {
  const language = locale === 'zh-CN' ? { error: zodZhCN().localeError } : {}
  return schema.safeParse(value, language).error?.issues ?? []
}

/** An issue of `schemaIssues` as a sentence of its language without its full stop. */
export function issueText(issue: z.core.$ZodIssue, locale: Locale): string {
  const refusal = refusalOf(issue)
  return refusal === null ? issue.message : refusalText(refusal, locale)
}

const PHRASES = {
  unknownField: { 'zh-CN': '未知字段', en: 'unknown field' },
  unknownFields: { 'zh-CN': '未知字段 {names}', en: 'unknown fields {names}' },
  colon: { 'zh-CN': '：', en: ': ' },
  semicolon: { 'zh-CN': '；', en: '; ' },
  and: { 'zh-CN': '；另有 ', en: '; and ' },
} as const

/** All issues of a file in one sentence: the first, whose field is told beside it, and the others with theirs. */
export function issuesText(issues: readonly z.core.$ZodIssue[], locale: Locale): string {
  const [first, ...rest] = issues.map((issue) => sentence(issue, locale))
  const others = rest.map((text, at) => `${fieldOf(issues[at + 1])}${PHRASES.colon[locale]}${text}`)
  if (others.length === 0) return first
  return `${first}${PHRASES.and[locale]}${others.join(PHRASES.semicolon[locale])}`
}

function sentence(issue: z.core.$ZodIssue, locale: Locale): string {
  // The schema's own English names fields as a file writes them.
  if (issue.code !== 'unrecognized_keys') return locale === 'en' ? issue.message : issueText(issue, locale)
  const { unknownField, unknownFields } = PHRASES
  if (issue.keys.length === 1) return unknownField[locale]
  return fillPlaceholders(unknownFields[locale], { names: issue.keys.join(', ') })
}

/** The field of an issue as files write it: optimizers[0].rho. */
export function fieldOf(issue: z.core.$ZodIssue): string {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : issue.path
  return (
    path.reduce<string>(
      (text, part) =>
        typeof part === 'number' ? `${text}[${part}]` : `${text}${text === '' ? '' : '.'}${String(part)}`,
      '',
    ) || '(the whole file)'
  )
}
