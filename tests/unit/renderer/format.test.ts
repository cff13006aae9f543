import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatIc, formatPercent, MISSING } from '../../../src-shared/format.ts'
import { formatDuration, toneOf } from '../../../src-renderer/format.ts'
import { changed, compact } from '../../../src-renderer/components/table.ts'
import { readNumber, writeNumber } from '../../../src-renderer/components/numberText.ts'

describe('formatDuration', () => {
  it('writes minutes and seconds, with hours from one hour on', () => {
    expect([0, 59.4, 59.6, 754, 3599.5, 3600, 36_061].map(formatDuration)).toEqual([
      '0:00',
      '0:59',
      '1:00',
      '12:34',
      '1:00:00',
      '1:00:00',
      '10:01:01',
    ])
  })

  it('shows a dash for what is unknown', () => {
    expect([null, Number.NaN, Infinity].map(formatDuration)).toEqual(['—', '—', '—'])
  })

  it('reads back as the rounded number of seconds', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), (seconds) => {
        const parts = formatDuration(seconds).split(':').map(Number)
        expect(parts.reduce((total, part) => total * 60 + part, 0)).toBe(Math.round(seconds))
      }),
    )
  })
})

describe('toneOf', () => {
  it('is that of the sign that the text carries', () => {
    expect(['+0.01%', '−0.01%', '0.01%', MISSING, ''].map(toneOf)).toEqual([
      'up',
      'down',
      'flat',
      'flat',
      'flat',
    ])
  })
})

describe('a column of changes', () => {
  const column = changed((value: number | null) => value)

  it('has neither sign nor colour where the value is missing or rounds to zero', () => {
    for (const value of [null, 0, -0.00004, 0.00004]) expect(column.tone(value)).toBe('flat')
    expect(column.text(0.00004)).toBe('0.00%')
    expect(column.text(null)).toBe(MISSING)
  })

  it('has the sign of the value in text and colour', () => {
    fc.assert(
      fc.property(fc.double({ min: -10, max: 10, noNaN: true }), (value) => {
        fc.pre(Math.abs(value) >= 0.0001)
        expect(column.tone(value)).toBe(value > 0 ? 'up' : 'down')
        expect(column.text(value)).toBe(formatPercent(value, 'always'))
      }),
    )
  })

  it('may be of another unit than percent', () => {
    const ic = changed((value: number) => value, formatIc)
    expect([0.05, -0.05].map(ic.text)).toEqual(['+0.0500', '−0.0500'])
  })
})

describe('a column of large amounts', () => {
  const column = compact((value: number | null) => value, 'en')

  it('is short in the cell and in full on hover and in exports', () => {
    expect(column.text(12_345_678)).toBe('12.35M')
    expect(column.rowHint(12_345_678)).toBe('12,345,678')
    expect(column.value(12_345_678)).toBe(12_345_678)
  })

  it('has nothing to hover on where the value is missing', () => {
    for (const value of [null, Number.NaN])
      expect([column.text(value), column.rowHint(value)]).toEqual([MISSING, ''])
  })
})

describe('numbers of an input', () => {
  it('are read as they are written, however small', () => {
    for (const value of [0, -0.5, 0.1, 1e-8, 1.5e-12, 1e21, 4096])
      expect(readNumber(writeNumber(value))).toBe(value)
    expect(readNumber(writeNumber(null))).toBeNull()
  })

  it('may have full-width digits, a true minus, spaces and an exponent', () => {
    expect(['０.０５', '−1', ' 2 ', '1E-3', '+.5', '3.'].map(readNumber)).toEqual([
      0.05, -1, 2, 0.001, 0.5, 3,
    ])
  })

  it('are nothing or no number else', () => {
    expect(readNumber('  ')).toBeNull()
    for (const typed of ['-', '1e', '1e-', '.', '0x10', 'Infinity', '1,000', '1e999', 'rho'])
      expect(readNumber(typed)).toBeUndefined()
  })
})
