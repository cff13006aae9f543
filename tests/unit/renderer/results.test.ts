import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { solverFallback } from '../../../src-shared/domain/portfolio.ts'
import { performanceFormulas } from '../../../src-shared/domain/performanceFormulas.ts'
import { turnoverParts } from '../../../src-shared/domain/turnoverParts.ts'
import { formatDate } from '../../../src-shared/domain/date.ts'
import { formatCount, formatIc, formatPercent, formatRatio } from '../../../src-shared/format.ts'
import { LOCALES, noteText, remedyText, slackText, terms } from '../../../src-shared/locales/index.ts'
import { buildStudyResult, neverBuilt } from '../../fixtures/studyResult.ts'
import { openViews, type Views } from './mounted.ts'

/** The screens of factors and portfolios show what the result has, and nothing of what it does not have. */
const result = buildStudyResult()
const earlier = structuredClone(result)
earlier.importedFactors = []
earlier.factorCorrelations = null
earlier.comparisons.sharpe = []
for (const factor of earlier.factors) factor.analysis = null
for (const report of earlier.portfolios) {
  Object.assign(report, { exposures: null, contributions: null })
  Object.assign(report.performance!, { drawdowns: [], excessDrawdowns: [], rolling: null })
}

let views: Views
beforeAll(async () => {
  views = await openViews()
}, 60_000)
afterAll(() => views.close())

const FACTOR = 'views/factor/FactorResult.vue'
const PORTFOLIO = 'views/portfolio/PortfolioResult.vue'
const testIds = (html: string) => [...html.matchAll(/data-testid="([^"]+)"/g)].map(([, id]) => id)

