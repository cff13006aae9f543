import { beforeAll, describe, expect, it } from 'vitest'
import type { StudyConfig } from '../../../src-shared/domain/study.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import type { MarketData } from '../../../src-main/market/panel.ts'
import { openStore } from '../../../src-main/store/store.ts'
import { collectNotes } from '../../../src-main/study/notes.ts'
import { prepare } from '../../../src-main/study/prepare.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'

let market: MarketData

beforeAll(async () => {
  const store = openStore((await smallStore()).path, { mode: 'read' })
  market = loadMarket(store)
  store.close()
})

const study = (period: Partial<StudyConfig['period']>): StudyConfig => {
  const config = smallStudy()
  return { ...config, period: { ...config.period, ...period } }
}

describe('prepare', () => {
  it('sees no day after the end of the prediction', () => {
    const { market: seen, derived, universe } = prepare(study({ predictEnd: '2016-09-30' }), market)
    const days = seen.panel.dates.length
    expect(seen.panel.dates[days - 1]).toBe(20160930)
    expect(days).toBeLessThan(market.panel.dates.length)
    for (const matrix of [seen.panel.close, derived.adjVwap, universe]) {
      expect(matrix.length).toBe(days * seen.panel.symbols.length)
    }
    expect(seen.indices.get('SYN40.IDX')!.weights!.every(({ date }) => date <= 20160930)).toBe(true)
  })

  it.each([
    [{ fitEnd: '2016-12-20', predictEnd: '2016-12-21' }, 'period.predictEnd'],
    [{ fitStart: '2001-01-01', fitEnd: '2002-01-01', predictEnd: '2003-01-01' }, 'period.predictEnd'],
  ])('refuses a period without anything to predict before training: %o', (period, field) => {
    expect(() => prepare(study(period), market)).toThrow(
      expect.objectContaining({ code: 'data_insufficient', place: { field } }),
    )
  })

  it('leaves out a refit that has no week left to predict, and says so', () => {
    const period = { fitEnd: '2016-06-30', predictEnd: '2016-10-12' }
    const config = { ...study(period), refitMonths: 3 }
    const prepared = prepare(config, market)
    expect(prepared.windows.map(({ index, fitEnd }) => [index, fitEnd])).toEqual([[0, 20160630]])
    expect(prepared.testDays.map(({ length }) => length)).toEqual([14])
    const notes = collectNotes(config, prepared, [], NOTHING, NEUTRALISED)
    expect(notes.filter(({ code }) => code === 'refit_left_out')).toEqual([
      { code: 'refit_left_out', values: { date: '2016-09-30' } },
    ])

    const later = { ...config, period: { ...config.period, predictEnd: '2016-10-31' } }
    const { windows, testDays, untested } = prepare(later, market)
    expect(windows.map(({ index }) => index)).toEqual([0, 1])
    expect(testDays.map(({ length }) => length)).toEqual([14, 3])
    expect(untested).toEqual([])
  })

  it('refuses a universe that is not stored and names what is', () => {
    const config = { ...smallStudy(), universe: { index: '000905.SH', minListedDays: 60, excludeSt: true } }
    expect(() => prepare(config, market)).toThrow(expect.objectContaining({ code: 'not_found' }))
  })

  it('refuses more layers than the universe ever has stocks that can be bought, and names how many it has', () => {
    const layers = (count: number): StudyConfig => ({
      ...smallStudy(),
      factorTest: { ...smallStudy().factorTest, layers: count },
    })
    let refused: unknown
    try {
      prepare(layers(41), market)
    } catch (error) {
      refused = error
    }
    expect(refused).toMatchObject({ code: 'data_insufficient', place: { field: 'factorTest.layers' } })
    const most = Number(/at most (\d+) layers/.exec((refused as { remedy: string }).remedy)![1])
    expect(most).toBeLessThanOrEqual(40)
    expect(() => prepare(layers(most), market)).not.toThrow()
    expect(() => prepare(layers(most + 1), market)).toThrow(`no test day can more than ${most} stocks`)
  })
})

const NOTHING = { runs: [], factors: [], importedFactors: [], portfolios: [] }
const NEUTRALISED = { withoutIndustry: 0, withoutSize: 0 }

