import { z } from 'zod'

/**
 * What a form needs to know about a schema, read from the schema itself: which controls, which ranges, which choices, which
 * defaults. `group` is where the texts of a field are found (src-shared/locales/optimizers.ts).
 */
export type Field = NumberField | ChoiceField | SwitchField | VariantField | SectionField
export type Values = Record<string, unknown>

interface Named {
  readonly name: string
  readonly group: string
  readonly nullable: boolean
  /** Value where none is given; undefined: one has to be given. */
  readonly preset: unknown
}

export interface NumberField extends Named {
  readonly kind: 'number'
  readonly integer: boolean
  readonly range: Range
}

export interface Range {
  readonly least: number
  readonly most: number
  /** The bound itself is not allowed. */
  readonly aboveLeast: boolean
  readonly belowMost: boolean
}

export interface ChoiceField extends Named {
  readonly kind: 'choice'
  readonly options: readonly string[]
}

export interface SwitchField extends Named {
  readonly kind: 'switch'
}

/** An object of one of several kinds, each with its own fields. */
export interface VariantField extends Named {
  readonly kind: 'variant'
  /** Field of the object that says which kind it is. */
  readonly discriminator: string
  readonly variants: readonly Variant[]
}

export interface Variant {
  readonly option: string
  readonly fields: readonly Field[]
}

export interface SectionField extends Named {
  readonly kind: 'section'
  readonly fields: readonly Field[]
}

/** Fields of an object's shape, in its order; what is fixed by the object's kind, and texts, have no field. */
export function fieldsOf(shape: z.core.$ZodShape, group: string): Field[] {
  return Object.entries(shape).flatMap(([name, schema]) => fieldOf(schema, name, group) ?? [])
}

function fieldOf(wrapped: z.core.$ZodType, name: string, group: string): Field | null {
  const { schema, nullable } = unwrap(wrapped)
  const preset = z.safeParse(wrapped, undefined)
  const named = { name, group, nullable, preset: preset.success ? preset.data : undefined }
  if (schema instanceof z.ZodNumber) return { ...named, kind: 'number', ...bounds(schema) }
  if (schema instanceof z.ZodBoolean) return { ...named, kind: 'switch' }
  if (schema instanceof z.ZodEnum) return { ...named, kind: 'choice', options: schema.options.map(String) }
  if (schema instanceof z.ZodObject)
    return { ...named, kind: 'section', fields: fieldsOf(schema.shape, groupOf(name)) }
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const { discriminator } = schema.def
    const variants = schema.options.map((option) => {
      const { shape } = option as z.ZodObject
      const value = (shape[discriminator] as z.ZodLiteral).value as string
      const fields = fieldsOf(shape, discriminator === 'rule' ? value : `${name}.${value}`)
      return { option: value, fields }
    })
    return { ...named, kind: 'variant', discriminator, variants }
  }
  return null
}

/** The parts of an own composition have the texts of a composition. */
const groupOf = (section: string): string => (section === 'parts' ? 'composition' : section)

/** The field at a path of a schema, one of any element where the path leads through a list; null where there is none. */
export function fieldAt(wrapped: z.core.$ZodType, path: readonly string[]): Field | null {
  const { schema } = unwrap(wrapped)
  const [name, ...below] = path
  if (schema instanceof z.ZodArray) return fieldAt(schema.element, path)
  if (!(schema instanceof z.ZodObject) || !Object.hasOwn(schema.shape, name)) return null
  const inner = schema.shape[name] as z.core.$ZodType
  return below.length === 0 ? fieldOf(inner, name, '') : fieldAt(inner, below)
}

function unwrap(wrapped: z.core.$ZodType): { schema: z.core.$ZodType; nullable: boolean } {
  if (wrapped instanceof z.ZodNullable || wrapped instanceof z.ZodOptional)
    return { schema: unwrap(wrapped.unwrap()).schema, nullable: true }
  if (wrapped instanceof z.ZodDefault || wrapped instanceof z.ZodPrefault) return unwrap(wrapped.unwrap())
  if (wrapped instanceof z.ZodPipe) return unwrap(wrapped.out)
  return { schema: wrapped, nullable: false }
}

function bounds(schema: z.ZodNumber): Pick<NumberField, 'integer' | 'range'> {
  const { type, ...bound } = z.toJSONSchema(schema)
  // A whole number without bounds has those of exact arithmetic, which say nothing to a reader.
  const given = (value: unknown): value is number =>
    typeof value === 'number' && Math.abs(value) !== Number.MAX_SAFE_INTEGER
  const first = (values: unknown[], open: number) => values.find(given) ?? open
  return {
    integer: type === 'integer',
    range: {
      least: first([bound.exclusiveMinimum, bound.minimum], -Infinity),
      most: first([bound.exclusiveMaximum, bound.maximum], Infinity),
      aboveLeast: given(bound.exclusiveMinimum),
      belowMost: given(bound.exclusiveMaximum),
    },
  }
}

/** A range as an interval, (0, 1] or [0, ∞); in percent: [0%, 100%]. */
export function rangeText({ least, most, aboveLeast, belowMost }: Range, percent = false): string {
  const written = (value: number) =>
    percent && Number.isFinite(value) ? `${Number((100 * value).toPrecision(12))}%` : String(value)
  const write = (value: number) => written(value).replace('Infinity', '∞').replace('-', '−')
  const open = aboveLeast || least === -Infinity ? '(' : '['
  const close = belowMost || most === Infinity ? ')' : ']'
  return `${open}${write(least)}, ${write(most)}${close}`
}

/** Cells of a line of fields. */
export const COLUMNS = 5

/** Whether fields and those of their kinds find room on one line, whatever kinds are chosen. */
export function fitOneLine(fields: readonly Field[]): boolean {
  const cells = fields.map((field) => {
    if (field.kind === 'section') return 0
    return 1 + (field.kind === 'variant' ? Math.max(...field.variants.map(({ fields }) => fields.length)) : 0)
  })
  return cells.reduce((sum, count) => sum + count, 0) <= COLUMNS
}

/** The kind an object has; null where it is left out. */
export function optionOf(field: VariantField, value: unknown): string | null {
  return value === null ? null : ((value as Values)[field.discriminator] as string)
}

/** The fields an object has beside its kind. */
export function variantFields(field: VariantField, value: unknown): readonly Field[] {
  const option = optionOf(field, value)
  return field.variants.find((variant) => variant.option === option)?.fields ?? []
}

/**
 * An object of another kind, with that kind's defaults; what has no default is taken over from `before`, where it was given,
 * or starts at the least that is allowed.
 */
export function valueOfOption(field: VariantField, option: string | null, before: unknown): unknown {
  if (option === null) return null
  const variant = field.variants.find((candidate) => candidate.option === option)!
  return { [field.discriminator]: option, ...presets(variant.fields, (before ?? {}) as Values) }
}

/** A section that is switched on, with its defaults. */
export const valueOfSection = (field: SectionField): Values => presets(field.fields, {})

function presets(fields: readonly Field[], before: Values): Values {
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      field.preset !== undefined ? structuredClone(field.preset) : (before[field.name] ?? least(field)),
    ]),
  )
}

const least = (field: Field): unknown => (field.kind === 'number' ? Math.max(field.range.least, 0) : null)
