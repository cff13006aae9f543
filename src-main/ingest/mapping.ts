import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { PlateauError } from '../../src-shared/errors.ts'
import {
  type Columns,
  type Field,
  plainLayout,
  PLAIN_UNITS,
  type Preset,
  TABLES,
  TABLE_NAMES,
  type TableName,
  fieldsOf,
} from './layout.ts'
import { fileError } from './source.ts'

/** A mapping file: says for any table which column is which field, and in what units. Applies to every file of a call. */
export const mappingFile = z
  .strictObject({
    table: z.enum(TABLE_NAMES as [TableName, ...TableName[]]).default('bars'),
    /** Field -> column as the header writes it. */
    columns: z.record(z.string(), z.string().min(1)),
    /** Shares per unit of volume (100 when it is in lots), currency per unit of amount (1000 when in thousands). */
    units: z
      .strictObject({ volume: z.number().positive().default(1), amount: z.number().positive().default(1) })
      .prefault({}),
  })
  .superRefine(({ table, columns }, context) => {
    const known: readonly string[] = fieldsOf(table)
    for (const field of Object.keys(columns)) {
      if (!known.includes(field)) {
        context.addIssue({
          code: 'custom',
          path: ['columns', field],
          message: `${table} have no field ${field}; the fields are ${known.join(', ')}`,
        })
      }
    }
    for (const field of TABLES[table].required) {
      if (columns[field] === undefined) {
        context.addIssue({
          code: 'custom',
          path: ['columns', field],
          message: `${table} need a column for it`,
        })
      }
    }
  })

/**
 * The preset that a mapping file describes.
 *
 * Errors: file_not_found, file_unreadable, mapping_invalid with the field.
 */
export async function readMapping(path: string): Promise<Preset> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw fileError(error, path)
  }
  let json: unknown
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    throw invalid(path, undefined, `The mapping file is not JSON: ${(error as Error).message}.`)
  }
  const parsed = mappingFile.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw invalid(path, issue.path.join('.') || undefined, `${issue.message}.`)
  }
  const { table, columns, units } = parsed.data

  return {
    name: 'mapping',
    recognise(file) {
      const found: Partial<Record<Field, number>> = {}
      for (const [field, column] of Object.entries(columns)) {
        const at = file.header.indexOf(column)
        if (at === -1) {
          throw new PlateauError(
            'column_missing',
            `The mapping file takes ${field} from a column ${column}; the columns are ${file.header.join(', ')}.`,
            {
              place: { file: file.path, row: 1, field: column },
              remedy: 'Write the column as the header has it.',
            },
          )
        }
        found[field as Field] = at
      }
      const layout = plainLayout(table, found satisfies Columns, subjectOf(table, found, file.name))
      return {
        layout: { ...layout, units: { ...PLAIN_UNITS, ...units } },
        evidence: [{ code: 'asked', values: {} }],
      }
    },
  }
}

/** Without a column for it, the file is about the one stock or index it is named after. */
function subjectOf(table: TableName, columns: Columns, name: string): string | null {
  if (table === 'bars' || table === 'indexBars') return columns.symbol === undefined ? name : null
  return table === 'membership' && columns.index === undefined ? name : null
}

function invalid(path: string, field: string | undefined, message: string): PlateauError {
  return new PlateauError('mapping_invalid', message, {
    place: { file: path, ...(field === undefined ? {} : { field }) },
    remedy: 'A mapping file is {"table": "bars", "columns": {"date": "...", ...}, "units": {"volume": 100}}.',
  })
}
