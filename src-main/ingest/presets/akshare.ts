import type { Preset } from '../layout.ts'
import { recogniseShape, type Shape } from './shape.ts'

/**
 * AkShare's daily bars (stock_zh_a_hist): volume in lots of 100, amount in CNY, turnover in percent with two decimals, of which
 * most days alone do not tell the float shares (bars/floatCap.ts).
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
      turn: ['换手率'],
    },
    units: { volume: 100 },
  },
]

export const akshare: Preset = {
  name: 'akshare',
  recognise: (file, asked = false) => recogniseShape(file, SHAPES, asked),
}
