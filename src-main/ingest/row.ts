import { type DateInt, parseDate } from '../../src-shared/domain/date.ts'
import type { DateOrder, Reason } from '../../src-shared/domain/importing.ts'
import type { Field } from '../../src-shared/domain/importTables.ts'

/** Thrown for a row that goes to quarantine. */
export class RefusedRow extends Error {
  readonly reason: Reason
  /** Empty when it is the record as a whole. */
  readonly field: string

  constructor(reason: Reason, field: string) {
    super(reason)
    this.reason = reason
    this.field = field
  }
}

export function refuse(reason: Reason, field: string): never {
  throw new RefusedRow(reason, field)
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
/** What exports write where there is no value. */
const MISSING = new Set(['', '-', '--', 'na', 'n/a', '#n/a', 'nan', 'null', 'none'])
const MAX_REMEMBERED_DATES = 50_000

/** The trimmed text; null when it says that there is no value. */
export function presentText(text: string): string | null {
  const trimmed = text.trim()
  return trimmed.length <= 4 && MISSING.has(trimmed.toLowerCase()) ? null : trimmed
}

/** The trimmed text of a cell of that field; null when it says that there is no value. There is a stock with the symbol NA. */
export function fieldText(text: string, field: Field): string | null {
  return field === 'symbol' ? text.trim() || null : presentText(text)
}

export function isNumber(text: string): boolean {
  return NUMBER.test(text) && Number.isFinite(Number(text))
}

/** The number a cell holds; null when it says that there is none. @throws RefusedRow with `field` for anything else */
export function readNumber(cell: string, field: string): number | null {
  return numberOf(presentText(cell), field)
}

function numberOf(text: string | null, field: string): number | null {
  if (text === null) return null
  return isNumber(text) ? Number(text) : refuse('bad_number', field)
}

/** From the year 2200 on, in which no date is one (date.ts). */
const FAR_FUTURE =
  /^(?:2[2-9]|[3-9]\d)\d\d(?:-\d|\/\d|\d{4}(?!\d))|^\d{1,2}[-/.]\d{1,2}[-/.](?:2[2-9]|[3-9]\d)\d\d$/
const DAY_OR_MONTH_FIRST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$/

/** A date that begins with its year, or else one in `order`; null for what is none. */
export function readDate(text: string, order: DateOrder): DateInt | null {
  const known = parseDate(text)
  if (known !== null || order === 'ymd') return known
  const match = DAY_OR_MONTH_FIRST.exec(text.trim())
  if (match === null) return null
  const [day, month] = order === 'dmy' ? [match[1], match[3]] : [match[3], match[1]]
  return parseDate(`${match[4]}-${month}-${day}`)
}

/** Typed access to the fields of one record at a time. Every accessor throws RefusedRow for what it cannot give. */
export abstract class Row {
  /** 1-based line (or row) of the file on which the record starts. */
  abstract readonly line: number
  /** Fields of the record. */
  abstract readonly width: number
  readonly #order: DateOrder
  readonly #dates = new Map<string, DateInt | null>()

  constructor(order: DateOrder) {
    this.#order = order
  }

  /** The trimmed text; null when the column is absent or the cell says that there is no value. */
  abstract text(field: Field): string | null
  /** The record as it stands in the file. */
  abstract raw(): string
  /** Every cell as it is written. */
  abstract cells(): readonly string[]

  requiredText(field: Field): string {
    return this.text(field) ?? refuse('missing_field', field)
  }

  number(field: Field): number | null {
    return numberOf(this.text(field), field)
  }

  requiredNumber(field: Field): number {
    return this.number(field) ?? refuse('missing_field', field)
  }

  date(field: Field): DateInt | null {
    const text = this.text(field)
    if (text === null) return null
    let date = this.#dates.get(text)
    if (date === undefined) {
      date = readDate(text, this.#order)
      if (this.#dates.size >= MAX_REMEMBERED_DATES) this.#dates.clear()
      this.#dates.set(text, date)
    }
    return date ?? refuse('bad_date', field)
  }

  requiredDate(field: Field): DateInt {
    return this.date(field) ?? refuse('missing_field', field)
  }

  /** The day on which something ended; null when it has not: databases write a day of a far century for that. */
  endDate(field: Field): DateInt | null {
    return FAR_FUTURE.test(this.text(field) ?? '') ? null : this.date(field)
  }

  flag(field: Field): boolean | null {
    const text = this.text(field)
    if (text === null) return null
    if (text === '0' || text === '0.0' || /^false$/i.test(text)) return false
    if (text === '1' || text === '1.0' || /^true$/i.test(text)) return true
    return refuse('bad_flag', field)
  }
}

/** A row that is kept out, with what is kept of it. */
export interface Refusal {
  readonly line: number
  readonly reason: Reason
  readonly field: string
  readonly raw: string
}

/** What is kept of a row that is kept out. */
const MAX_RAW_CHARS = 4_000

export const refusalOf = (row: Row, { reason, field }: RefusedRow): Refusal => ({
  line: row.line,
  reason,
  field,
  raw: row.raw().slice(0, MAX_RAW_CHARS),
})
