import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { derive } from '../../src-main/market/derive.ts'
import type { Derived } from '../../src-main/market/derive.ts'
import { limitPercent, limitPrices, toCents } from '../../src-main/market/limits.ts'
import { weeklyBars } from '../../src-main/market/weekly.ts'
import { parseDate } from '../../src-shared/domain/date.ts'
import { panelOf } from '../unit/market/panelFixture.ts'
import type { StockColumns } from '../unit/market/panelFixture.ts'

const file = join(process.env.PLATEAU_REFERENCE ?? '../shared/reference', 'research', 'bars.json')

type Column = (number | boolean | null)[]
interface Golden {
  meta: { tolerance_rel: number }
  calendar: string[]
  decision_dates: string[]
  stocks: (Omit<StockColumns, 'symbol'> & { code: string })[]
  expected: ({ code: string; adj: Record<string, Column>; weekly: Record<string, Column> } & Record<
    string,
    Column
  >)[]
  expected_usable_weeks: Record<string, string[]>
  limit_cases: {
    input: { code: string; date: string; is_st: number | null } & Record<
      'preclose' | 'open' | 'high' | 'low' | 'close',
      number
    >
    expected: Record<string, number | boolean>
  }[]
}

describe.skipIf(!existsSync(file))(`golden bars (skipped without ${file})`, () => {
  const golden = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Golden) : ({} as Golden)
  const stocks = (golden.stocks ?? []).map((stock): StockColumns => ({ ...stock, symbol: stock.code }))
  const width = stocks.length
  const panel = panelOf(golden.calendar ?? [], stocks)
  const row = (day: string) => golden.calendar.indexOf(day)
  let compared = 0

  /** Equal within the file's relative tolerance; null is missing (NaN) or, for a flag, 0. */
  const same = (actual: number, expected: number | boolean | null, what: string) => {
    compared++
    if (typeof expected === 'boolean') return expect(actual, what).toBe(expected ? 1 : 0)
    if (expected === null) return expect(actual, what).toBeNaN()
    expect(Math.abs(actual - expected), what).toBeLessThanOrEqual(
      Math.abs(expected) * golden.meta.tolerance_rel + 1e-12,
    )
  }

  it('derives adjusted prices, volume, vwap and returns', () => {
    const typical = derive(panel, 'typical')
    const none = derive(panel, 'none')
    const columns: [keyof Golden['expected'][number] & string, Float64Array][] = [
      ['adj_volume', typical.adjVolume],
      ['vwap_raw', none.rawVwap],
      ['vwap_typical_raw', typical.rawVwap],
      ['vwap_typical_adj', typical.adjVwap],
      ['vwap_none_adj', none.adjVwap],
      ['ret', typical.returns],
    ]
    const prices: [string, Float64Array][] = [
      ['open', typical.adjOpen],
      ['high', typical.adjHigh],
      ['low', typical.adjLow],
      ['close', typical.adjClose],
    ]
    stocks.forEach((stock, i) => {
      const expected = golden.expected[i]
      stock.dates.forEach((day, k) => {
        const at = row(day) * width + i
        for (const [name, matrix] of columns)
          same(matrix[at], expected[name][k], `${stock.symbol} ${day} ${name}`)
        for (const [name, matrix] of prices)
          same(matrix[at], expected.adj[name][k], `${stock.symbol} ${day} ${name}`)
      })
    })
    expect(compared).toBeGreaterThan(9000)
  })

  it('flags limits and tradability', () => {
    const derived: Derived = derive(panel, 'typical')
    const flags: [string, Uint8Array][] = [
      ['limit_up', derived.limitUp],
      ['limit_down', derived.limitDown],
      ['one_word_up', derived.oneWordUp],
      ['one_word_down', derived.oneWordDown],
      ['can_buy', derived.canBuy],
      ['can_sell', derived.canSell],
    ]
    let raised = 0
    stocks.forEach((stock, i) => {
      stock.dates.forEach((day, k) => {
        const at = row(day) * width + i
        for (const [name, matrix] of flags) {
          const expected = golden.expected[i][name][k]
          same(matrix[at], expected ?? false, `${stock.symbol} ${day} ${name}`)
          if (name.startsWith('limit') && expected === true) raised++
        }
        if (panel.traded[at] === 0) return
        const percent = limitPercent(stock.symbol, panel.dates[row(day)], panel.st[at] === 1)
        expect(percent, `${stock.symbol} ${day}`).toBe(golden.expected[i].limit_pct[k])
        const { upCents, downCents } = limitPrices(toCents(panel.preclose[at]), percent ?? 0)
        same(upCents / 100, golden.expected[i].limit_up_price[k], `${stock.symbol} ${day} limit_up_price`)
        same(
          downCents / 100,
          golden.expected[i].limit_down_price[k],
          `${stock.symbol} ${day} limit_down_price`,
        )
      })
    })
    expect(raised).toBeGreaterThan(0)
  })

  it('agrees with the single limit cases', () => {
    for (const { input, expected } of golden.limit_cases) {
      const label = JSON.stringify(input)
      const percent = limitPercent(input.code, parseDate(input.date) ?? 0, input.is_st === 1)
      expect(percent, label).toBe(expected.limit_pct)
      const { upCents, downCents } = limitPrices(toCents(input.preclose), percent ?? 0)
      expect([upCents / 100, downCents / 100], label).toEqual([
        expected.limit_up_price,
        expected.limit_down_price,
      ])
      const derived = derive(
        panelOf(
          [input.date],
          [
            {
              symbol: input.code,
              dates: [input.date],
              open: [input.open],
              high: [input.high],
              low: [input.low],
              close: [input.close],
              preclose: [input.preclose],
              volume: [1000],
              amount: [null],
              adj_factor: [1],
              suspended: [0],
              is_st: [input.is_st],
            },
          ],
        ),
        'none',
      )
      expect(
        [derived.limitUp, derived.limitDown, derived.oneWordUp, derived.oneWordDown].map(
          (flag) => flag[0] === 1,
        ),
        label,
      ).toEqual([expected.limit_up, expected.limit_down, expected.one_word_up, expected.one_word_down])
      expect(derived.stUnknown, label).toBe(input.is_st === null ? 1 : 0)
    }
  })

  it('builds weekly bars and knows which weeks have ended', () => {
    const none = weeklyBars(panel, derive(panel, 'none'), 'none')
    const typical = weeklyBars(panel, derive(panel, 'typical'), 'typical')
    const name = (week: number) => `${Math.floor(week / 100)}-W${String(week % 100).padStart(2, '0')}`
    stocks.forEach((stock, i) => {
      const expected = golden.expected[i].weekly
      const weeks = [...typical.weeks.keys()].filter((w) => typical.traded[w * width + i] === 1)
      const listed = weeks.filter((w) => (expected.week as unknown[]).includes(name(typical.weeks[w])))
      expect(listed.map((w) => name(typical.weeks[w]))).toEqual(expected.week)
      listed.forEach((w, k) => {
        const at = w * width + i
        for (const field of ['open', 'high', 'low', 'close', 'volume', 'vwap'] as const)
          same(none[field][at], expected[field][k], `${stock.symbol} ${name(typical.weeks[w])} ${field}`)
        same(
          typical.vwap[at],
          expected.vwap_typical[k],
          `${stock.symbol} ${name(typical.weeks[w])} vwap stand-in`,
        )
      })
    })
    for (const day of golden.decision_dates) {
      const ended = typical.weeks.subarray(0, typical.endedAt[row(day)] + 1)
      expect(Array.from(ended, name), day).toEqual(golden.expected_usable_weeks[day])
    }
  })
})
