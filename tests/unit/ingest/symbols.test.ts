import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isIndexCode, normaliseSymbol } from '../../../src-main/ingest/symbols.ts'

describe('normaliseSymbol', () => {
  it.each([
    ['600000.SH', '600000.SH'],
    ['sh.600519', '600519.SH'],
    ['SH600519', '600519.SH'],
    ['600519.XSHG', '600519.SH'],
    ['600519.ss', '600519.SH'],
    ['000001.XSHE', '000001.SZ'],
    ['SHSE.600000', '600000.SH'],
    ['SZSE.000001', '000001.SZ'],
    ['XSHE.000001', '000001.SZ'],
    ['600000.SSE', '600000.SH'],
    ['000001.SZSE', '000001.SZ'],
    ['="000001"', '000001.SZ'],
    ["'000001", '000001.SZ'],
    ['ABC.000001', 'ABC.000001'],
    ['000001', '000001.SZ'],
    ['300750', '300750.SZ'],
    ['688981', '688981.SH'],
    ['430047', '430047.BJ'],
    ['920819', '920819.BJ'],
    [' aapl ', 'AAPL'],
    ['BRK.B', 'BRK.B'],
    ['BAJAJ-AUTO', 'BAJAJ-AUTO'],
    ['1', '1'],
    ['0700', '0700'],
  ])('stock %s is %s', (text, symbol) => expect(normaliseSymbol(text, 'stock')).toBe(symbol))

  it.each([
    ['000300', '000300.SH'],
    ['sh.000905', '000905.SH'],
    ['399006', '399006.SZ'],
    ['899050', '899050.BJ'],
    ['sp500', 'SP500'],
  ])('index %s is %s', (text, symbol) => expect(normaliseSymbol(text, 'index')).toBe(symbol))

  it.each(['sh.000300', 'SZ399006', '000905.SH', 'H30269.CSI', '899050', '801010.SI'])(
    '%s is an index',
    (code) => expect(isIndexCode(code)).toBe(true),
  )

  // A bare code may be a stock's: 000001 is Ping An and the Shanghai index.
  it.each(['000001', 'sz.000001', '600000.SH', 'AAPL', 'SPX', 'D05.SI'])('%s may be a stock', (code) =>
    expect(isIndexCode(code)).toBe(false),
  )

  it('keeps every digit of a code and changes nothing the second time', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^\d{1,8}$/),
        fc.constantFrom('', '.SH', '.SZ', '.BJ'),
        (code, suffix) => {
          const symbol = normaliseSymbol(code + suffix, 'stock')
          expect(symbol.startsWith(code)).toBe(true)
          expect(normaliseSymbol(symbol, 'stock')).toBe(symbol)
        },
      ),
    )
  })
})
