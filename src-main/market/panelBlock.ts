import type { Panel } from './panel.ts'

/** The matrices of a panel in one piece of memory, which threads share and a file holds as it is. */
export interface PanelBlock {
  readonly bytes: Uint8Array
  /** Views of `bytes`. */
  readonly matrices: Omit<Panel, 'dates' | 'symbols' | 'listedAt'>
}

/** The Float64 matrices in their order in the block; `traded` and `st` follow. */
export const NUMBERS = [
  'open',
  'high',
  'low',
  'close',
  'preclose',
  'volume',
  'amount',
  'floatCap',
  'factor',
] as const

/** Bytes of the block of days x stocks = `cells`. */
export function panelBytes(cells: number): number {
  return cells * (8 * NUMBERS.length + 2)
}

/** The block in `memory`, or in memory of its own, where every number is 0 until it is written. */
export function panelBlock(
  cells: number,
  memory: SharedArrayBuffer = new SharedArrayBuffer(panelBytes(cells)),
): PanelBlock {
  const number = (at: number): Float64Array => new Float64Array(memory, 8 * at * cells, cells)
  const flags = 8 * NUMBERS.length * cells
  const [open, high, low, close, preclose, volume, amount, floatCap, factor] = NUMBERS.map((_, at) =>
    number(at),
  )
  return {
    bytes: new Uint8Array(memory),
    matrices: {
      open,
      high,
      low,
      close,
      preclose,
      volume,
      amount,
      floatCap,
      factor,
      traded: new Uint8Array(memory, flags, cells),
      st: new Int8Array(memory, flags + cells, cells),
    },
  }
}
