import type { Preset } from '../layout.ts'
import { isIndexCode } from '../symbols.ts'
import { everyCode, recogniseShape, type Shape } from './shape.ts'

const KEY = { date: ['trade_date'], symbol: ['ts_code'] } as const
const LEVELS = { open: ['open'], high: ['high'], low: ['low'], close: ['close'] } as const

/** Tushare's tables of daily bars, index bars, daily values, factors and index weights. */
const SHAPES: readonly Shape[] = [
  {
    // Lots of an index are not shares of anything: its volume is left out.
    table: 'indexBars',
    tells: ['ts_code', 'trade_date', 'close', 'pre_close', 'vol'],
    where: (file, columns) => everyCode(file, columns, isIndexCode),
    names: { ...KEY, ...LEVELS },
  },
  {
    // Volume in lots of 100, amount in thousands, the ex-right preclose; beside them what was joined to it: adj_factor, and
    // turnover and float cap of daily_basic.
    table: 'bars',
    tells: ['ts_code', 'trade_date', 'close', 'vol', 'amount'],
    tellsOneOf: ['pre_close', 'change', 'pct_chg'],
    names: {
      ...KEY,
      ...LEVELS,
      preclose: ['pre_close'],
      volume: ['vol'],
      amount: ['amount'],
      factor: ['adj_factor'],
      turn: ['turnover_rate'],
      floatCap: ['circ_mv'],
    },
    units: { volume: 100, amount: 1000, floatCap: 10_000 },
    factor: 'preclose',
  },
  {
    // daily_basic: the float cap in tens of thousands, which needs no turnover rate.
    table: 'dailyValues',
    tells: ['ts_code', 'trade_date', 'circ_mv'],
    names: { ...KEY, floatCap: ['circ_mv'] },
    units: { floatCap: 10_000 },
  },
  {
    table: 'factors',
    tells: ['ts_code', 'trade_date', 'adj_factor'],
    where: ({ header }) => !header.includes('close'),
    names: { ...KEY, factor: ['adj_factor'] },
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
