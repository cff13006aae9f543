import { z } from 'zod'

/** What the store has of a stock on an exchange day. */
export const DAY_STATES = ['none', 'traded', 'suspended', 'missing', 'quarantined'] as const
export type DayState = (typeof DAY_STATES)[number]
/** The code of each state in arrays of days. */
export const DAY_STATE = { none: 0, traded: 1, suspended: 2, missing: 3, quarantined: 4 } as const

const bytes = z.instanceof(Uint8Array)
const integers = z.instanceof(Int32Array)

/**
 * Which days of which stocks a store has, as flat arrays: N stocks in code-point order of the symbols, M calendar months
 * from the first bar to the last. Cell (i, m) of a count sits at i * M + m and counts exchange days:
 *
 * - `traded` a bar with volume, not flagged suspended; `suspended` any other bar;
 * - `quarantined` no bar, but an import refused a row of that stock and day;
 * - `missing` neither, between the first and the last bar of the stock.
 */
export const coverage = z.object({
  symbols: z.array(z.string()),
  /** yyyymm, M of them. */
  months: integers,
  /** Exchange days, ascending. */
  days: integers,
  traded: bytes,
  suspended: bytes,
  missing: bytes,
  quarantined: bytes,
  /** Per stock: days of the first and last bar, 0 without bars. */
  first: integers,
  last: integers,
  /** Per stock: stored bars, those on no exchange day among them. */
  bars: integers,
  /** Per stock: days in `missing`. */
  missingDays: integers,
  /** Per stock: change points of the adjustment factor after the first bar. */
  factorChanges: integers,
  /** Per index and stock: 2 = a member on the store's last day, 1 = on an earlier one, 0 = never. */
  indices: z.array(z.object({ symbol: z.string(), member: bytes })),
  /** True when the exchange days were derived from the bars because no calendar is stored. */
  calendarDerived: z.boolean(),
  /** Bars on no exchange day. */
  barsOutside: z.int(),
  /** Quarantined rows from which no stock and day of the store can be read. */
  quarantineUnplaced: z.int(),
})
export type Coverage = z.infer<typeof coverage>
