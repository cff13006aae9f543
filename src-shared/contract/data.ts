import { z } from 'zod'
import { coverage } from '../domain/coverage.ts'
import { dateInt } from '../domain/date.ts'
import { DOCTOR_CODES } from '../domain/doctor.ts'
import { stockPrices } from '../domain/stockPrices.ts'
import { procedure } from './protocol.ts'

/** The stocks of the store in code-point order of their symbols, as flat arrays. */
export const stockNames = z.object({
  symbols: z.array(z.string()),
  /** Empty where the store has none. */
  names: z.array(z.string()),
  /** Pinyin initials of the names in lower case; of other characters letters and digits. */
  initials: z.array(z.string()),
})
export type StockNames = z.infer<typeof stockNames>

export const doctorFinding = z.object({
  code: z.enum(DOCTOR_CODES),
  count: z.int(),
  /** The first of them. */
  examples: z
    .array(
      z.object({ subject: z.string(), date: dateInt, values: z.record(z.string(), z.number()).readonly() }),
    )
    .readonly(),
})

export const quarantinedRow = z.object({
  reason: z.string(),
  file: z.string(),
  /** 1-based line of the file. */
  row: z.int(),
  /** Empty when the row as a whole was refused. */
  field: z.string(),
  text: z.string(),
})
export type QuarantinedRow = z.infer<typeof quarantinedRow>

/** Of these stocks, or of all (null); from one day to another, both included, or open (null). */
export const removal = z.object({
  symbols: z.array(z.string()).min(1).nullable(),
  from: dateInt.nullable(),
  to: dateInt.nullable(),
})
export type Removal = z.infer<typeof removal>

/** Rows that a removal takes out. */
export const removedCounts = z.object({
  bars: z.int(),
  factors: z.int(),
  dailyValues: z.int(),
  extraFactors: z.int(),
})
export type RemovedCounts = z.infer<typeof removedCounts>

export const dataContract = {
  'data.stocks': procedure(z.object({}), stockNames),
  /** Reads every bar the first time after an import or removal: seconds for a whole market. */
  'data.coverage': procedure(z.object({}), coverage),
  /** Codes of DAY_STATE, stock x day of the coverage's exchange days. */
  'data.days': procedure(
    z.object({ symbols: z.array(z.string()).max(200) }),
    z.object({ states: z.instanceof(Uint8Array) }),
  ),
  /** What is odd about the data. Reads every bar, as `data.coverage`. */
  'data.doctor': procedure(z.object({}), z.array(doctorFinding)),
  /** Quarantined rows by reason, most frequent first. */
  'data.quarantineReasons': procedure(z.object({}), z.array(z.object({ reason: z.string(), rows: z.int() }))),
  /** A page of the quarantined rows of a reason, or of all (null), in the order they were met. */
  'data.quarantine': procedure(
    z.object({ reason: z.string().nullable(), offset: z.int().min(0), limit: z.int().min(1).max(1_000) }),
    z.array(quarantinedRow),
  ),
  'data.prices': procedure(z.object({ symbol: z.string() }), stockPrices),
  /** What `data.remove` would take out. */
  'data.previewRemoval': procedure(removal, removedCounts),
  /** Take out all of it, or nothing; refused when other rows than `expected` would go. */
  'data.remove': procedure(z.object({ removal, expected: removedCounts }), removedCounts),
}
