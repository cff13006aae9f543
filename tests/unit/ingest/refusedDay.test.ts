import { describe, expect, it } from 'vitest'
import { refusedDay } from '../../../src-main/ingest/refusedDay.ts'

const isKnown = (symbol: string): boolean => ['600000.SH', '000001.SZ', '100000.XX', 'AAPL'].includes(symbol)
const read = (text: string, file = 'bars.csv') => refusedDay({ file, text }, isKnown)

describe('the stock and day of a quarantined row', () => {
  it('are read wherever they stand and however they are written', () => {
    const expected = { symbol: '600000.SH', date: 20200102 }
    expect(read('2020-01-02,600000.SH,10,9,11')).toEqual(expected)
    expect(read('"sh.600000";"2020/1/2";10')).toEqual(expected)
    expect(read('10\t20200102\t600000.XSHG')).toEqual(expected)
    expect(read('20200102,AAPL,1')).toEqual({ symbol: 'AAPL', date: 20200102 })
  })

  it('are those of the file’s name where the row has no symbol', () => {
    expect(read('2020-01-02,10,9', '/data/sh600000.csv.gz')).toEqual({ symbol: '600000.SH', date: 20200102 })
  })

  it('do not take a volume of six digits for a code', () => {
    expect(read('2020-01-02,600000,000001.SZ')).toEqual({ symbol: '000001.SZ', date: 20200102 })
  })

  it('are null where one is missing', () => {
    expect(read('nothing,600000.SH')).toBeNull()
    expect(read('2020-01-02,600001.SH')).toBeNull()
    expect(read('')).toBeNull()
  })
})
