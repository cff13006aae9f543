import { readFile } from 'node:fs/promises'
import { type MappingFile, mappingFile } from '../../src-shared/domain/importing.ts'
import type { Field, TableName } from '../../src-shared/domain/importTables.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { failure, inEachLanguage, listed } from '../../src-shared/failure.ts'
import { importingErrors } from '../../src-shared/locales/errors/importing.ts'
import { fieldName } from '../../src-shared/locales/importing.ts'
import { type Columns, type FileFacts, type Layout, plainLayout, type Preset } from './layout.ts'
import { evidenceOf } from './presets/evidence.ts'
import { fileError } from './source.ts'

/**
 * The mapping in a file. Of one that is none only the command line says why: the window shows that a kept one is none.
 *
 * Errors: file_not_found, file_unreadable, mapping_invalid with the field.
 */
export async function readMapping(path: string): Promise<MappingFile> {
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
  return parsed.data
}

/** The preset that a mapping describes: it reads every file by it. */
export function presetOf(mapping: MappingFile): Preset {
  return {
    name: 'mapping',
    recognise(file) {
      const layout = layoutOf(mapping, file)
      return { layout, evidence: [{ code: 'asked', values: {} }, ...evidenceOf(file, layout)] }
    },
  }
}

/** The layout of `file` by a mapping. Errors: column_missing. */
function layoutOf(mapping: MappingFile, file: FileFacts): Layout {
  const { table, units, prices, dates, factor } = mapping
  const position = ([field, column]: [string, string]): [string, number] => {
    const at = file.header.indexOf(column)
    if (at !== -1) return [field, at]
    throw failure(
      importingErrors.mappedColumnMissing,
      {
        field: inEachLanguage((locale) => fieldName(field, locale)),
        column,
        columns: listed(file.header),
      },
      { place: { file: file.path, row: file.headerRow, field: column } },
    )
  }
  const columns: Columns = Object.fromEntries(Object.entries(mapping.columns).map(position))
  const extra = Object.fromEntries(Object.entries(mapping.extra).map(position))
  const layout = plainLayout(table, columns, subjectOf(mapping.subject ?? '*', table, columns, file))
  return { ...layout, units, prices, dates, factor: factor ?? layout.factor, extra }
}

/** What `layout` reads from `file`, as a mapping file that gives the same layout for files like it. */
export function mappingOf(file: FileFacts, layout: Layout): MappingFile {
  const { table, units, prices, dates, factor, subject } = layout
  const named = (positions: Readonly<Record<string, number>>): Record<string, string> =>
    Object.fromEntries(Object.entries(positions).map(([field, at]) => [field, file.header[at]]))
  return {
    table,
    columns: named(layout.columns),
    units,
    prices,
    dates,
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
  throw failure(
    importingErrors.subjectUnsaid,
    { field: inEachLanguage((locale) => fieldName(field, locale)), pattern },
    { place: { file: file.path, row: file.headerRow, field } },
  )
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
