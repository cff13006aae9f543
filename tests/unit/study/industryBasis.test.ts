import { beforeAll, describe, expect, it } from 'vitest'
import { noteText } from '../../../src-shared/locales/index.ts'
import { industryHistory } from '../../../src-main/market/industryHistory.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import type { MarketData } from '../../../src-main/market/panel.ts'
import type { Industry } from '../../../src-main/store/industries.ts'
import { openStore } from '../../../src-main/store/store.ts'
import { industryBasis, studyIndustryBasis } from '../../../src-main/study/industryBasis.ts'
import { industryNotes } from '../../../src-main/study/notes.ts'
import { prepare } from '../../../src-main/study/prepare.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

const classified = (symbol: string, asOf: number | null): Industry => ({ symbol, asOf, code: '', name: 'x' })

describe('how far industries were known on the day', () => {
  const dates = Int32Array.of(20200102, 20200103, 20200106)
  const symbols = ['A', 'B', 'C', 'D']
  const among = Uint8Array.of(1, 1, 1, 1)

  it('counts stock-days by a later classification and by an undated one, those of one by then not', () => {
    const history = industryHistory({ symbols, dates }, [
      classified('A', 20200103),
      classified('A', 20200106),
      classified('B', 20200110),
      classified('C', null),
      classified('C', 20200106),
    ])!
    expect(industryBasis(history, dates, [0, 1, 2], () => among)).toEqual({
      stockDays: 12,
      // A on the first day, B on all.
      later: { stockDays: 4, first: 20200103, last: 20200110 },
      undated: 2,
      // D on all.
      unknown: 3,
    })
    const onlyA = Uint8Array.of(1, 0, 0, 0)
    expect(industryBasis(history, dates, [1, 2], () => onlyA)).toEqual({
      stockDays: 2,
      later: null,
      undated: 0,
      unknown: 0,
    })
  })

  it('is told by notes with counts and dates, and by none where all is known in time', () => {
    const later = { stockDays: 1500, first: 20200103, last: 20200110 }
    const notes = industryNotes({ stockDays: 6000, later, undated: 60, unknown: 30 })
    expect(notes.map(({ code }) => code)).toEqual(['industry_later', 'industry_undated', 'industry_unknown'])
    const texts = notes.map((note) => noteText(note, 'en'))
    expect(texts[0]).toContain('1,500 (25.00%)')
    expect(texts[0]).toContain('2020-01-03 – 2020-01-10')
    expect(texts[1]).toContain('60 (1.00%)')
    expect(texts[2]).toContain('30 (0.50%)')
    const [once] = industryNotes({
      stockDays: 6000,
      later: { ...later, first: 20200110 },
      undated: 0,
      unknown: 0,
    })
    expect(noteText(once, 'zh-CN')).toContain('（2020-01-10）')
    expect(industryNotes({ stockDays: 6000, later: null, undated: 0, unknown: 0 })).toEqual([])
    expect(industryNotes(null).map(({ code }) => code)).toEqual(['industry_missing'])
  })
})

describe('how far a study knew its industries', () => {
  const config = smallStudy()
  let market: MarketData
  beforeAll(async () => {
    const store = openStore((await smallStore()).path, { mode: 'read' })
    market = loadMarket(store)
    store.close()
  })
  const basisOf = (asOf: (symbol: string) => number | null, data = market) =>
    studyIndustryBasis(
      config,
      prepare(config, {
        ...data,
        industries: industryHistory(
          data.panel,
          data.panel.symbols.map((symbol) => classified(symbol, asOf(symbol))),
        ),
      }),
    )

  it('is all hindsight by the one snapshot of the last day, and none by one of the first', () => {
    const snapshot = studyIndustryBasis(config, prepare(config, market))!
    expect(snapshot.later).toEqual({ stockDays: snapshot.stockDays, first: 20161230, last: 20161230 })
    expect(snapshot.stockDays).toBeGreaterThan(1000)
    expect(basisOf(() => 20150105)).toEqual({
      stockDays: snapshot.stockDays,
      later: null,
      undated: 0,
      unknown: 0,
    })
    expect(basisOf(() => null)).toMatchObject({ later: null, undated: snapshot.stockDays })
    expect(studyIndustryBasis(config, prepare(config, { ...market, industries: null }))).toBeNull()
  })

  it('is of the universe and of the stocks of the indices, by membership or by weights', () => {
    const { panel, indices } = market
    const index = indices.get('SYN40.IDX')!
    // New listings are members before they are in the universe.
    const listedAt = panel.listedAt.map((_, stock) => (stock % 2 === 0 ? panel.dates.length - 300 : -1))
    const study = prepare(config, { ...market, panel: { ...panel, listedAt } })
    const stocks = panel.symbols.length
    for (const changed of [
      { ...index, weights: null },
      { ...index, member: null },
    ]) {
      const data = { ...study.market, indices: new Map([[index.symbol, changed]]) }
      let [expected, inUniverse] = [0, 0]
      for (const day of study.testDays.flat())
        for (let stock = 0; stock < stocks; stock++) {
          const at = day * stocks + stock
          const weights = changed.weights?.findLast(({ date }) => date <= panel.dates[day])?.weights
          if (study.universe[at] === 1) inUniverse++
          if (study.universe[at] === 1 || changed.member?.[at] === 1 || (weights?.[stock] ?? 0) > 0)
            expected++
        }
      const { stockDays } = studyIndustryBasis(config, { ...study, market: data })!
      expect(stockDays).toBe(expected)
      expect(stockDays).toBeGreaterThan(inUniverse)
    }
  })
})
