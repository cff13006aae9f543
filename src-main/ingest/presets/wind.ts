import type { Preset } from '../layout.ts'
import { recogniseShape, type Shape } from './shape.ts'

/**
 * Wind's table of A-share end-of-day prices, exported as it is: volume in lots of 100, amount in thousands, a cumulative
 * factor. The status of a day often loses its text on the way, so a suspended day is one without volume.
 */
const SHAPES: readonly Shape[] = [
  {
    table: 'bars',
    tells: ['S_INFO_WINDCODE', 'TRADE_DT', 'S_DQ_CLOSE', 'S_DQ_VOLUME'],
    names: {
      date: ['TRADE_DT'],
      symbol: ['S_INFO_WINDCODE'],
      open: ['S_DQ_OPEN'],
      high: ['S_DQ_HIGH'],
      low: ['S_DQ_LOW'],
      close: ['S_DQ_CLOSE'],
      preclose: ['S_DQ_PRECLOSE'],
      volume: ['S_DQ_VOLUME'],
      amount: ['S_DQ_AMOUNT'],
      factor: ['S_DQ_ADJFACTOR'],
    },
    units: { volume: 100, amount: 1000 },
  },
]

export const wind: Preset = {
  name: 'wind',
  recognise: (file, asked = false) => recogniseShape(file, SHAPES, asked),
}
