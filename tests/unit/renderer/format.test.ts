import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatPercent } from '../../../src-shared/format.ts'
import { formatDuration, toneOf } from '../../../src-renderer/format.ts'
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
  it('is flat for a value that rounds to zero, so that colour and text agree', () => {
    expect(toneOf(-0.00004, formatPercent(-0.00004))).toBe('flat')
    expect(toneOf(null, formatPercent(null))).toBe('flat')
  })

  it('agrees with the sign that the text carries', () => {
    fc.assert(
      fc.property(fc.double({ min: -10, max: 10, noNaN: true }), (value) => {
        const text = formatPercent(value, 'always')
        const sign = text.startsWith('+') ? 'up' : text.startsWith('−') ? 'down' : 'flat'
        expect(toneOf(value, text)).toBe(sign)
      }),
    )
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
