import type { Preset } from '../layout.ts'
import { recogniseShape, type Shape } from './shape.ts'

/** Bars as Kaggle data sets have them: the symbol in a column Name, one stock a file or all in one. */
const SHAPES: readonly Shape[] = [
  {
    table: 'bars',
    tells: ['date', 'open', 'high', 'low', 'close', 'volume', 'Name'],
    names: {
      date: ['date'],
      symbol: ['Name'],
      open: ['open'],
      high: ['high'],
      low: ['low'],
      close: ['close'],
      volume: ['volume'],
    },
    where: ({ header }) => !header.some((column) => /^(symbol|ticker|code|ts_code)$/i.test(column)),
  },
]

export const kaggle: Preset = {
  name: 'kaggle',
  recognise: (file, asked = false) => recogniseShape(file, SHAPES, asked),
}
