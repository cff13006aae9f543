import type { z } from 'zod'
import {
  COMMON_FIELDS,
  type Composition,
  compositionOf,
  formulaOf,
  type Method,
  methodDefinition,
  METHODS as DEFINITIONS,
  optimizerConfig,
  type OptimizerConfig,
} from '../../../src-shared/domain/optimizer/index.ts'
import type { TrainingLoss } from '../../../src-shared/domain/study.ts'
import { type Locale, LOCALES, optionText, terms } from '../../../src-shared/locales/index.ts'
import { type Field, fieldsOf, type SectionField, variantFields, type VariantField } from './schemaFields.ts'

export type { Method }

/** Every method the study schema knows, in its order. */
export const METHODS: readonly Method[] = DEFINITIONS.map(({ method }) => method)

/** The methods of the report that Plateau reproduces, beside their baseline. */
const REPORT: readonly Method[] = ['plain', 'sam', 'asam', 'gsam', 'gam', 'fsam']

export type MethodGroup = 'base' | 'ascent' | 'efficient' | 'noise' | 'outputs' | 'federated' | 'composed'

/** Where a method stands among the others: told from its parts. */
export function methodGroup(method: Method): MethodGroup {
  if (method === 'composed') return 'composed'
  const { perturbation, schedule, target, federated } = compositionOf(optimizerOf('name', method))
  if (federated !== null) return 'federated'
  if (target !== null) return 'outputs'
  if (perturbation === null) return 'base'
  if (perturbation.direction.kind === 'noise') return 'noise'
  const whole =
    perturbation.mask.kind === 'none' && schedule.steps.kind === 'every' && schedule.samples.kind === 'all'
  return whole ? 'ascent' : 'efficient'
}

/** An optimizer with the method's defaults. */
export const optimizerOf = (name: string, method: Method): OptimizerConfig =>
  optimizerConfig.parse({ name, method } as Parameters<typeof optimizerConfig.parse>[0])

/** The methods by where they stand, as a menu lists them. */
export const METHOD_GROUPS: ReadonlyMap<MethodGroup, readonly Method[]> = Map.groupBy(METHODS, methodGroup)

/** The parts an optimizer stands for; null while a value of it is out of range. */
export function partsOf(optimizer: OptimizerConfig): Composition | null {
  try {
    return compositionOf(optimizer)
  } catch {
    return null
  }
}

/** A method's formulas as it is set; a field whose value cannot be read has its default. */
export function typedFormula(optimizer: OptimizerConfig, loss: TrainingLoss): readonly string[] {
  const values = optimizer as unknown as Readonly<Record<string, unknown>>
  const read = Object.entries<z.ZodType>(methodDefinition(optimizer.method).parameters).map(
    ([name, schema]) => {
      const typed = schema.safeParse(values[name])
      return [name, typed.success ? typed.data : schema.parse(undefined)]
    },
  )
  return formulaOf({ ...optimizer, ...Object.fromEntries(read) }, loss)
}

interface OptimizerFields {
  /** The method's own. */
  readonly own: readonly Field[]
  /** What every optimizer has. */
  readonly common: readonly Field[]
}

const FIELDS = new Map(
  DEFINITIONS.map(({ method, schema }): [Method, OptimizerFields] => {
    const of = (common: boolean) =>
      Object.fromEntries(
        Object.entries(schema.shape).filter(([name]) => COMMON_FIELDS.includes(name) === common),
      )
    return [method, { own: fieldsOf(of(false), method), common: fieldsOf(of(true), 'optimizer') }]
  }),
)
export const optimizerFields = (method: Method): OptimizerFields => FIELDS.get(method)!

/** Numbers of a row beside the learning rate. */
const ROW_NUMBERS = 2

/** Where each field of an optimizer stands: its main numbers in the row, every other one below. */
export interface FieldPlaces {
  readonly base: VariantField
  /** Of the base rule. */
  readonly rowBase: readonly Field[]
  readonly moreBase: readonly Field[]
  /** Of the method. */
  readonly rowOwn: readonly Field[]
  readonly moreOwn: readonly Field[]
  /** Of every optimizer. */
  readonly schedule: SectionField
  readonly moreCommon: readonly Field[]
}

