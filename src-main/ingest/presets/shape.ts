import {
  type Field,
  PLAIN_UNITS,
  type TableName,
  TABLES,
  type Units,
} from '../../../src-shared/domain/importTables.ts'
import type { PlateauError } from '../../../src-shared/errors.ts'
import { failure, inEachLanguage, listed } from '../../../src-shared/failure.ts'
import { importingErrors } from '../../../src-shared/locales/errors/importing.ts'
import { fieldName } from '../../../src-shared/locales/importing.ts'
import { type Columns, type FileFacts, type Layout, plainLayout, type Recognised } from '../layout.ts'
import { evidenceOf } from './evidence.ts'

/** Names a field's column goes by, in order of preference. */
export type ColumnNames = Readonly<Partial<Record<Field, readonly string[]>>>

/** One kind of file of a source. */
export interface Shape {
  readonly table: TableName
  readonly names: ColumnNames
  /** Columns that together tell this kind from every other. */
  readonly tells: readonly string[]
  /** One of these must be there too. */
  readonly tellsOneOf?: readonly string[]
  /** What else must hold of a file with those columns. */
  readonly where?: (file: FileFacts, columns: Columns) => boolean
  readonly units?: Partial<Units>
  /** Of a file without a column of factors. */
  readonly factor?: 'preclose'
  readonly prices?: Layout['prices']
}

/**
 * Read `file` as the first of `shapes` whose telling columns it has; when the user says that it is one, as the first whose
 * table it can fill. Columns are compared in lower case without spaces, `_`, `-` and `.`.
 *
 * Errors: column_missing for a field that the table needs.
 */
export function recogniseShape(file: FileFacts, shapes: readonly Shape[], asked: boolean): Recognised | null {
  const header = file.header.map(plainName)
  const has = (name: string): boolean => header.includes(plainName(name))
  const columnsOf = new Map(shapes.map((shape) => [shape, findColumns(header, shape.names)]))
  const fits = (shape: Shape): boolean => shape.where?.(file, columnsOf.get(shape)!) ?? true

  const told = shapes.find(
    (shape) => shape.tells.every(has) && (shape.tellsOneOf?.some(has) ?? true) && fits(shape),
  )
  if (told === undefined && !asked) return null
  const shape =
    told ??
    shapes.find((each) => missingField(each.table, columnsOf.get(each)!) === undefined && fits(each)) ??
    shapes[0]
  const columns = columnsOf.get(shape)!
  requireColumns(shape.table, columns, shape.names, file)
  if (shape.prices === 'adjusted' && columns.factor === undefined) throw missing('factor', shape.names, file)

  const plain = plainLayout(shape.table, columns, columns.symbol === undefined ? file.name : null)
  const layout: Layout = {
    ...plain,
    units: { ...PLAIN_UNITS, ...shape.units },
    prices: shape.prices ?? plain.prices,
    factor:
      plain.factor === 'none' && shape.factor === 'preclose' && columns.preclose !== undefined
        ? 'preclose'
        : plain.factor,
  }
  return {
    layout,
    evidence: [
      ...(told === undefined ? [{ code: 'asked', values: {} } as const] : []),
      ...evidenceOf(file, layout),
    ],
  }
}

/** The column of every field that has one; `header` in plain names. */
export function findColumns(header: readonly string[], names: ColumnNames): Columns {
  const found: Partial<Record<Field, number>> = {}
  for (const [field, candidates] of Object.entries(names)) {
    const at = candidates.map((name) => header.indexOf(plainName(name))).find((position) => position !== -1)
    if (at !== undefined) found[field as Field] = at
  }
  return found
}

/** @throws PlateauError column_missing for the first field that `table` needs and has no column for */
export function requireColumns(
  table: TableName,
  columns: Columns,
  names: ColumnNames,
  file: FileFacts,
): void {
  const field = missingField(table, columns)
  if (field !== undefined) throw missing(field, names, file)
}

function missing(field: Field, names: ColumnNames, file: FileFacts): PlateauError {
  const usual = (names[field] ?? [field]).slice(0, 2)
  return failure(
    importingErrors.columnMissing,
    {
      field: inEachLanguage((locale) => fieldName(field, locale)),
      columns: listed(file.header),
      names: { 'zh-CN': usual.join(' 或 '), en: usual.join(' or ') },
    },
    { place: { file: file.path, row: file.headerRow, field } },
  )
}

function missingField(table: TableName, columns: Columns): Field | undefined {
  return TABLES[table].required.find((field) => columns[field] === undefined)
}

/** True when there are sample records and the codes of all of them pass `test`. */
export function everyCode(
  { sample }: FileFacts,
  { symbol }: Columns,
  test: (code: string) => boolean,
): boolean {
  return (
    symbol !== undefined && sample.length > 0 && sample.every((cells) => test((cells[symbol] ?? '').trim()))
  )
}

/** A column name as names are compared. */
export function plainName(column: string): string {
  return column.toLowerCase().replace(/[\s_.-]/g, '')
}
