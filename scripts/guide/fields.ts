import { z } from 'zod'
import {
  baseRule,
  COMMON_FIELDS,
  type MethodDefinition,
  METHODS,
} from '../../src-shared/domain/optimizer/index.ts'
import { groupOfKind } from '../../src-shared/locales/index.ts'

/** What is used here of a JSON schema that zod writes. */
export interface JsonSchema {
  readonly type?: string
  readonly const?: string
  readonly enum?: readonly string[]
  readonly default?: unknown
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly exclusiveMaximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly oneOf?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
}

/** One field that a study file may set on an optimizer. */
export interface Field {
  /** As src-shared/locales/optimizers.ts has it. */
  readonly group: string
  readonly name: string
  /** Dotted, from the object that the walk began with. */
  readonly path: string
  readonly schema: JsonSchema
  /** Values to choose from, `null` among them where it is one; none of a number or a text. */
  readonly options: readonly string[]
}

/** Every field of a method's optimizers, those of all of their parts included; of equal ones the first. */
export function fieldsOf({ method, schema }: Pick<MethodDefinition, 'method' | 'schema'>): Field[] {
  const properties = jsonSchema(schema).properties ?? {}
  const own = Object.entries(properties).map(([name, part]) => ({
    group: COMMON_FIELDS.includes(name) ? 'optimizer' : method,
    name,
    part,
  }))
  return unique(own.flatMap(({ group, name, part }) => walk(group, name, name, part)))
}

/** Of every method together. */
export const allFields = (): Field[] => {
  const found = new Map(
    METHODS.flatMap(fieldsOf).map((field) => [`${field.group}/${field.name}`, field] as const),
  )
  return [...found.values()]
}

const jsonSchema = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema

/** The kinds of a part by name; empty of anything else. `null` is none of them. */
function kindsOf(schema: JsonSchema): { readonly kind: string; readonly schema: JsonSchema }[] {
  return alternatives(schema).flatMap((each) => {
    const kind = each.properties?.['kind']?.const ?? each.properties?.['rule']?.const
    return kind === undefined ? [] : [{ kind, schema: each }]
  })
}

function walk(group: string, name: string, path: string, schema: JsonSchema): Field[] {
  if (schema.const !== undefined && name !== 'method') return []
  const kinds = kindsOf(schema)
  const inside = kinds.length > 0 ? [] : alternatives(schema).filter(({ properties }) => properties)
  const nested = [
    ...kinds.map(({ kind, schema: each }) => ({ group: groupOfKind(name, kind), each })),
    ...inside.map((each) => ({ group: name === 'parts' ? 'composition' : name, each })),
  ]
  return [
    field(group, name, path, schema),
    ...(kinds.length === 0 ? [] : [kindField(name, path, schema, kinds)]),
    ...nested.flatMap(({ group: at, each }) =>
      Object.entries(each.properties ?? {}).flatMap(([key, part]) => walk(at, key, `${path}.${key}`, part)),
    ),
  ]
}

function field(group: string, name: string, path: string, schema: JsonSchema): Field {
  const nullable = schema.anyOf?.some(({ type }) => type === 'null') ?? false
  return { group, name, path, schema, options: [...(schema.enum ?? []), ...(nullable ? ['null'] : [])] }
}

function kindField(
  name: string,
  path: string,
  schema: JsonSchema,
  kinds: readonly { readonly kind: string }[],
): Field {
  const key = name === 'base' ? 'rule' : 'kind'
  const options = kinds.map(({ kind }) => kind)
  const unset = schema.default as Readonly<Record<string, unknown>> | null | undefined
  return {
    group: name,
    name: key,
    path: `${path}.${key}`,
    schema: { enum: options, default: name === 'base' ? baseRule.parse({}).rule : unset?.['kind'] },
    options,
  }
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  const branches = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])]
  return branches.length === 0 ? [schema] : branches.flatMap(alternatives)
}

function unique(fields: readonly Field[]): Field[] {
  return [...new Map(fields.map((each) => [`${each.group}/${each.path}`, each])).values()]
}
