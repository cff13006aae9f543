import { formatCount, formatIc, formatNumber, formatPercent, formatRatio } from '../../src-shared/format.ts'

/** A number in a cell: as it is printed, and in full for spreadsheets. */
export interface NumberCell {
  readonly text: string
  readonly value: number | null
}
/** What a cell shows. */
export type Cell = string | NumberCell

type Value = Parameters<typeof formatNumber>[0]
type Sign = Parameters<typeof formatNumber>[2]

const numbered = (value: Value, text: string): NumberCell => ({ text, value: value ?? null })

/** The formats of src-shared/format.ts, for cells. */
export const numberCell = (value: Value, digits: number, sign?: Sign): NumberCell =>
  numbered(value, formatNumber(value, digits, sign))
export const percentCell = (value: Value, sign?: Sign, digits?: number): NumberCell =>
  numbered(value, formatPercent(value, sign, digits))
export const icCell = (value: Value): NumberCell => numbered(value, formatIc(value))
export const ratioCell = (value: Value): NumberCell => numbered(value, formatRatio(value))
export const countCell = (value: Value): NumberCell => numbered(value, formatCount(value))

export const cellText = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text)

/** What a table holds, for a spreadsheet. */
export interface TableContent {
  /** Null: that of its exhibit. */
  readonly title: string | null
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}
