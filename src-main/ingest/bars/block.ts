import type { DateInt } from '../../../src-shared/domain/date.ts'
import { BAR_FIELDS, BAR_NUMBERS, type BarField, type BarNumber } from '../../store/bars.ts'
import type { Field } from '../../../src-shared/domain/importTables.ts'
import type { Columns } from '../layout.ts'

/** Bars per block: enough that handing one over costs nothing beside its rows, few enough to be shown as progress. */
export const BLOCK_ROWS = 8192

/** Sound bars in columns, as they go from the reader to the store. NaN = missing. */
export interface BarBlock {
  readonly rows: number
  /** Position of each bar's symbol in `symbols`. */
  readonly symbol: Int32Array
  readonly symbols: readonly string[]
  readonly date: Int32Array
  /** BAR_NUMBERS x capacity: number v of row r at v x BLOCK_ROWS + r. */
  readonly values: Float64Array
  /** Cumulative adjustment factor. */
  readonly factor: Float64Array
  readonly suspended: Uint8Array
  /** 1 = ST, 0 = not, -1 = unknown. */
  readonly st: Int8Array
  /** Where each bar stands in its file, should it be refused after all. */
  readonly line: Int32Array
  /** Of each of BAR_FIELDS what the file says of it. */
  readonly given: readonly Given[]
}

/** A column of the field, whose blanks say that there is no value; something to tell some of its values from; or nothing. */
export type Given = 'column' | 'some' | 'nothing'

export interface BlockBar {
  readonly symbol: string
  readonly date: DateInt
  readonly values: Readonly<Record<BarNumber, number | null>>
  readonly factor: number | null
  readonly suspended: boolean
  readonly st: boolean | null
  readonly line: number
}

/** Fills blocks row by row. */
export interface BlockBuilder {
  readonly rows: number
  add(bar: BlockBar): void
  /** The block so far; the builder begins another one. */
  take(): BarBlock
}

/** Fields of a bar that may come from other columns than one of their name. */
const SOURCES: Readonly<Partial<Record<BarField, readonly Field[]>>> = {
  amount: ['amount', 'vwap'],
  suspended: ['suspended', 'tradeStatus'],
}

/** A builder of the blocks of a file with these columns. */
export function createBlockBuilder(columns: Columns): BlockBuilder {
  const given = BAR_FIELDS.map((field): Given => {
    if ((SOURCES[field] ?? [field]).some((column) => columns[column] !== undefined)) return 'column'
    return field === 'floatCap' && columns.turn !== undefined ? 'some' : 'nothing'
  })
  let block = emptyBlock()
  let rows = 0
  let symbols: string[] = []
  let positions = new Map<string, number>()
  return {
    get rows() {
      return rows
    },
    add({ symbol, date, values, factor, suspended, st, line }) {
      let position = positions.get(symbol)
      if (position === undefined) {
        position = symbols.push(symbol) - 1
        positions.set(symbol, position)
      }
      block.symbol[rows] = position
      block.date[rows] = date
      for (let v = 0; v < BAR_NUMBERS.length; v++)
        block.values[v * BLOCK_ROWS + rows] = values[BAR_NUMBERS[v]] ?? NaN
      block.factor[rows] = factor ?? NaN
      block.suspended[rows] = suspended ? 1 : 0
      block.st[rows] = st === null ? -1 : st ? 1 : 0
      block.line[rows] = line
      rows++
    },
    take() {
      const taken = { ...block, rows, symbols, given }
      block = emptyBlock()
      rows = 0
      symbols = []
      positions = new Map()
      return taken
    },
  }
}

const emptyBlock = () => ({
  symbol: new Int32Array(BLOCK_ROWS),
  date: new Int32Array(BLOCK_ROWS),
  values: new Float64Array(BAR_NUMBERS.length * BLOCK_ROWS),
  factor: new Float64Array(BLOCK_ROWS),
  suspended: new Uint8Array(BLOCK_ROWS),
  st: new Int8Array(BLOCK_ROWS),
  line: new Int32Array(BLOCK_ROWS),
})

/** The buffers of a block, to be moved to another thread. */
export const blockBuffers = ({
  symbol,
  date,
  values,
  factor,
  suspended,
  st,
  line,
}: BarBlock): ArrayBufferLike[] =>
  [symbol, date, values, factor, suspended, st, line].map(({ buffer }) => buffer)
