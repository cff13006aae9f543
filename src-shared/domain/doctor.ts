import type { DateInt } from './date.ts'

/** What the data doctor looks for. Also the key of its texts. */
export const DOCTOR_CODES = [
  'gap',
  'day_outside_calendar',
  'duplicated_day',
  'factor_without_ex_day',
  'ex_day_without_factor',
  'preclose_after_gap',
  'factors_begin_late',
  'vwap_outside_range',
  'return_beyond_limit',
  'stale_price',
  'zero_volume',
  'membership_overlap',
  'member_count_jumps',
  'weights_off_total',
  'incomplete_week',
] as const

export type DoctorCode = (typeof DOCTOR_CODES)[number]

export interface FindingExample {
  /** A stock, an index, or an index and its member; empty when it is the data as a whole. */
  readonly subject: string
  readonly date: DateInt
  /** Numbers by name, those of the text. */
  readonly values: Readonly<Record<string, number>>
}

/** One kind of oddity in the stored data. */
export interface DoctorFinding {
  readonly code: DoctorCode
  readonly count: number
  /** The first of them, in the order of the symbols as they were stored and then of the dates. */
  readonly examples: readonly FindingExample[]
}
