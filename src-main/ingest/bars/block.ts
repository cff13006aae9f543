import type { DateInt } from '../../../src-shared/domain/date.ts'

/** Bars per block: enough that handing one over costs nothing beside its rows, few enough to be shown as progress. */
export const BLOCK_ROWS = 8192

/** The numbers of a bar, in the order of a block's columns and of the store's. */
export const BAR_VALUES = [
  'open',
  'high',
  'low',
  'close',
  'preclose',
  'volume',
  'amount',
  'floatCap',
] as const
export type BarValue = (typeof BAR_VALUES)[number]

/** Sound bars in columns, as they go from the reader to the store. NaN = missing. */
export interface BarBlock {
  readonly rows: number
  /** Position of each bar's symbol in `symbols`. */
  readonly symbol: Int32Array
  readonly symbols: readonly string[]
  readonly date: Int32Array
  /** BAR_VALUES x capacity: value v of row r at v x BLOCK_ROWS + r. */
  readonly values: Float64Array
  /** Cumulative adjustment factor. */
  readonly factor: Float64Array
  readonly suspended: Uint8Array
  /** 1 = ST, 0 = not, -1 = unknown. */
  readonly st: Int8Array
  /** Where each bar stands in its file, should it be refused after all. */
  readonly line: Int32Array
}

export interface BlockBar {
  readonly symbol: string
  readonly date: DateInt
  readonly values: Readonly<Record<BarValue, number | null>>
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

export function createBlockBuilder(): BlockBuilder {
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
      for (let v = 0; v < BAR_VALUES.length; v++)
        block.values[v * BLOCK_ROWS + rows] = values[BAR_VALUES[v]] ?? NaN
      block.factor[rows] = factor ?? NaN
      block.suspended[rows] = suspended ? 1 : 0
      block.st[rows] = st === null ? -1 : st ? 1 : 0
      block.line[rows] = line
      rows++
    },
    take() {
      const taken = { ...block, rows, symbols }
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
  values: new Float64Array(BAR_VALUES.length * BLOCK_ROWS),
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
