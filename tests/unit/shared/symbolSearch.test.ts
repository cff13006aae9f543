import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findStocks } from '../../../src-shared/symbolSearch.ts'

const stocks = {
  symbols: ['000001.SZ', '002142.SZ', '600000.SH', '600001.SH', '600036.SH', '830001.BJ'],
  names: ['平安银行', '宁波银行', '浦发银行', '600序号', '招商银行', '万科Ａ'],
  initials: ['payh', 'nbyh', 'pfyh', '600xh', 'zsyh', 'wka'],
}
const found = (query: string): string[] => findStocks(stocks, query).map((at) => stocks.symbols[at])

describe('findStocks', () => {
  it('finds by code, with or without its exchange', () => {
    expect(found('600036')).toEqual(['600036.SH'])
    expect(found('sh600036')).toEqual(['600036.SH'])
    expect(found('600036.sh')).toEqual(['600036.SH'])
    expect(found('６０００３６')).toEqual(['600036.SH'])
  })

  it('finds by initials and by name, in any case and width', () => {
    expect(found('PFYH')).toEqual(['600000.SH'])
    expect(found('zs')).toEqual(['600036.SH'])
    expect(found('宁波')).toEqual(['002142.SZ'])
    expect(found('万科a')).toEqual(['830001.BJ'])
  })

  it('has what begins so before what contains it, then the order of the symbols', () => {
    expect(found('600')).toEqual(['600000.SH', '600001.SH', '600036.SH'])
    expect(found('yh')).toEqual(['000001.SZ', '002142.SZ', '600000.SH', '600036.SH'])
    expect(found('0001')).toEqual(['000001.SZ', '600001.SH', '830001.BJ'])
    expect(found('p')).toEqual(['000001.SZ', '600000.SH'])
  })

  it('has all of them for nothing typed, and none for what no stock has', () => {
    expect(found(' ')).toEqual(stocks.symbols)
    expect(found('xyz')).toEqual([])
  })

  it('finds every stock by every beginning of its code, name and initials', () => {
    fc.assert(
      fc.property(
        fc.nat(stocks.symbols.length - 1),
        fc.constantFrom('symbols' as const, 'names' as const, 'initials' as const),
        fc.integer({ min: 1, max: 9 }),
        (at, by, length) => {
          expect(findStocks(stocks, stocks[by][at].slice(0, length))).toContain(at)
        },
      ),
    )
  })
})
