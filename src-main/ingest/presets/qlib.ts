import type { FileFacts, Preset } from '../layout.ts'
import { isIndexCode } from '../symbols.ts'
import { recogniseShape, type Shape } from './shape.ts'

const LEVELS = { date: ['date'], open: ['open'], high: ['high'], low: ['low'], close: ['close'] } as const

/**
 * An instrument of a Qlib folder, named by its code: prices, the mean one too, are multiplied by the factor, volume is in
 * shares. Indices lie among the stocks.
 */
const SHAPES: readonly Shape[] = [
  {
    table: 'bars',
    tells: ['date', 'close', 'volume', 'factor'],
    where: (file) => isOfQlib(file) && !isIndexCode(file.name),
    names: {
      ...LEVELS,
      symbol: ['symbol', 'instrument'],
      volume: ['volume'],
      amount: ['amount'],
      vwap: ['vwap'],
      factor: ['factor'],
    },
    prices: 'adjusted',
  },
  {
    table: 'indexBars',
    tells: ['date', 'close'],
    where: (file) => isOfQlib(file) && isIndexCode(file.name),
    names: { ...LEVELS, volume: ['volume'] },
  },
]

export const qlib: Preset = {
  name: 'qlib',
  recognise: (file, asked = false) => recogniseShape(file, SHAPES, asked),
}

function isOfQlib({ format }: FileFacts): boolean {
  return format === 'qlib'
}
