import { describe, expect, it } from 'vitest'
import { noteText } from '../../../src-shared/locales/index.ts'
import { backtest } from '../../../src-main/portfolio/backtest.ts'
import { untradedHoldings } from '../../../src-main/study/untradedHoldings.ts'

/** Two stocks at prices of 1 and 2 that do not move, half of the capital in each from day 1 on; the second trades for `days`. */
async function heldFor(days: number) {
  const dates = Int32Array.from({ length: 100 }, (_, day) => 20200101 + day)
  const close = Float64Array.from({ length: 200 }, (_, at) => 1 + (at % 2))
  const prices = {
    dates,
    symbols: ['A', 'B'],
    close,
    vwap: close,
    factor: new Float64Array(200).fill(1),
    traded: Uint8Array.from(close, (_, at) => (at % 2 === 1 && at >= 2 * days ? 0 : 1)),
    oneWordUp: new Uint8Array(200),
    oneWordDown: new Uint8Array(200),
  }
  const { ledger } = await backtest({
    ...prices,
    decisionDays: [0, 60],
    decide: (day) => Promise.resolve(day === 0 ? Float64Array.of(0.5, 0.5) : Float64Array.of(1, 0)),
    costRate: 0,
  })
  return untradedHoldings(prices, ledger)
}

describe('holdings that stopped trading', () => {
  it('count at their last close, and are told after sixty days', async () => {
    expect(await heldFor(40)).toEqual({ stocks: 1, share: 0.5 })
    // The last trade was 60 days before the last day, and 59.
    expect(await heldFor(41)).toEqual({ stocks: 0, share: 0 })
    expect(await heldFor(100)).toEqual({ stocks: 0, share: 0 })
  })

  it('are named in both languages', () => {
    const values = { index: 'I', model: 'M', count: 2, share: 0.0123, days: 60 }
    for (const locale of ['en', 'zh-CN'] as const) {
      const text = noteText({ code: 'holdings_untraded', values }, locale)
      expect(text).toContain('1.23%')
      expect(text).not.toMatch(/[{}]/)
    }
  })
})
