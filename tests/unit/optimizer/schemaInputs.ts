import fc from 'fast-check'
import { z } from 'zod'

export interface JsonSchema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
}

/** Numbers are drawn from their range in as many equal parts, its ends included where they may be. */
const PARTS = 16
/** End of a range without one. */
const UNBOUNDED = 16

/** The fields of an object's schema, as JSON schema has them. */
export const fieldsOf = (schema: z.ZodType): Readonly<Record<string, JsonSchema>> =>
  (z.toJSONSchema(schema, { io: 'input' }) as JsonSchema).properties!

/** Inputs a schema takes: every option of its unions, fields given and left out, numbers in their ranges. */
export const inputsOf = (schema: z.ZodType): fc.Arbitrary<unknown> =>
  valuesOf(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema)

function valuesOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const options = schema.anyOf ?? schema.oneOf
  if (options !== undefined) return fc.oneof(...options.map(valuesOf))
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  switch (schema.type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'string':
      return fc.constant('name')
    case 'integer':
      return fc.integer({ min: schema.minimum!, max: schema.maximum! })
    case 'number': {
      const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
      const least = minimum ?? exclusiveMinimum!
      const most = maximum ?? exclusiveMaximum ?? UNBOUNDED
      return fc
        .integer({
          min: minimum === undefined ? 1 : 0,
          max: exclusiveMaximum === undefined ? PARTS : PARTS - 1,
        })
        .map((at) => least + ((most - least) * at) / PARTS)
    }
    case 'object': {
      const fields = Object.fromEntries(
        Object.entries(schema.properties!).map(([name, field]) => [name, valuesOf(field)]),
      )
      return fc.record(fields, { requiredKeys: [...(schema.required ?? [])] })
    }
    default:
      throw new Error(`No values for ${JSON.stringify(schema)}.`)
  }
}
