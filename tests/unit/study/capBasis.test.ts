import { beforeAll, describe, expect, it } from 'vitest'
import { noteText } from '../../../src-shared/locales/index.ts'
import { carryFloatCaps } from '../../../src-main/market/floatCaps.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import type { MarketData } from '../../../src-main/market/panel.ts'
import { openStore } from '../../../src-main/store/store.ts'
import { capBasis, capNotes } from '../../../src-main/study/capBasis.ts'
import { prepare } from '../../../src-main/study/prepare.ts'
import { stocksOfStudy } from '../../../src-main/study/stocksOfStudy.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

describe('how far float capitalisations are those of the day', () => {
  const NONE = Number.NaN
  const panel = {
    dates: Int32Array.of(20200102, 20200103, 20200106, 20200107),
    symbols: ['A', 'B', 'C'],
    // A has one on the first day alone, B on the first and the third, C never.
    floatCap: Float64Array.of(10, 20, NONE, 11, 21, NONE, 12, 22, NONE, 13, 23, NONE),
    capGiven: Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0),
  }

  it('counts stock-days with a carried one, and says how old the oldest is', () => {
    const basis = (days: readonly number[], among: readonly number[]) =>
      capBasis(panel, days, () => Uint8Array.from(among))
    expect(basis([0, 1, 3], [1, 1, 1])).toEqual({
      stockDays: 9,
      carried: { stockDays: 4, oldest: 20200102 },
    })
    expect(basis([2, 3], [0, 1, 1])).toEqual({ stockDays: 4, carried: { stockDays: 1, oldest: 20200106 } })
    expect(basis([0, 2], [0, 1, 1])).toEqual({ stockDays: 4, carried: null })
  })
})

describe('the note on carried capitalisations', () => {
  const config = smallStudy()
  let market: MarketData
  beforeAll(async () => {
    const store = openStore((await smallStore()).path, { mode: 'read' })
    market = loadMarket(store)
    store.close()
  })

  it('is not there where every day has its own', () => {
    expect(capNotes(config, prepare(config, market))).toEqual([])
  })

  it('counts the stocks of universe and indices whose capitalisations end', () => {
    const { panel } = market
    const stocks = panel.symbols.length
    const [first] = prepare(config, market).testDays.flat()
    const last = first - 30
    const ending = {
      ...panel,
      floatCap: panel.floatCap.map((cap, at) => (at % stocks < 20 && at >= (last + 1) * stocks ? NaN : cap)),
      capGiven: new Uint8Array(panel.floatCap.length),
    }
    carryFloatCaps(ending)
    const prepared = prepare(config, { ...market, panel: ending })
    const among = stocksOfStudy(config, prepared)
    const studied = prepared.testDays.flat().map((day) => [...among(day)])
    const count = studied.flatMap((of) => of.slice(0, 20)).filter((one) => one === 1).length
    expect(count).toBeGreaterThan(100)
    const share = count / studied.flat().filter((one) => one === 1).length
    const [note, ...more] = capNotes(config, prepared)
    expect(more).toEqual([])
    expect(note).toEqual({ code: 'caps_carried', values: { count, share, asOf: panel.dates[last] } })
    for (const locale of ['en', 'zh-CN'] as const) {
      expect(noteText(note, locale)).toMatch(/20\d\d-\d\d-\d\d/)
      expect(noteText(note, locale)).not.toMatch(/[{}]/)
    }
  })
})
