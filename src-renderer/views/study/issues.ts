import type { z } from 'zod'
import type { OptimizerConfig } from '../../../src-shared/domain/optimizer/index.ts'
import { type StudyConfig, studyConfig } from '../../../src-shared/domain/study.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { type Locale, parameterText } from '../../../src-shared/locales/index.ts'
import { issueText, schemaIssues } from '../../../src-shared/locales/issues.ts'
import { numberSetting } from './numberSettings.ts'
import { optimizerFields } from './optimizers.ts'
import { type Field, rangeText, type Values, variantFields } from './schemaFields.ts'

/** What keeps a study from being started. */
export interface StudyIssue {
  readonly path: readonly PropertyKey[]
  /** What it is about: an optimizer's field in words, any other as study files write it. */
  readonly subject: string
  readonly text: string
}

/** What a field of the form holds beside its setting, being none. */
export interface Unread {
  readonly path: readonly PropertyKey[]
  readonly typed: string
  /** Why it is none. */
  readonly why: (t: Translate) => string
}

/** The issues of one optimizer by the field they concern, as a path below the optimizer: `parts.target`. */
export type FieldIssues = ReadonlyMap<string, readonly string[]>

/** The window's own texts. */
export type Translate = (key: string, values: Record<string, string>) => string

/** Everything that is wrong with a study of the form, in the language of the window; nothing when it may be started. */
export function studyIssues(study: StudyConfig, locale: Locale, t: Translate): StudyIssue[] {
  const named = study.optimizers.map(({ name }) => name)
  const repeated = named.flatMap((name, at) => (named.indexOf(name) === at ? [] : [at]))
  const names = repeated.map((at) => ({ path: ['optimizers', at, 'name'], text: t('study.nameTaken', {}) }))
  const found = schemaIssues(studyConfig, study, locale)
    // Said at each of the names.
    .filter(({ path }) => repeated.length === 0 || pathText(path) !== 'optimizers')
    .map((issue) => ({ path: issue.path, text: fieldText(issue, study, t) ?? issueText(issue, locale) }))
  return [...names, ...found].map((issue) => ({ ...issue, subject: subjectOf(issue.path, study, locale) }))
}

/**
 * Refuses a study of the form that may not be started, and one beside which the form holds what is in no setting: it would
 * not be the study that is seen.
 * @throws PlateauError `study_invalid` with the first issue and its place
 */
export function requireStartable(
  study: StudyConfig,
  unread: Iterable<Unread>,
  textsOf: (locale: Locale) => Translate,
): void {
  const saidIn = (locale: Locale) => {
    const t = textsOf(locale)
    const held = [...unread].map(({ path, typed, why }) => ({ path, subject: typed, text: why(t) }))
    return [...held, ...studyIssues(study, locale, t)].map(({ path, subject, text }) => ({
      path,
      message: t('study.issue', { subject, text }),
    }))
  }
  refuseFirst(saidIn)
}

/**
 * A study from data of any shape.
 * @throws PlateauError `study_invalid` with the first issue and its place
 */
export function parseStudy(value: unknown): StudyConfig {
  refuseFirst((locale) =>
    schemaIssues(studyConfig, value, locale).map((issue) => ({
      path: issue.path,
      message: issueText(issue, locale),
    })),
  )
  return studyConfig.parse(value)
}

/** The language of the window may be switched while the refusal is read. */
function refuseFirst(
  saidIn: (locale: Locale) => readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): void {
  const [issue] = saidIn('en')
  if (issue === undefined) return
  throw new PlateauError('study_invalid', issue.message, {
    inChinese: { message: saidIn('zh-CN')[0]!.message },
    place: { field: pathText(issue.path) },
  })
}

/** The issues of the optimizer at a place of the list. */
export function optimizerIssues(issues: readonly StudyIssue[], at: number): FieldIssues {
  const own = issues.filter(({ path }) => path[0] === 'optimizers' && path[1] === at)
  const byField = Map.groupBy(own, ({ path }) => path.slice(2).join('.'))
  return new Map([...byField].map(([path, list]) => [path, list.map(({ text }) => text)]))
}

/** What a field may hold, where that says more than the schema does. */
function fieldText(issue: z.core.$ZodIssue, study: StudyConfig, t: Translate): string | null {
  const { path, code } = issue
  if (code === 'custom') return null
  if (code === 'too_small' && ['string', 'array'].includes(issue.origin)) return t('study.nameMissing', {})
  const [list, at, ...below] = path
  if (list !== 'optimizers' || typeof at !== 'number') {
    const setting = numberSetting(pathText(path))
    if (setting === null) return null
    return t(setting.integer ? 'study.wholeNumberIn' : 'study.numberIn', { range: setting.range })
  }
  const field = fieldAt(study.optimizers[at], below)
  if (field?.kind !== 'number') return null
  return t(field.integer ? 'study.wholeNumberIn' : 'study.numberIn', { range: rangeText(field.range) })
}

function subjectOf(path: readonly PropertyKey[], study: StudyConfig, locale: Locale): string {
  const [list, at, ...below] = path
  if (list !== 'optimizers' || typeof at !== 'number') return pathText(path)
  const { name } = study.optimizers[at]
  const field =
    below[0] === 'name' ? { group: 'optimizer', name: 'name' } : fieldAt(study.optimizers[at], below)
  return [name, field && parameterText(field.group, field.name, locale).name].filter(Boolean).join(' · ')
}

/** The field of an optimizer at a path; null where its form has none. */
function fieldAt(optimizer: OptimizerConfig, path: readonly PropertyKey[]): Field | null {
  const { own, common } = optimizerFields(optimizer.method)
  let fields: readonly Field[] = [...own, ...common]
  let value: unknown = optimizer
  let found: Field | null = null
  for (const name of path) {
    found = fields.find((field) => field.name === name) ?? null
    if (found === null) return null
    value = (value as Values)[found.name]
    fields =
      found.kind === 'section' ? found.fields : found.kind === 'variant' ? variantFields(found, value) : []
  }
  return found
}

/** A path as study files write it: optimizers[0].rho. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at === 0 ? '' : '.'}${String(part)}`))
    .join('')
}
