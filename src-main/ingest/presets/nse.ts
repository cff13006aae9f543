import type { Preset } from '../layout.ts'
import { recogniseShape, type Shape } from './shape.ts'

/**
 * Bars of the National Stock Exchange of India. Amount is VWAP x volume: the column Turnover is scaled by 100,000 and is
 * not read. Records of another series than EQ are other securities under the same symbol.
 */
const SHAPES: readonly Shape[] = [
  {
    table: 'bars',
    tells: ['Date', 'Symbol', 'Series', 'Prev Close', 'VWAP', 'Volume'],
    names: {
      date: ['Date'],
      symbol: ['Symbol'],
      series: ['Series'],
      open: ['Open'],
      high: ['High'],
      low: ['Low'],
      close: ['Close'],
      preclose: ['Prev Close'],
      volume: ['Volume'],
      vwap: ['VWAP'],
    },
  },
]

export const nse: Preset = {
  name: 'nse',
  recognise: (file, asked = false) => recogniseShape(file, SHAPES, asked),
}
