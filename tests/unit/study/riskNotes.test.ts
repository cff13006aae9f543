import { beforeAll, describe, expect, it } from 'vitest'
import { riskSettings, type StudyConfig } from '../../../src-shared/domain/study.ts'
import { noteText } from '../../../src-shared/locales/index.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import type { MarketData } from '../../../src-main/market/panel.ts'
import type { DatedRiskModel } from '../../../src-main/risk/history.ts'
import { openStore } from '../../../src-main/store/store.ts'
import { prepare } from '../../../src-main/study/prepare.ts'
import { riskNotes, styleNotes } from '../../../src-main/study/riskNotes.ts'
import { studyStyles } from '../../../src-main/study/styles.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

const small = smallStudy()
let market: MarketData

beforeAll(async () => {
  const store = openStore((await smallStore()).path, { mode: 'read' })
  market = loadMarket(store)
  store.close()
})

const withLimits = (limits: Partial<StudyConfig['portfolio']['limits']>): StudyConfig => ({
  ...small,
  portfolio: { ...small.portfolio, limits: { ...small.portfolio.limits, ...limits } },
})

/** The market with the capitalisations of these stocks taken away. */
function withoutCaps(is: (stock: number) => boolean): MarketData {
  const { panel } = market
  const stocks = panel.symbols.length
  return {
    ...market,
    panel: { ...panel, floatCap: panel.floatCap.map((cap, at) => (is(at % stocks) ? NaN : cap)) },
  }
}

function notesOf(config: StudyConfig, data: MarketData = market) {
  const prepared = prepare(config, data)
  return { prepared, notes: styleNotes(config, prepared, studyStyles(config, prepared)) }
}

describe('notes on the styles of a study', () => {
  it('name a style that cannot be measured yet, and on how many test days', () => {
    const { prepared, notes } = notesOf({
      ...small,
      period: { fitStart: '2015-01-05', fitEnd: '2015-05-29', predictEnd: '2015-12-31' },
    })
    const days = prepared.testDays.flat()
    // 126 days since the first return, which is on day 1, and a lag of 21.
    const early = days.filter((day) => day < 147).length
    expect(early).toBeGreaterThan(5)
    expect(early).toBeLessThan(days.length)
    expect(notes.filter(({ code }) => code === 'style_limit_off')).toEqual([
      { code: 'style_limit_off', values: { style: 'momentum', dates: early, of: days.length } },
    ])
    const [note] = notes.filter(({ code }) => code === 'style_limit_off')
    expect(noteText(note, 'en')).toMatch(/^Momentum: .* \d+ of \d+\.$/)
    expect(noteText(note, 'zh-CN')).toMatch(/^动量：/)
  })

  it('say that there is no size limit where most of the market has no capitalisation', () => {
    const [most, half] = [41, 36].map(
      (count) =>
        notesOf(
          small,
          withoutCaps((stock) => stock < count),
        ).notes,
    )
    expect(market.panel.symbols).toHaveLength(72)
    expect(most).toContainEqual({ code: 'size_missing', values: {} })
    expect(half.map(({ code }) => code)).not.toContain('size_missing')
    expect(
      notesOf(
        withLimits({ sizeActiveMax: null }),
        withoutCaps(() => true),
      ).notes,
    ).not.toContainEqual({
      code: 'size_missing',
      values: {},
    })
  })

  it('count the stock-dates of universe and index without a value', () => {
    const lacking = [3, 20, 50]
    const { prepared, notes } = notesOf(
      small,
      withoutCaps((stock) => lacking.includes(stock)),
    )
    const days = prepared.testDays.flat()
    const stocks = market.panel.symbols.length
    const { member, weights } = market.indices.get('SYN40.IDX')!
    // A stock that left the index keeps its weight until the next publication.
    const published = (day: number, stock: number) =>
      weights!.findLast(({ date }) => date <= market.panel.dates[day])!.weights[stock] > 0
    const investable = (day: number, stock: number) =>
      Math.max(
        prepared.universe[day * stocks + stock],
        member![day * stocks + stock],
        Number(published(day, stock)),
      )
    const over = (columns: readonly number[]) =>
      days.reduce((sum, day) => columns.reduce((part, stock) => part + investable(day, stock), sum), 0)
    const count = over(lacking)
    expect(count).toBeGreaterThan(days.length)
    expect(notes).toContainEqual({
      code: 'style_values_missing',
      values: { style: 'size', count, share: count / over([...Array(stocks).keys()]) },
    })
    expect(notesOf(small).notes.filter(({ values }) => values['style'] === 'size')).toEqual([])
  })

  it('say on how many test days liquidity is traded value', () => {
    const of = (data: MarketData, limits: Partial<StudyConfig['portfolio']['limits']> = {}) =>
      notesOf(withLimits(limits), data).notes.filter(({ code }) => code === 'liquidity_traded_value')
    const all = prepare(small, market).testDays.flat()
    const none = withoutCaps(() => true)
    const expected = { code: 'liquidity_traded_value', values: { dates: all.length, of: all.length } }
    expect(of(none)).toEqual([expected])
    expect(of(none, { styleActiveMax: null })).toEqual([expected])
    expect(of(market)).toEqual([])
    // Eleven days of capitalisations end on the third test day.
    const stocks = market.panel.symbols.length
    const late = market.panel.floatCap.map((cap, at) => (at < (all[2] - 10) * stocks ? NaN : cap))
    const some = of({ ...market, panel: { ...market.panel, floatCap: late } })
    expect(some.map(({ values }) => values)).toEqual([{ dates: 2, of: all.length }])
    for (const locale of ['en', 'zh-CN'] as const) expect(noteText(expected, locale)).not.toMatch(/[{}]/)
  })

  it('are none where no style is limited and there is no risk model', () => {
    const bare = withoutCaps((stock) => stock === 3)
    const config = withLimits({ sizeActiveMax: null, styleActiveMax: null })
    expect(notesOf(config, bare).notes).toEqual([])
    const risky = { ...config, portfolio: { ...config.portfolio, risk: riskSettings.parse({}) } }
    expect(notesOf(risky, bare).notes.map(({ code }) => code)).toContain('style_values_missing')
  })
})

