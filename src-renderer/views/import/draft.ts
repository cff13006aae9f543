import { mappingFile, type MappingFile } from '../../../src-shared/domain/importing.ts'
import {
  type Field,
  fieldsOf,
  PLAIN_UNITS,
  type TableName,
  TABLES,
  type Units,
} from '../../../src-shared/domain/importTables.ts'

/** A mapping while it is edited: every field of its table, those without a column among them. */
export interface Draft {
  readonly table: TableName
  readonly columns: Readonly<Partial<Record<Field, string | null>>>
  readonly units: Units
  readonly prices: MappingFile['prices']
  readonly dates: MappingFile['dates']
  readonly factor: NonNullable<MappingFile['factor']>
  /** The stock or index of a file without a column for it. */
  readonly subject: string
  /** Columns kept as daily factors, by their own names. */
  readonly extra: readonly string[]
}

export function draftOf(mapping: MappingFile | null): Draft {
  return {
    table: mapping?.table ?? 'bars',
    columns: mapping?.columns ?? {},
    units: mapping?.units ?? PLAIN_UNITS,
    prices: mapping?.prices ?? 'raw',
    dates: mapping?.dates ?? 'ymd',
    factor: mapping?.factor ?? (mapping?.columns['factor'] === undefined ? 'none' : 'column'),
    subject: mapping?.subject ?? '*',
    extra: Object.values(mapping?.extra ?? {}),
  }
}

/** The field that says which stock or index a record is of; null where the table has no such field that may be missing. */
export function subjectField(table: TableName): 'symbol' | 'index' | null {
  const optional: readonly Field[] = TABLES[table].optional
  return optional.includes('index') ? 'index' : optional.includes('symbol') ? 'symbol' : null
}

/** Fields that still need a column. */
export function lackingFields({ table, columns, prices, factor }: Draft): Field[] {
  const needed: Field[] = [...TABLES[table].required]
  if (factor === 'preclose') needed.push('preclose')
  if (factor === 'column' || prices === 'adjusted') needed.push('factor')
  return [...new Set(needed)].filter((field) => fieldsOf(table).includes(field) && !columns[field])
}

/**
 * The mapping, with no more than its table has use for; null while something is lacking.
 *
 * @param names what extra columns are kept under, by column, where they had names of their own
 */
export function mappingFrom(draft: Draft, names: Readonly<Record<string, string>>): MappingFile | null {
  const { table, columns, units, prices, dates, factor, subject, extra } = draft
  const known = fieldsOf(table).filter((field) => columns[field])
  const field = subjectField(table)
  const named = field === null || known.includes(field)
  const parsed = mappingFile.safeParse({
    table,
    columns: Object.fromEntries(known.map((each) => [each, columns[each]])),
    units: Object.fromEntries(
      Object.keys(units).map((unit) => [
        unit,
        used(unit as keyof Units, known) ? units[unit as keyof Units] : PLAIN_UNITS[unit as keyof Units],
      ]),
    ),
    ...(table === 'bars' ? { prices, factor } : {}),
    dates,
    ...(named ? {} : { subject }),
    extra:
      table === 'extraFactors'
        ? Object.fromEntries(extra.map((column) => [names[column] ?? column, column]))
        : {},
  })
  return parsed.success ? parsed.data : null
}

/** Units of columns that are not read say nothing. */
export const used = (unit: keyof Units, fields: readonly Field[]): boolean => fields.includes(unit)
