import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { PlateauError } from '../../src-shared/errors.ts'
import {
  type Columns,
  type Field,
  type FileFacts,
  type Layout,
  plainLayout,
  PLAIN_UNITS,
  type Preset,
  TABLES,
  TABLE_NAMES,
  type TableName,
  fieldsOf,
} from './layout.ts'
import { evidenceOf } from './presets/evidence.ts'
import { fileError } from './source.ts'

const unit = (plain: number) => z.number().positive().default(plain)

/**
 * A mapping file: says for any table which column is which field, and by what rules its numbers are read (`Layout`). Applies
 * to every file of a call.
 */
export const mappingFile = z
  .strictObject({
    table: z.enum(TABLE_NAMES as [TableName, ...TableName[]]).default('bars'),
    /** Field -> column as the header writes it. */
    columns: z.record(z.string(), z.string().min(1)),
    units: z
      .strictObject({
        volume: unit(PLAIN_UNITS.volume),
        amount: unit(PLAIN_UNITS.amount),
        floatCap: unit(PLAIN_UNITS.floatCap),
        turn: unit(PLAIN_UNITS.turn),
      })
      .prefault({}),
    prices: z.enum(['raw', 'adjusted']).default('raw'),
    /** Absent: the column where there is one. */
    factor: z.enum(['column', 'preclose', 'none']).optional(),
    /** The stock or index of a file without a column for it; `*` stands for what the file name has in its place. */
    subject: z
      .string()
      .min(1)
      .refine((pattern) => pattern.split('*').length <= 2, { message: 'there is more than one *' })
      .optional(),
    /** Name -> column of numbers to keep as a daily factor. */
    extra: z.record(z.string().min(1), z.string().min(1)).default({}),
  })
  .superRefine(({ table, columns, prices, factor, extra }, context) => {
    const extras = Object.keys(extra).length
    if ((table === 'extraFactors') !== extras > 0) {
      context.addIssue({
        code: 'custom',
        path: ['extra'],
        message: extras === 0 ? `${table} need a column` : `${table} keep none; extraFactors do`,
      })
    }
    const needed = { column: 'factor', preclose: 'preclose', none: undefined }[factor ?? 'none']
    for (const field of [needed, prices === 'adjusted' ? 'factor' : undefined]) {
      if (field !== undefined && columns[field] === undefined) {
        context.addIssue({
          code: 'custom',
          path: ['columns', field],
          message: `prices ${prices} and factor ${factor ?? 'column'} need a column for it`,
        })
      }
    }
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

export type MappingFile = z.infer<typeof mappingFile>

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
    const { message } = error as Error
    throw invalid(path, lineOf(message, text), `The mapping file is not JSON: ${message}.`)
  }
  const parsed = mappingFile.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const field = issue.path.join('.')
    throw invalid(path, field === '' ? {} : { field }, `${issue.message}.`)
  }
  return {
    name: 'mapping',
    recognise(file) {
      const layout = layoutOf(parsed.data, file)
      return { layout, evidence: [{ code: 'asked', values: {} }, ...evidenceOf(file, layout)] }
    },
  }
}

/** The layout of `file` by a mapping. Errors: column_missing. */
function layoutOf(mapping: MappingFile, file: FileFacts): Layout {
  const { table, units, prices, factor } = mapping
  const position = ([field, column]: [string, string]): [string, number] => {
    const at = file.header.indexOf(column)
    if (at !== -1) return [field, at]
    throw new PlateauError(
      'column_missing',
      `The mapping file takes ${field} from a column ${column}; the columns are ${file.header.join(', ')}.`,
      {
        place: { file: file.path, row: file.headerRow, field: column },
        remedy: 'Write the column as the header has it.',
      },
    )
  }
  const columns: Columns = Object.fromEntries(Object.entries(mapping.columns).map(position))
  const extra = Object.fromEntries(Object.entries(mapping.extra).map(position))
  const layout = plainLayout(table, columns, subjectOf(mapping.subject ?? '*', table, columns, file))
  return { ...layout, units, prices, factor: factor ?? layout.factor, extra }
}

/** What `layout` reads from `file`, as a mapping file that gives the same layout for files like it. */
export function mappingOf(file: FileFacts, layout: Layout): MappingFile {
  const { table, units, prices, factor, subject } = layout
  const named = (positions: Readonly<Record<string, number>>): Record<string, string> =>
    Object.fromEntries(Object.entries(positions).map(([field, at]) => [field, file.header[at]]))
  return {
    table,
    columns: named(layout.columns),
    units,
    prices,
    factor,
    ...(subject === null ? {} : { subject: file.name.replace(subject, '*') }),
    extra: named(layout.extra),
  }
}

const SUBJECT_FIELD: Readonly<Partial<Record<TableName, Field>>> = {
  bars: 'symbol',
  indexBars: 'symbol',
  membership: 'index',
  memberSnapshots: 'index',
}

/** Without a column for it, the one stock or index that the file is about. Errors: column_missing. */
function subjectOf(pattern: string, table: TableName, columns: Columns, file: FileFacts): string | null {
  const field = SUBJECT_FIELD[table]
  if (field === undefined || columns[field] !== undefined) return null
  const [before, after] = pattern.split('*')
  if (after === undefined) return pattern
  const { name } = file
  if (name.startsWith(before) && name.endsWith(after) && name.length > before.length + after.length)
    return name.slice(before.length, name.length - after.length)
  throw new PlateauError('column_missing', `The file's name does not say its ${field} as ${pattern} does.`, {
    place: { file: file.path, row: file.headerRow, field },
    remedy: 'Name the file so, or change "subject" in the mapping file.',
  })
}

/** The line that a message of JSON.parse speaks of, where it speaks of one. */
function lineOf(message: string, text: string): { row?: number } {
  const line = /\(line (\d+) column \d+\)/.exec(message)?.[1]
  if (line !== undefined) return { row: Number(line) }
  return message.includes('end of JSON') ? { row: text.trimEnd().split('\n').length } : {}
}

function invalid(path: string, place: { row?: number; field?: string }, message: string): PlateauError {
  return new PlateauError('mapping_invalid', message, {
    place: { file: path, ...place },
    remedy: 'A mapping file is {"table": "bars", "columns": {"date": "...", ...}, "units": {"volume": 100}}.',
  })
}