describe('notes on the risk model of a study', () => {
  const all = ['size', 'beta', 'momentum', 'residual_volatility', 'liquidity'] as const
  const dated = (day: number, changed: Partial<DatedRiskModel>, styles: readonly string[] = all) => ({
    day,
    model: {
      factors: ['market', ...styles.map((style) => `style:${style}`)],
      exposure: new Float64Array(),
      covariance: new Float64Array(),
      specific: new Float64Array(),
    },
    returnDays: 504,
    stocks: 100,
    withoutCap: 0,
    fromBucket: 0,
    ...changed,
  })
  const config = { ...small, portfolio: { ...small.portfolio, risk: riskSettings.parse({}) } }
  const notes = (...models: DatedRiskModel[]) =>
    riskNotes(config, new Map(models.map((model) => [model.day, model])))

  it('are none where it has all that its settings ask for, and none without it', () => {
    expect(notes(dated(5, {}), dated(10, {}))).toEqual([])
    expect(riskNotes(small, null)).toEqual([])
  })

  it('name short histories, absent styles, and the stocks that have what is usual', () => {
    const late = all.filter((style) => style !== 'momentum')
    const found = notes(
      dated(5, { returnDays: 130, withoutCap: 5, fromBucket: 20 }, late),
      dated(10, { returnDays: 135, stocks: 150, fromBucket: 5 }),
      dated(15, { stocks: 250 }),
    )
    expect(found).toEqual([
      { code: 'risk_days_short', values: { dates: 2, days: 130, window: 504 } },
      { code: 'risk_style_absent', values: { style: 'momentum', dates: 1 } },
      { code: 'risk_caps_missing', values: { share: 0.01 } },
      { code: 'risk_specific_from_bucket', values: { share: 0.05 } },
    ])
    expect(found.map((note) => noteText(note, 'en')).join('\n')).not.toMatch(/[{}]/)
  })
})
