import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatPercent } from '../../../src-shared/format.ts'
import { formatDuration, toneOf } from '../../../src-renderer/format.ts'

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
