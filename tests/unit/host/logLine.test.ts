import { describe, expect, it } from 'vitest'
import { isAskedFor, parseLogLine } from '../../../src-main/host/services/logLine.ts'

const line = (event: string, fields: object = {}): string =>
  JSON.stringify({ time: '2024-01-02T03:04:05.678Z', event, ...fields })
const parsed = (text: string) => parseLogLine(text, '/home/me/app')

describe('a line of a log', () => {
  it('has its time, level, event, and what else it says', () => {
    expect(
      parsed(line('refused', { call: 'data.prices', code: 'not_found', field: null, tries: 2 })),
    ).toEqual({
      time: '2024-01-02T03:04:05.678Z',
      level: 'warning',
      event: 'refused',
      detail: 'call=data.prices  code=not_found  tries=2',
    })
    expect(parsed(line('crash')).level).toBe('error')
    expect(parsed(line('start')).level).toBe('info')
    expect(parsed(line('constructor')).level).toBe('info')
  })

  it.each(['', 'cut {"time":', '[]', 'null', '{"time":"now"}'])(
    'is shown as it stands where it is none: %j',
    (text) => {
      expect(parsed(text)).toEqual({ time: '', level: 'warning', event: '', detail: text })
    },
  )

  it('is redacted where the log did not do so', () => {
    expect(parsed('600000.SH in /etc/passwd').detail).toBe('<symbol> in <path>')
  })

  it('is asked for by its level or a graver one, and by text in any case', () => {
    const is = (text: string, level: 'error' | 'warning' | 'info', sought = '') =>
      isAskedFor(parsed(text), { level, text: sought })
    expect([is(line('crash'), 'error'), is(line('refused'), 'error'), is(line('start'), 'error')]).toEqual([
      true,
      false,
      false,
    ])
    expect([is(line('refused'), 'warning'), is(line('start'), 'warning')]).toEqual([true, false])
    expect(is(line('refused', { call: 'data.Prices' }), 'info', 'PRICES')).toBe(true)
    expect(is(line('refused', { call: 'data.prices' }), 'info', 'fused CALL')).toBe(true)
    expect(is(line('refused'), 'info', 'landscape')).toBe(false)
  })
})