describe.each(LOCALES)('the screens in %s', (locale) => {
  it('show decay, months, years and correlations of a factor', async () => {
    const html = await views.render(FACTOR, { id: 'study', result }, locale)
    expect(testIds(html)).toEqual(
      expect.arrayContaining([
        'chart-decay-oneDay',
        'chart-decay-cumulative',
        'decay',
        'chart-rank-ic-histogram',
        'chart-rank-ic-quantiles',
        'chart-spread-nav',
        'chart-rank-ic-months',
        'factor-years',
        'chart-factor-correlations',
      ]),
    )
    const [{ analysis }] = result.factors
    for (const { oneDay, cumulative } of analysis?.decay ?? [])
      for (const value of [oneDay, cumulative]) expect(html).toContain(`>${formatIc(value)}<`)
    for (const { style } of analysis?.styles ?? []) expect(html).toContain(`>${terms[locale].styles[style]}<`)
    expect(html).not.toContain('data-testid="dropped-too-many"')
  })

  it('say which factors are neutralised', async () => {
    const texts = {
      en: ['Composites are neutralised', 'Not neutralised; the composites are'],
      'zh-CN': ['合成因子已中性化', '未中性化，合成因子已中性化'],
    }[locale]
    const hint = async (view: string, props: Readonly<Record<string, unknown>>) => {
      const html = await views.render(view, props, locale)
      return texts.filter((text) => html.includes(`· ${text}<`))
    }
    expect(result.config.composite.neutralise).not.toEqual([])
    expect(await hint(FACTOR, { id: 'study', result })).toEqual([texts[0]])
    const plain = structuredClone(result)
    plain.config.composite.neutralise = []
    expect(await hint(FACTOR, { id: 'study', result: plain })).toEqual([])
    const daily = result.factors.filter(({ frequency }) => frequency === 'daily')
    const table = { factors: daily, selected: daily[0].optimizer, neutralised: false }
    expect(await hint('views/factor/FactorTable.vue', table)).toEqual([texts[1]])
  })

  it('say of a factor tested anew how much of it had nothing to be freed of, and only then', async () => {
    const [report] = result.factors
    const remarks = async (withoutIndustry: number, withoutSize: number) => {
      const settings = { horizon: 5, layers: 5, neutralise: ['industry', 'size'] }
      const answer = { settings, report, withoutIndustry, withoutSize }
      const props = { answer, scope: 'composite', trained: 5 }
      const html = await views.render('views/factor/RetestRemarks.vue', props, locale)
      return [...html.matchAll(/<li[^>]*>([^<]*)/g)].map(([, text]) => text)
    }
    const usual = await remarks(0, 0)
    const added = async (...counts: [number, number]) =>
      (await remarks(...counts)).filter((text) => !usual.includes(text))
    const { industry, cap } = {
      en: { industry: 'known industry: 1,234', cap: 'float capitalisation: 5,678' },
      'zh-CN': { industry: '1,234 个样本没有行业分类', cap: '5,678 个样本没有流通市值' },
    }[locale]
    expect(await added(1234, 0)).toEqual([expect.stringContaining(industry)])
    expect(await added(0, 5678)).toEqual([expect.stringContaining(cap)])
    expect(await added(1234, 5678)).toHaveLength(2)
  })

  it('show rolling figures, drawdowns, exposures and contributions of a portfolio', async () => {
    const html = await views.render(PORTFOLIO, { id: 'study', result }, locale)
    expect(testIds(html)).toEqual(
      expect.arrayContaining([
        'chart-nav',
        'zoom-range',
        'holdings',
        'rules',
        'chart-rolling-trackingError',
        'chart-rolling-informationRatio',
        'chart-exposure-industries',
        'chart-exposure-styles',
        'contributions',
        'sharpe',
      ]),
    )
    const [{ contributions, performance }] = result.portfolios
    expect(html).toContain(`>${formatPercent(contributions?.total, 'always')}<`)
    for (const { value } of performance!.excessDrawdowns) expect(html).toContain(`>${formatPercent(value)}<`)
  })

  it('have every statistic, and every day', async () => {
    const html = await views.render(PORTFOLIO, { id: 'study', result }, locale)
    const [{ performance, dates, returns }] = result.portfolios
    const { sortino, valueAtRisk95, ulcerIndex, bestMonth } = performance!.full
    for (const text of [
      formatRatio(sortino),
      formatPercent(valueAtRisk95),
      formatPercent(ulcerIndex),
      formatPercent(bestMonth, 'always'),
    ])
      expect(html).toContain(`>${text}<`)
    const daily = html.slice(html.indexOf('data-testid="daily"'))
    for (const text of [formatDate(dates[0]), formatPercent(returns[0], 'always')])
      expect(daily).toContain(`>${text}<`)
  })

  it('state the period shown, and the rules of trading with the settings of the study', async () => {
    const html = await views.render(PORTFOLIO, { id: 'study', result }, locale)
    const { dates } = result.portfolios[0]
    const { costRate, capital } = result.config.backtest
    for (const date of [dates[0], dates.at(-1)!]) expect(html).toContain(formatDate(date))
    for (const text of [formatPercent(costRate), formatPercent(2 * costRate), formatCount(capital), 'T+1'])
      expect(html).toContain(text)
  })

  it('name the years that are only partly in the study', async () => {
    const { performance } = result.portfolios[0]
    const { config } = result
    const render = (years: object[]) =>
      views.render('views/portfolio/YearTable.vue', { years, config, hint: '' }, locale)
    const whole = await render(performance!.years)
    for (const { year } of performance!.years.slice(1)) expect(whole).toContain(`>${year}<`)
    const [first, ...others] = performance!.years
    const partial = await render([{ ...first, first: 20210408 }, others[0], { ...others[1], last: 20231117 }])
    expect(partial).toMatch(/2021[^<]*2021-04-08/)
    expect(partial).toMatch(/2023[^<]*2023-11-17/)
  })

  it('show the formulas of the study in the hints: for the period, by year, and where they roll', async () => {
    const html = await views.render(PORTFOLIO, { id: 'study', result }, locale)
    const { annualisedExcess, sharpe } = performanceFormulas(result.config.backtest)
    for (const formula of [annualisedExcess, sharpe]) expect(html.split(formula)).toHaveLength(1 + 3)
  })

  it('name the limits that gave and those that alone would have been enough, and the parts of turnover', async () => {
    const [report] = result.portfolios
    const html = await views.render('views/portfolio/LedgerPanel.vue', { report, hint: '' }, locale)
    for (const { relaxed, remedies, softened } of report.decisions) {
      for (const one of [...relaxed, ...softened]) expect(html).toContain(`>${slackText(one, locale)}<`)
      for (const one of remedies ?? []) expect(html).toContain(`>${remedyText(one, locale)}<`)
    }
    const { relaxed, softened } = terms[locale].metrics
    const softenedCount = report.decisions.filter((decision) => decision.softened.length > 0).length
    expect(html).toContain(`${relaxed.name} 1 · ${softened.name} ${softenedCount}`)
    expect(report.decisions.some(({ remedies }) => remedies !== null && remedies.length > 0)).toBe(true)
    const { ordered, cut, refused } = turnoverParts(report.ledger[1])
    for (const part of [ordered, cut, refused])
      expect(html).toContain(`>${formatPercent(part, 'negative', 3)}<`)
  })

  it('have the name of a stock beside its code', async () => {
    const [{ contributions, ledger }] = result.portfolios
    const [rebalance] = ledger
    const shown = [
      ['ContributionTables', { contributions, hint: '' }, contributions!.stocks],
      ['OrderTable', { rebalance, of: '' }, rebalance.orders],
    ] as const
    for (const [table, props, stocks] of shown) {
      const symbols = stocks.map(({ symbol }) => symbol)
      const names = symbols.map((symbol) => `name of ${symbol}`)
      const stores = { data: { stocks: { symbols, names, initials: names } } }
      const html = await views.render(`views/portfolio/${table}.vue`, props, locale, stores)
      const cells = [...html.matchAll(/<td[^>]*>(?:<!--.*?-->)*([^<]*)/g)].map(([, text]) => text)
      expect(symbols.length).toBeGreaterThan(0)
      for (const symbol of symbols) expect(cells[cells.indexOf(symbol) + 1]).toBe(`name of ${symbol}`)
    }
  })

  it('count the rebalances that kept the holdings, with their reason', async () => {
    const [report] = neverBuilt(result, 0).portfolios
    const html = await views.render('views/portfolio/LedgerPanel.vue', { report, hint: '' }, locale)
    const { no_alpha, bands } = terms[locale].decisionReasons
    expect(html).toContain(`${no_alpha} 3, ${bands} ${report.decisions.length - 3}`)
  })

  it('tell apart no limit that is enough alone and one not known', async () => {
    const [report] = structuredClone(result).portfolios
    const relaxed = report.decisions.find(({ status }) => status === 'relaxed')!
    const shown = async (remedies: typeof relaxed.remedies) => {
      relaxed.remedies = remedies
      return views.render('views/portfolio/LedgerPanel.vue', { report, hint: '' }, locale)
    }
    const none = { en: '>none<', 'zh-CN': '>无<' }[locale]
    expect(await shown([])).toContain(none)
    expect(await shown(null)).not.toContain(none)
  })

  it('say what stands in for an optimum', async () => {
    const [report] = structuredClone(result).portfolios
    const { solverFallbacks } = terms[locale]
    for (const fallback of solverFallback.options) {
      report.decisions.at(-1)!.fallback = fallback
      const html = await views.render('views/portfolio/LedgerPanel.vue', { report, hint: '' }, locale)
      expect(html.split(solverFallbacks[fallback])).toHaveLength(2)
    }
  })

  it('show of a portfolio never built why, and of the others what they have', async () => {
    const none = neverBuilt(result, 0)
    const html = await views.render(PORTFOLIO, { id: 'study', result: none }, locale)
    expect(testIds(html)).toEqual(
      expect.arrayContaining(['not-built', 'chart-excess', 'statistics', 'ledger']),
    )
    expect(
      testIds(html).filter((id) => /chart-nav|chart-months|years|exposure|contributions/.test(id)),
    ).toEqual([])
    for (const note of none.notes.filter(({ code }) => code === 'portfolio_not_built'))
      expect(html).toContain(noteText(note, locale))
    const all = none.portfolios.reduce((study, _, at) => neverBuilt(study, at), result)
    expect(testIds(await views.render(PORTFOLIO, { id: 'study', result: all }, locale))).not.toContain(
      'chart-excess',
    )
  })

  it('leave out what a result of an earlier version does not have', async () => {
    const [factor, portfolio] = await Promise.all(
      [FACTOR, PORTFOLIO].map((file) => views.render(file, { id: 'study', result: earlier }, locale)),
    )
    expect(testIds(factor)).toContain('chart-rank-ic')
    expect(testIds(factor).filter((id) => /decay|months|years|correlations/.test(id))).toEqual([])
    expect(testIds(portfolio)).toContain('chart-nav')
    // Whatever is computed from the daily returns is there.
    expect(testIds(portfolio)).toContain('chart-rolling-beta')
    expect(testIds(portfolio).filter((id) => /exposure|contributions|^sharpe/.test(id))).toEqual([])
  })

  it('warn of a test that lost more than 35 % of its sample', async () => {
    const losing = structuredClone(result.factors[0])
    losing.universeStockDates = 1000
    losing.dropped = [{ reason: 'no_factor', count: 351 }]
    const html = await views.render('views/factor/SampleFacts.vue', { factor: losing }, locale)
    expect(html).toContain('data-testid="dropped-too-many"')
    expect(html).toContain('35.10%')
  })
})

describe('the fields of risk, trading and factors', () => {
  const fields = async (config: typeof result.config) => {
    const files = ['RiskFields', 'TradingFields', 'FactorFields']
    const htmls = await Promise.all(
      files.map((file) => views.render(`views/study/${file}.vue`, { modelValue: config }, 'en')),
    )
    return htmls.join('')
  }
  const disabled = (html: string) => html.match(/<input[^>]* disabled/g)?.length ?? 0

  it('wait for the risk model and the capital they need', async () => {
    const without = structuredClone(result.config)
    without.portfolio.risk = null
    Object.assign(without.backtest, { capital: null, lots: false })
    // Tracking error and risk aversion; participation.
    expect(disabled(await fields(without))).toBe(3)
    expect(disabled(await fields(result.config))).toBe(0)
  })

  it('show the settings of a study', async () => {
    const html = await fields(result.config)
    for (const text of ['value="5"', 'value="100000000"', 'TURN_20D', 'Industries'])
      expect(html).toContain(text)
  })
})
