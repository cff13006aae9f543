import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rmSync } from 'node:fs'
import { derive } from '../../../src-main/market/derive.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import { stockPrices } from '../../../src-main/market/prices.ts'
import { removeData } from '../../../src-main/store/remove.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import { DAY_STATE } from '../../../src-shared/domain/coverage.ts'
import { adjustmentRatios, exDays } from '../../../src-shared/domain/stockPrices.ts'
import { smallStore } from '../../fixtures/smallStore.ts'
import { refusal } from '../ingest/workspace.ts'

let folder: string
let store: WritableStore
const none: ReadonlySet<number> = new Set()

beforeAll(async () => {
  const small = await smallStore()
  folder = small.folder
  store = openStore(small.path, { mode: 'write' })
})
afterAll(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

describe('the prices of a stock', () => {
  it('are those that studies compute with, on every day from its first bar to its last', () => {
    const { panel } = loadMarket(store)
    const derived = derive(panel, 'none')
    const stocks = panel.symbols.length
    let suspended = 0
    let limits = 0
    for (const [i, symbol] of panel.symbols.entries()) {
      const prices = stockPrices(store, symbol, Int32Array.from(panel.dates), none)
      const start = panel.dates.indexOf(prices.dates[0])
      const end = start + prices.dates.length
      expect(prices.dates).toEqual(panel.dates.slice(start, end))
      const of = <T>(value: (at: number) => T): T[] =>
        Array.from(prices.dates, (_, t) => value((start + t) * stocks + i))
      const traded = of((at) => panel.traded[at] === 1)
      const backward = adjustmentRatios(prices.factor, 'backward')
      expect([...prices.states]).toEqual(traded.map((was) => (was ? DAY_STATE.traded : DAY_STATE.suspended)))
      expect(Array.from(prices.close, (close, t) => close * backward[t])).toEqual(
        of((at) => derived.adjClose[at]),
      )
      expect([...prices.volume]).toEqual(of((at) => (panel.traded[at] === 1 ? panel.volume[at] : NaN)))
      expect([...prices.limits]).toEqual(of((at) => derived.limitUp[at] - derived.limitDown[at]))
      suspended += traded.filter((was) => !was).length
      limits += prices.limits.filter((side) => side !== 0).length
    }
    expect(suspended).toBeGreaterThan(10)
    expect(limits).toBeGreaterThan(10)
  })

  it('adjust forward to the last day and change on ex-days alone', () => {
    const { panel } = loadMarket(store)
    const all = panel.symbols.map((symbol) => stockPrices(store, symbol, Int32Array.from(panel.dates), none))
    const split = all.find((prices) => exDays(prices).length > 0)!
    const forward = adjustmentRatios(split.factor, 'forward')
    expect(forward.at(-1)).toBe(1)
    expect([...adjustmentRatios(split.factor, 'raw')].every((ratio) => ratio === 1)).toBe(true)
    const changes = [...forward.keys()].filter((t) => t > 0 && forward[t] !== forward[t - 1])
    expect(changes).toEqual(exDays(split))
  })

  it('have no price on days that are missing or refused', () => {
    const { panel } = loadMarket(store)
    const [symbol] = panel.symbols
    const days = Int32Array.from(panel.dates)
    removeData(store, { symbols: [symbol], from: panel.dates[20], to: panel.dates[24] }, false)
    const prices = stockPrices(store, symbol, days, new Set([panel.dates[21]]))
    const { missing, quarantined } = DAY_STATE
    expect([...prices.states.subarray(20, 25)]).toEqual([missing, quarantined, missing, missing, missing])
    expect([...prices.close.subarray(20, 25)]).toEqual([NaN, NaN, NaN, NaN, NaN])
  })

  it('are refused for a stock that is not there, and for one without a bar', async () => {
    const days = Int32Array.of(20150105)
    expect(await refusal(() => stockPrices(store, '999999.SH', days, none))).toMatchObject({
      code: 'not_found',
    })
    store.run("INSERT INTO instrument (symbol) VALUES ('888888.SH')")
    expect(await refusal(() => stockPrices(store, '888888.SH', days, none))).toMatchObject({
      code: 'data_insufficient',
    })
  })
})
