import { BAR_NUMBERS } from '../store/bars.ts'
import type { Panel } from './panel.ts'

/** The matrices of a panel in one piece of memory, which threads share and a file holds as it is. */
export interface PanelBlock {
  readonly bytes: Uint8Array
  /** Views of `bytes`. */
  readonly matrices: Omit<Panel, 'dates' | 'symbols' | 'listedAt'>
}

/** The Float64 matrices in their order in the block; `traded`, `st` and `capGiven` follow. */
export const NUMBERS = [...BAR_NUMBERS, 'factor'] as const

/** Bytes of the block of days x stocks = `cells`. */
export function panelBytes(cells: number): number {
  return cells * (8 * NUMBERS.length + 3)
}

/** The block in `memory`, or in memory of its own, where every number is 0 until it is written. */
export function panelBlock(
  cells: number,
  memory: SharedArrayBuffer = new SharedArrayBuffer(panelBytes(cells)),
): PanelBlock {
  const flags = 8 * NUMBERS.length * cells
  const numbers = Object.fromEntries(
    NUMBERS.map((name, at) => [name, new Float64Array(memory, 8 * at * cells, cells)]),
  ) as Record<(typeof NUMBERS)[number], Float64Array>
  return {
    bytes: new Uint8Array(memory),
    matrices: {
      ...numbers,
      traded: new Uint8Array(memory, flags, cells),
      st: new Int8Array(memory, flags + cells, cells),
      capGiven: new Uint8Array(memory, flags + 2 * cells, cells),
    },
  }
}
