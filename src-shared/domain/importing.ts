import { z } from 'zod'
import { fieldsOf, PLAIN_UNITS, TABLE_NAMES, TABLES } from './importTables.ts'
import { type Refusal, refusalIssue, type RefusalValues } from './refusal.ts'

/** Sources of data whose files are known by their columns, the more specific first. */
export const PRESET_NAMES = [
  'qlib',
  'wind',
  'baostock',
  'tushare',
  'akshare',
  'nse',
  'kaggle',
  'generic',
] as const

/** What can be asked of the reader of delimited text; `auto`: UTF-8 where the whole text is, else GB18030. */
export const ENCODINGS = ['auto', 'utf-8', 'gb18030'] as const

/** What can be asked of it; `auto`: the most frequent of the others in the first line. */
export const DELIMITERS = ['auto', 'comma', 'tab', 'semicolon', 'pipe'] as const
export type Delimiter = Exclude<(typeof DELIMITERS)[number], 'auto'>

/** In which order a date of day, month and year stands that does not begin with its year. */
export const DATE_ORDERS = ['ymd', 'dmy', 'mdy'] as const
export type DateOrder = (typeof DATE_ORDERS)[number]

const unit = (plain: number) => z.number().positive().default(plain)

/**
 * A mapping file: says for any table which column is which field, and by what rules its numbers are read (`Layout` of the
 * import).
 */
export const mappingFile = z
  .strictObject({
    table: z.enum(TABLE_NAMES).default('bars'),
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
    /** `ymd`: a date that does not begin with its year is refused. */
    dates: z.enum(DATE_ORDERS).default('ymd'),
    /** Absent: the column where there is one. */
    factor: z.enum(['column', 'preclose', 'none']).optional(),
    /** The stock or index of a file without a column for it; `*` stands for what the file name has in its place. */
    subject: z
      .string()
      .min(1)
      .refine(
        (pattern) => pattern.split('*').length <= 2,
        refusalIssue({ code: 'subject_stars', path: [], message: 'there is more than one *' }),
      )
      .optional(),
    /** Name -> column of numbers to keep as a daily factor. */
    extra: z.record(z.string().min(1), z.string().min(1)).default({}),
  })
  .superRefine(({ table, columns, prices, factor, extra }, context) => {
    const refuse = (
      code: Refusal['code'],
      path: Refusal['path'],
      message: string,
      values: RefusalValues,
    ): void => context.addIssue(refusalIssue({ code, path, message, values }))
    const extras = Object.keys(extra).length
    if (table === 'extraFactors' && extras === 0)
      refuse('extra_missing', ['extra'], `${table} need a column`, { table })
    if (table !== 'extraFactors' && extras > 0)
      refuse('extra_not_kept', ['extra'], `${table} keep none; extraFactors do`, { table })
    const needed = { column: 'factor', preclose: 'preclose', none: undefined }[factor ?? 'none']
    for (const field of [needed, prices === 'adjusted' ? 'factor' : undefined]) {
      if (field !== undefined && columns[field] === undefined)
        refuse(
          'price_column_missing',
          ['columns', field],
          `prices ${prices} and factor ${factor ?? 'column'} need a column for it`,
          { field, prices, factor: factor ?? 'column' },
        )
    }
    const known: readonly string[] = fieldsOf(table)
    for (const field of Object.keys(columns)) {
      if (!known.includes(field))
        refuse(
          'field_unknown',
          ['columns', field],
          `${table} have no field ${field}; the fields are ${known.join(', ')}`,
          { table, field, fields: known.join(', ') },
        )
    }
    for (const field of TABLES[table].required) {
      if (columns[field] === undefined)
        refuse('field_missing', ['columns', field], `${table} need a column for it`, { table, field })
    }
  })
export type MappingFile = z.infer<typeof mappingFile>

/** How one file is to be read. */
export const reading = z.object({
  /** `auto`: as the first preset that knows its columns says. */
  preset: z.enum(['auto', ...PRESET_NAMES]),
  /** Takes the place of the presets. */
  mapping: mappingFile.nullable(),
  encoding: z.enum(ENCODINGS),
  delimiter: z.enum(DELIMITERS).default('auto'),
  /** Left out of the import. */
  skip: z.boolean(),
})
export type Reading = z.infer<typeof reading>

