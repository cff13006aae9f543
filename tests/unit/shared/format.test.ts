import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatCompact,
  formatCount,
  formatIc,
  formatNumber,
  formatPercent,
  formatPercentSetting,
  formatRatio,
  formatSetting,
} from '../../../src-shared/format.ts'

describe('format', () => {
  it('writes each kind of number with its decimals', () => {
    expect(formatPercent(0.12345)).toBe('12.35%')
    expect(formatIc(0.07654321)).toBe('0.0765')
    expect(formatRatio(2.345)).toBe('2.35')
    expect(formatCount(1234567)).toBe('1,234,567')
    expect(formatSetting(1e-8)).toBe('1e−8')
  })

  it('writes a setting in percent as it was set', () => {
    const written = [0.00025, 0.002, 0.07, 0, 1.5, -0.000125].map(formatPercentSetting)
    expect(written).toEqual(['0.025%', '0.2%', '7%', '0%', '150%', '−0.0125%'])
  })

  it('writes a true minus, an asked-for plus, and no sign on what rounds to zero', () => {
    expect(formatPercent(-0.05)).toBe('−5.00%')
    expect(formatPercent(0.05, 'always')).toBe('+5.00%')
    expect(formatPercent(-0.00001, 'always')).toBe('0.00%')
    expect(formatNumber(-0, 1, 'always')).toBe('0.0')
  })

  it('writes missing values as an em dash', () => {
    for (const value of [null, undefined, NaN, Infinity]) {
      expect(formatPercent(value)).toBe('—')
      expect(formatRatio(value)).toBe('—')
    }
  })

  it('reads back to the value within half a unit of the last decimal', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
        fc.integer({ min: 0, max: 6 }),
        (value, digits) => {
          const read = Number(formatNumber(value, digits).replace('−', '-').replaceAll(',', ''))
          expect(Math.abs(read - value)).toBeLessThanOrEqual(0.5 * 10 ** -digits + 1e-6)
        },
      ),
    )
  })
})

describe('formatCompact', () => {
  it('writes large numbers in the units of the language', () => {
    expect(formatCompact(125_000_000, 'zh-CN')).toBe('1.25亿')
    expect(formatCompact(12_500, 'zh-CN')).toBe('1.25万')
    expect(formatCompact(125_000_000, 'en')).toBe('125.00M')
    expect(formatCompact(950, 'en')).toBe('950')
    expect(formatCompact(-12_345_678, 'en')).toBe('−12.35M')
    expect(formatCompact(null, 'en')).toBe('—')
    expect(formatCompact(NaN, 'en')).toBe('—')
  })
})
