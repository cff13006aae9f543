import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limitPercent, limitPrices } from '../../../src-main/market/limits.ts'

describe('limitPercent', () => {
  it.each([
    ['600000.SH', 20200101, false, 10],
    ['600000.SH', 20200101, true, 5],
    ['000001.SZ', 20200101, false, 10],
    ['688001.SH', 20200101, true, 20],
    ['689009.SH', 20201101, false, 20],
    ['300750.SZ', 20200823, false, 10],
    ['300750.SZ', 20200823, true, 5],
    ['300750.SZ', 20200824, true, 20],
    ['301001.SZ', 20210101, false, 20],
    ['830799.BJ', 20211115, true, 30],
    ['AAPL', 20200101, false, null],
    ['TSLA.US', 20200101, true, null],
  ])('%s on %i, ST %s: %s', (symbol, date, st, percent) => {
    expect(limitPercent(symbol, date, st)).toBe(percent)
  })
})

describe('limitPrices', () => {
  it('rounds a half cent up on both sides', () => {
    // 10.05 x 1.1 = 11.055 and 10.05 x 0.9 = 9.045: exact ties, which binary prices would miss.
    expect(limitPrices(1005, 10)).toEqual({ upCents: 1106, downCents: 905 })
    // 2.30 x 1.05 = 2.415 and 2.30 x 0.95 = 2.185.
    expect(limitPrices(230, 5)).toEqual({ upCents: 242, downCents: 219 })
  })

  it('stays within half a cent of the exact limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e7 }), fc.constantFrom(5, 10, 20, 30), (cents, percent) => {
        const { upCents, downCents } = limitPrices(cents, percent)
        const exactUp = cents * (100 + percent)
        const exactDown = cents * (100 - percent)
        expect(upCents * 100 - exactUp).toBeGreaterThan(-50)
        expect(upCents * 100 - exactUp).toBeLessThanOrEqual(50)
        expect(downCents * 100 - exactDown).toBeGreaterThan(-50)
        expect(downCents * 100 - exactDown).toBeLessThanOrEqual(50)
      }),
    )
  })
})