/** How a file is read of which nothing is said. */
export const AUTOMATIC: Reading = {
  preset: 'auto',
  mapping: null,
  encoding: 'auto',
  delimiter: 'auto',
  skip: false,
}

/** Readings of single files, by the path they are shown under: `a.csv`, `a.zip#b.csv`, `a.xlsx#Sheet1`. */
export const readings = z.record(z.string(), reading)
export type Readings = z.infer<typeof readings>

/**
 * Why a file is taken to be a source's: shown to the user, who may order otherwise. Of a file that was imported, what it
 * changed beside its rows too.
 */
export const evidence = z.object({
  code: z.enum([
    'columns',
    'columns_not_read',
    'symbol_shape',
    'short_code',
    'symbol_from_name',
    'date_shape',
    'vwap_in_range',
    'turnover',
    'turnover_odd',
    'units',
    'factor_chained',
    'prices_adjusted',
    'weights_removed',
    'days_removed',
    'days_kept',
    'asked',
  ]),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type Evidence = z.infer<typeof evidence>

/** What is said of every import, not of a dry run alone. */
export const isWarning = ({ code }: Evidence): boolean => WARNINGS.has(code)

const WARNINGS: ReadonlySet<Evidence['code']> = new Set([
  'columns_not_read',
  'short_code',
  'turnover_odd',
  'weights_removed',
  'days_removed',
  'days_kept',
])

/** Why a row is kept out of the store. */
export const REASONS = [
  'wrong_field_count',
  'missing_field',
  'bad_date',
  'bad_number',
  'bad_flag',
  'bad_factor',
  'not_a_trading_day',
  'duplicate_key',
  'high_below_low',
  'price_outside_range',
  'non_positive_price',
  'negative_volume',
  'negative_amount',
  'amount_off_price',
  'negative_weight',
  'weights_off_total',
  'empty_interval',
  'other_series',
] as const
export type Reason = (typeof REASONS)[number]

/** Why something among what was chosen is no table that is read. */
export const SKIP_REASONS = [
  'left_out',
  'hidden',
  'not_data',
  'study',
  'other_manifest',
  'unknown_sheet',
  'hidden_sheet',
  'no_cells',
  'empty_sheet',
  'outside_archive',
  'encrypted',
  'packing_unknown',
  'archive_in_archive',
  'binary_in_archive',
  'no_daily_values',
  'field_not_read',
  'other_calendar',
  'member_intervals',
  'no_part_of_qlib',
] as const
export type SkipReason = (typeof SKIP_REASONS)[number]

export const skipped = z.object({
  path: z.string(),
  reason: z.enum(SKIP_REASONS),
  /** Of how many instruments a field is not read, or which method packed a member. */
  number: z.int().optional(),
})
export type Skipped = z.infer<typeof skipped>

const importCounts = z.object({
  rowsIn: z.int(),
  rowsStored: z.int(),
  rowsInserted: z.int(),
  rowsReplaced: z.int(),
  rowsUnchanged: z.int(),
  rowsQuarantined: z.int(),
})

const importedFile = importCounts.extend({
  path: z.string(),
  preset: z.string(),
  table: z.enum(TABLE_NAMES),
  /** Why it was read as it was. */
  evidence: z.array(evidence),
})
export type ImportedFile = z.infer<typeof importedFile>

/** A row that was refused. */
const quarantined = z.object({
  path: z.string(),
  /** 1-based line (or row) of the file. */
  row: z.int(),
  /** Empty when the row as a whole was refused. */
  field: z.string(),
  reason: z.enum(REASONS),
  raw: z.string(),
})
export type Quarantined = z.infer<typeof quarantined>

/** What an import did, or would do. */
export const importReport = z.object({
  files: z.array(importedFile),
  totals: importCounts,
  /** Quarantined rows by reason. */
  reasons: z.partialRecord(z.enum(REASONS), z.int()),
  /** The first of each reason. */
  quarantined: z.array(quarantined),
  skipped: z.array(skipped),
  seconds: z.number(),
})
export type ImportReport = z.infer<typeof importReport>
