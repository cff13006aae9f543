import type { Columns, FileFacts, Preset } from '../layout.ts'
import { recogniseShape, type Shape } from './shape.ts'

const KEY = { date: ['trade_date'], symbol: ['ts_code'] } as const
const LEVELS = { open: ['open'], high: ['high'], low: ['low'], close: ['close'] } as const

/** Tushare's tables of daily bars, index bars and index weights. */
const SHAPES: readonly Shape[] = [
  {
    // Lots of an index are not shares of anything: its volume is left out.
    table: 'indexBars',
    tells: ['ts_code', 'trade_date', 'close', 'pre_close', 'vol'],
    where: onlyIndices,
    names: { ...KEY, ...LEVELS },
  },
  {
    // Volume in lots of 100, amount in thousands.
    table: 'bars',
    tells: ['ts_code', 'trade_date', 'close', 'vol', 'amount'],
    tellsOneOf: ['pre_close', 'change', 'pct_chg'],
    names: { ...KEY, ...LEVELS, preclose: ['pre_close'], volume: ['vol'], amount: ['amount'] },
    units: { volume: 100, amount: 1000 },
  },
  {
    // Weights in percent: the sum of a snapshot tells.
    table: 'indexWeights',
    tells: ['index_code', 'con_code', 'trade_date', 'weight'],
    names: { index: ['index_code'], symbol: ['con_code'], date: ['trade_date'], weight: ['weight'] },
  },
]

export const tushare: Preset = {
  name: 'tushare',
  recognise: (file, asked = false) => recogniseShape(file, SHAPES, asked),
}

/** Codes that no stock has: Shanghai's 000xxx, Shenzhen's 399xxx and those of other publishers. */
function onlyIndices({ sample }: FileFacts, { symbol }: Columns): boolean {
  const codes = symbol === undefined ? [] : sample.map((cells) => (cells[symbol] ?? '').trim())
  return codes.length > 0 && codes.every((code) => /^(000\d{3}\.SH|399\d{3}\.SZ|.+\.(CSI|CI|SI))$/.test(code))
}