describe('the notes on a period', () => {
  const notes = (config: StudyConfig) =>
    collectNotes(config, prepare(config, market), [], NOTHING, NEUTRALISED)
      .filter(({ code }) => code === 'period_clipped')
      .map(({ values }) => values)

  it('say where the data end before what was asked, and nothing over a holiday', () => {
    expect(notes(smallStudy())).toEqual([])
    expect(notes(study({ fitStart: '2015-01-01' }))).toEqual([])
    expect(notes(study({ fitStart: '2010-01-01', predictEnd: '2030-12-31' }))).toEqual([
      { asked: '2010-01-01', used: '2015-01-05' },
      { asked: '2030-12-31', used: '2016-12-30' },
    ])
  })
})

describe('the note on prices without adjustment', () => {
  const notes = (panel: MarketData['panel']) =>
    collectNotes(smallStudy(), prepare(smallStudy(), { ...market, panel }), [], NOTHING, NEUTRALISED).filter(
      ({ code }) => code === 'prices_unadjusted',
    )

  it('counts the stocks whose preclose shows ex-days that no factor knows', () => {
    const { panel } = market
    expect(notes(panel)).toEqual([])
    const stocks = panel.symbols.length
    const adjusted = panel.symbols.filter((_, i) => {
      const factors = panel.factor.filter((_value, at) => at % stocks === i && panel.traded[at] === 1)
      return new Set(factors).size > 1
    })
    expect(adjusted.length).toBeGreaterThan(10)
    const [{ values }] = notes({ ...panel, factor: panel.factor.map(() => 1) })
    expect(values).toEqual({ count: adjusted.length })
    // Without a preclose nothing tells an ex-day from a fall.
    const silent = panel.preclose.map(() => NaN)
    expect(notes({ ...panel, preclose: silent, factor: panel.factor.map(() => 1) })).toEqual([])
  })
})

describe('the notes on what loading left out or derived', () => {
  it('say how many bars and how many stocks, and nothing where there are none', () => {
    const codes = ['factors_begin_late', 'bars_outside_calendar']
    const notes = (counts: Partial<MarketData>) =>
      collectNotes(
        smallStudy(),
        prepare(smallStudy(), { ...market, ...counts }),
        [],
        NOTHING,
        NEUTRALISED,
      ).filter(({ code }) => codes.includes(code))
    expect(notes({})).toEqual([])
    const factorsFrom = Int32Array.from(market.panel.symbols, (_, stock) => (stock < 3 ? 5 : 0))
    expect(notes({ factorsFrom, barsOutside: 4 })).toEqual([
      { code: 'factors_begin_late', values: { count: 3 } },
      { code: 'bars_outside_calendar', values: { count: 4 } },
    ])
  })
})

describe('the notes on assumptions', () => {
  const codes = (config: StudyConfig, data: MarketData, results: Parameters<typeof collectNotes>[3]) =>
    collectNotes(config, prepare(config, data), [], results, NEUTRALISED)

  it('count unknown ST whether or not ST stocks are excluded: it decides price limits too', () => {
    const st = market.panel.st.map(() => -1)
    for (const excludeSt of [true, false]) {
      const config = { ...smallStudy(), universe: { ...smallStudy().universe, excludeSt } }
      const found = codes(config, { ...market, panel: { ...market.panel, st } }, NOTHING)
      expect(found.find(({ code }) => code === 'st_unknown')?.values['count']).toBeGreaterThan(0)
      expect(codes(config, market, NOTHING).some(({ code }) => code === 'st_unknown')).toBe(false)
    }
  })

  it('count the test dates without a RankIC of composites and imported factors alike', () => {
    const { factors } = buildStudyResult()
    const [composite] = factors.filter(({ frequency }) => frequency === 'composite')
    const results = {
      ...NOTHING,
      factors: factors.map((factor) => ({ ...factor, skippedDates: factor === composite ? 2 : 0 })),
      importedFactors: [{ ...composite, name: 'imported', skippedDates: 3, analysis: composite.analysis! }],
    }
    const found = codes(smallStudy(), market, results).filter(({ code }) => code === 'test_dates_skipped')
    expect(found.map(({ values }) => values)).toEqual([
      { model: composite.name, count: 2 },
      { model: 'imported', count: 3 },
    ])
  })
})