/** The row has the learning rate and the method's first numbers, or the weight decay where the method has too few. */
export function fieldPlaces(optimizer: OptimizerConfig): FieldPlaces {
  const { own, common } = optimizerFields(optimizer.method)
  const base = common.find(({ name }) => name === 'base') as VariantField
  const schedule = common.find(({ name }) => name === 'learningRateSchedule') as SectionField
  const rowOwn = own.filter(({ kind, nullable }) => kind === 'number' && !nullable).slice(0, ROW_NUMBERS)
  const inRow = ['learningRate', ...(rowOwn.length < ROW_NUMBERS ? ['weightDecay'] : [])]
  const fields = variantFields(base, optimizer.base)
  return {
    base,
    rowBase: fields.filter(({ name }) => inRow.includes(name)),
    moreBase: fields.filter(({ name }) => !inRow.includes(name)),
    rowOwn,
    moreOwn: own.filter((field) => !rowOwn.includes(field)),
    schedule,
    moreCommon: common.filter((field) => field !== base && field !== schedule),
  }
}

/** What an optimizer is called unless its user calls it otherwise; one without a method by its base rule. */
export function defaultName(
  { method, base }: Pick<OptimizerConfig, 'method' | 'base'>,
  locale: Locale,
): string {
  return method === 'plain'
    ? optionText('base', 'rule', base.rule, locale).name
    : terms[locale].methods[method].name
}

/** `wanted`, or `wanted 2`, `wanted 3`, ... when another optimizer has that name: names are the rows' labels. */
export function freeName(wanted: string, optimizers: readonly Pick<OptimizerConfig, 'name'>[]): string {
  const taken = new Set(optimizers.map((optimizer) => optimizer.name))
  for (let at = 1; ; at++) {
    const name = at === 1 ? wanted : `${wanted} ${at}`
    if (!taken.has(name)) return name
  }
}

/** Whether a name is the default one, in whichever language it was given, with or without a number. */
function isDefaultName(optimizer: OptimizerConfig): boolean {
  return LOCALES.some((locale) => {
    const name = defaultName(optimizer, locale)
    return optimizer.name.startsWith(name) && /^( \d+)?$/.test(optimizer.name.slice(name.length))
  })
}

/** `next` in place of `before`: under the same name, or its own default one where `before` had only that. */
function renamed(
  next: OptimizerConfig,
  before: OptimizerConfig,
  others: readonly OptimizerConfig[],
  locale: Locale,
): OptimizerConfig {
  const name = isDefaultName(before) ? freeName(defaultName(next, locale), others) : before.name
  return { ...next, name }
}

/** An optimizer with another method: that method's defaults, and what every optimizer has as it was. */
export function withMethod(
  before: OptimizerConfig,
  method: Method,
  others: readonly OptimizerConfig[],
  locale: Locale,
): OptimizerConfig {
  const { name, base, learningRateSchedule, clipNorm } = before
  const next = { ...optimizerOf(method, method), name, base, learningRateSchedule, clipNorm }
  return renamed(next, before, others, locale)
}

/** An optimizer with another base rule; only the name follows it. */
export function withBase(
  before: OptimizerConfig,
  base: OptimizerConfig['base'],
  others: readonly OptimizerConfig[],
  locale: Locale,
): OptimizerConfig {
  return renamed({ ...before, base }, before, others, locale)
}

/** The same optimizer as an own composition, to change from there; its name stays, as it still does the same. */
export function asParts(optimizer: OptimizerConfig): OptimizerConfig {
  const { name, base, learningRateSchedule, clipNorm } = optimizer
  return { method: 'composed', name, base, learningRateSchedule, clipNorm, parts: compositionOf(optimizer) }
}

/** The report's optimizers with their defaults. */
export function reportOptimizers(locale: Locale): OptimizerConfig[] {
  return REPORT.map((method) => {
    const optimizer = optimizerOf('name', method)
    return { ...optimizer, name: defaultName(optimizer, locale) }
  })
}

/** Names of the optimizers that a list would no longer have, as they are set. */
export function lostBy(before: readonly OptimizerConfig[], after: readonly OptimizerConfig[]): string[] {
  const kept = new Set(after.map((optimizer) => settingsOf(optimizer)))
  return before.filter((optimizer) => !kept.has(settingsOf(optimizer))).map(({ name }) => name)
}

/** What an optimizer is, as one text, whatever the order of its fields. */
const settingsOf = (optimizer: OptimizerConfig): string =>
  JSON.stringify(optimizerConfig.safeParse(optimizer).data ?? optimizer)
