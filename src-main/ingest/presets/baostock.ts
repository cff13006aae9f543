import { failure } from '../../../src-shared/failure.ts'
import { importingErrors } from '../../../src-shared/locales/errors/importing.ts'
import type { FileFacts, Preset } from '../layout.ts'
import { isIndexCode } from '../symbols.ts'
import { everyCode, recogniseShape, type Shape } from './shape.ts'

/**
 * Baostock's daily bars, of stocks or of indices: prices with the official preclose but no factor, which is chained from
 * them; turnover in percent. `adjustflag` 3 says that prices are as traded. A file of both is read for its stocks; the rows
 * of its indices are refused.
 */
const SHAPES: readonly Shape[] = [
  {
    table: 'bars',
    tells: ['code', 'date', 'preclose'],
    tellsOneOf: ['adjustflag', 'tradestatus', 'pctChg', 'isST'],
    where: (file, columns) => everyCode(file, columns, isOfBaostock) && !everyCode(file, columns, isIndex),
    names: {
      date: ['date'],
      symbol: ['code'],
      open: ['open'],
      high: ['high'],
      low: ['low'],
      close: ['close'],
      preclose: ['preclose'],
      volume: ['volume'],
      amount: ['amount'],
      turn: ['turn'],
      tradeStatus: ['tradestatus'],
      st: ['isST'],
      adjustFlag: ['adjustflag'],
    },
    factor: 'preclose',
  },
  {
    table: 'indexBars',
    tells: ['code', 'date', 'preclose'],
    where: (file, columns) => everyCode(file, columns, isIndex),
    names: {
      date: ['date'],
      symbol: ['code'],
      open: ['open'],
      high: ['high'],
      low: ['low'],
      close: ['close'],
      volume: ['volume'],
    },
  },
]

const isOfBaostock = (code: string): boolean => /^(sh|sz|bj)\.\d{6}$/.test(code)
const isIndex = (code: string): boolean => isOfBaostock(code) && isIndexCode(code)

export const baostock: Preset = {
  name: 'baostock',
  recognise(file, asked = false) {
    const recognised = recogniseShape(file, SHAPES, asked)
    if (recognised !== null) refuseAdjusted(file, recognised.layout.columns.adjustFlag)
    return recognised
  },
}

/** A file that begins with adjusted prices has no others. */
function refuseAdjusted(file: FileFacts, column: number | undefined): void {
  const flag = column === undefined ? undefined : file.sample[0]?.[column]?.trim()
  if (flag !== '1' && flag !== '2') return
  throw failure(importingErrors.pricesAdjusted, { flag }, { place: { file: file.path, field: 'adjustflag' } })
}
