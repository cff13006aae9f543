import type { Preset } from '../layout.ts'
import { recogniseShape, type Shape } from './shape.ts'

/**
 * AkShare's daily bars (stock_zh_a_hist): volume in lots of 100, amount in CNY. The turnover is not read: of its two decimals
 * of a percent most stocks' days keep one or two digits, and the float cap derived of 0.01 would be off by up to a half.
 */
const SHAPES: readonly Shape[] = [
  {
    table: 'bars',
    tells: ['日期', '开盘', '收盘', '最高', '最低', '成交量', '成交额'],
    tellsOneOf: ['振幅', '涨跌幅', '涨跌额', '换手率'],
    names: {
      date: ['日期'],
      symbol: ['股票代码'],
      open: ['开盘'],
      high: ['最高'],
      low: ['最低'],
      close: ['收盘'],
      volume: ['成交量'],
      amount: ['成交额'],
    },
    units: { volume: 100 },
  },
]

export const akshare: Preset = {
  name: 'akshare',
  recognise: (file, asked = false) => recogniseShape(file, SHAPES, asked),
}
