import { describe, expect, it } from 'vitest'
import { composeReport, renderReport } from '../../../src-main/report/renderReport.ts'
import { reportTexts } from '../../../src-main/report/text/index.ts'
import { formatDate } from '../../../src-shared/domain/date.ts'
import { performanceFormulas } from '../../../src-shared/domain/performanceFormulas.ts'
import { studyConfig } from '../../../src-shared/domain/study.ts'
import { formatCount, formatNumber, formatPercent, formatRatio } from '../../../src-shared/format.ts'
import { limitText, LOCALES, noteText } from '../../../src-shared/locales/index.ts'
import { mean } from '../../../src-shared/statistics.ts'
import { buildStudyResult, neverBuilt } from '../../fixtures/studyResult.ts'
import { bodyText, exhibits } from './document.ts'

const result = buildStudyResult({ indices: ['000300.SH'] })
const report = renderReport(result, { locale: 'en' })
const shown = exhibits(report)
const [portfolio] = result.portfolios

function rowsOf(title: string, exhibited = shown): readonly (readonly string[])[] {
  const found = exhibited.find((one) => one.title === title)
  expect(found, title).toBeDefined()
  return found?.rows ?? []
}
const titles = (changed: typeof result) =>
  exhibits(renderReport(changed, { locale: 'en' })).map(({ title }) => title)

describe('models of one index', () => {
  it('are compared by calendar year', () => {
    const [head, adamW] = rowsOf('CSI 300: models by calendar year')
    expect(head).toEqual(['Model', '2021', '2022', '2023'])
    expect(adamW).toEqual([
      'AdamW',
      ...portfolio.performance!.years.map(({ excessTotal }) => formatPercent(excessTotal, 'always')),
    ])
  })

  it('show target beside realised turnover, and tracking error predicted beside realised', () => {
    const row = rowsOf('CSI 300: targets and outcome')[1]
    const { decisions, exposures } = portfolio
    const performance = portfolio.performance!
    const targets = decisions.flatMap(({ targetTurnover }) => targetTurnover ?? [])
    expect(targets).toHaveLength(decisions.length - 1)
    const predicted = mean(decisions.map(({ trackingError }) => trackingError ?? NaN))
    const cash = exposures?.series.find(({ name }) => name === 'cash')?.values ?? []
    const realised = performance.full.trackingError ?? NaN
    expect(row).toEqual([
      'AdamW',
      formatPercent(mean(targets)),
      formatPercent(performance.full.turnoverPerRebalance),
      formatPercent(mean(decisions.map(({ memberWeight }) => memberWeight ?? NaN))),
      formatNumber(mean(decisions.map(({ sizeActive }) => sizeActive ?? NaN)), 3),
      formatPercent(mean(cash.map((value) => value ?? NaN))),
      formatPercent(predicted),
      formatPercent(realised),
      formatRatio(realised / predicted),
    ])
  })

  it('show no predicted tracking error where no risk model ran', () => {
    const without = structuredClone(result)
    for (const { decisions } of without.portfolios)
      for (const decision of decisions) decision.trackingError = null
    const [head] = rowsOf('CSI 300: targets and outcome', exhibits(renderReport(without, { locale: 'en' })))
    expect(head).not.toContain('Predicted tracking error')
  })

  it('show how often each limit bound, most often first, and its mean price where it did', () => {
    const withKept = structuredClone(result)
    // What kept holdings as they were is no limit at its bound.
    withKept.portfolios[0].decisions.push({
      ...withKept.portfolios[0].decisions.at(-1)!,
      status: 'kept',
      reason: 'bands',
      binding: ['stocks'],
    })
    const rows = rowsOf(
      'CSI 300: binding limits and shadow prices',
      exhibits(renderReport(withKept, { locale: 'en' })),
    )
    const decisions = portfolio.decisions.filter(({ status }) => status !== 'kept')
    const limits = [...new Set(decisions.flatMap(({ binding }) => binding))]
    const shares = rows.slice(1, 1 + limits.length)
    const own = shares.map(([, share]) => parseFloat(share))
    expect(own).toEqual(own.toSorted((a, b) => b - a))
    for (const of of ['te', 'turnover']) {
      const bound = decisions.filter(({ binding }) => binding.includes(of))
      const name = limitText(of, 'en')
      expect(shares.find(([limit]) => limit === name)?.[1]).toBe(
        formatPercent(bound.length / decisions.length, 'negative', 1),
      )
      // The turnover had to give once, and has no price there.
      const priced = bound.filter(({ status }) => status === 'optimal')
      expect(bound.length - priced.length).toBe(of === 'turnover' ? 1 : 0)
      expect(rows.slice(2 + limits.length).find(([limit]) => limit === name)?.[1]).toBe(
        formatNumber(mean(priced.map(({ multipliers }) => multipliers[of])), 3),
      )
    }
  })

  it('name the twelve limits that bound most, and count the others', () => {
    const many = structuredClone(result)
    many.portfolios[0].decisions[0].binding = Array.from({ length: 20 }, (_, at) => `industry:+I${at}`)
    const rendered = renderReport(many, { locale: 'en' })
    const rows = rowsOf('CSI 300: binding limits and shadow prices', exhibits(rendered))
    expect(rows).toHaveLength(2 * (1 + 12))
    expect(bodyText(rendered)).toContain('Limits that bound less often and are not listed: 15.')
  })
})

describe('portfolios of under 60 trading days', () => {
  const study = structuredClone(result)
  study.portfolios[1].performance!.full.days = 59
  const said = 'Annualised figures of under 60 trading days say little: SAM / CSI 300.'

  it('say with their annualised figures that those say little, and no others do', () => {
    const noted = composeReport(study, { locale: 'en' }).exhibits.filter(({ note }) => note === said)
    expect(noted.map(({ title }) => title)).toEqual([
      reportTexts.en.statistics.portfolios,
      'CSI 300: portfolios against the benchmark',
      'CSI 300: portfolios and benchmark on their own',
      'CSI 300: risk and tails of the portfolios',
    ])
    study.portfolios[1].performance!.full.days = 60
    expect(bodyText(renderReport(study, { locale: 'en' }))).not.toContain('say little')
  })
})

describe('turnover', () => {
  it('is ordered, realised, cut and refused, without the first build', () => {
    const rows = rowsOf('CSI 300: rebalancing and fills')
    const at = rows.findIndex((row) => row.includes('Ordered turnover'))
    const [head, row] = rows.slice(at)
    expect(head).toEqual(['Model', 'Ordered turnover', 'Realised turnover', 'Cut', 'Refused'])
    const later = portfolio.ledger.slice(1)
    const share = (of: (order: (typeof later)[number]['orders'][number]) => number) =>
      mean(
        later.map(({ orders, valueBefore }) => orders.reduce((sum, one) => sum + of(one), 0) / valueBefore),
      )
    const ordered = share(({ orderValue }) => Math.abs(orderValue))
    const realised = share(({ filledValue }) => Math.abs(filledValue))
    const refused = share(({ status, orderValue }) => (status === 'refused' ? Math.abs(orderValue) : 0))
    expect(refused).toBeGreaterThan(0)
    expect(row.slice(1)).toEqual(
      [ordered, realised, ordered - realised - refused, refused].map((value) =>
        formatPercent(value, 'negative', 3),
      ),
    )
    expect(realised).toBeCloseTo(portfolio.performance!.full.turnoverPerRebalance ?? NaN, 12)
  })
})

describe('limits that gave', () => {
  const all = portfolio.decisions.length
  const relaxedRows = (study: typeof result, count: number) =>
    rowsOf(
      `AdamW / CSI 300: relaxed rebalances (${count} of ${all})`,
      exhibits(renderReport(study, { locale: 'en' })),
    )

  it('are named with what they gave and which alone would have been enough, in their own units', () => {
    const changed = structuredClone(result)
    const decision = changed.portfolios[0].decisions.find(({ status }) => status === 'relaxed')!
    decision.relaxed = [
      { limit: 'turnover', slack: 0.034 },
      { limit: 'size:+', slack: 0.12 },
    ]
    decision.remedies = [
      { limit: 'te', slack: 0.01, value: 0.06 },
      { limit: 'members', slack: 0.05, value: 0.75 },
      { limit: 'style:-beta', slack: 0.2, value: 0.5 },
    ]
    const [, row] = relaxedRows(changed, 1)
    expect(row.slice(1)).toEqual([
      'Turnover by 3.400%; Size upper by 0.1200 sd',
      'Tracking error at 6.000% a year; Member weight at 75.000%; Beta lower at 0.5000 sd',
    ])
  })

  it('are listed for the twelve latest of the relaxed rebalances, with a word where none alone is enough and a dash where it is not known', () => {
    const changed = structuredClone(result)
    const { decisions } = changed.portfolios[0]
    for (const decision of decisions)
      Object.assign(decision, {
        status: 'relaxed',
        relaxed: [{ limit: 'turnover', slack: 0.01 }],
        remedies: [],
      })
    decisions.at(-1)!.remedies = null
    const rows = relaxedRows(changed, all)
    expect(rows).toHaveLength(1 + 12)
    expect(rows.slice(1).map(([date]) => date)).toEqual(
      decisions.slice(-12).map(({ date }) => formatDate(date)),
    )
    expect([rows[1][2], rows[12][2]]).toEqual(['none', '—'])
  })

  it('are counted by soft limit', () => {
    const gave = portfolio.decisions.filter(({ softened }) => softened.length > 0).length
    expect(gave).toBeGreaterThan(1)
    expect(rowsOf(`AdamW / CSI 300: soft limits that gave (${gave} of ${all} rebalances)`)[1]).toEqual([
      'Turnover',
      formatCount(gave),
      '1.200%',
      '1.200%',
    ])
  })

  it('are left out where none gave', () => {
    const firm = structuredClone(result)
    for (const { decisions } of firm.portfolios)
      for (const decision of decisions)
        Object.assign(decision, { status: 'optimal', relaxed: [], remedies: [], softened: [] })
    expect(titles(firm).filter((title) => /relaxed rebalances|limits that gave/.test(title))).toEqual([])
  })
})

describe('rebalances that kept the holdings', () => {
  const kept = structuredClone(result)
  const [{ decisions }] = kept.portfolios
  decisions.slice(1, 6).forEach((decision, at) =>
    Object.assign(decision, {
      status: 'kept',
      reason: at < 2 ? 'no_alpha' : 'bands',
      targetTurnover: 0,
      memberWeight: null,
      sizeActive: null,
      trackingError: null,
    }),
  )

  it('are counted with their reason, as a number alone where the result does not say', () => {
    const countOf = (study: typeof result) => {
      const [head, row] = rowsOf(
        'CSI 300: rebalancing and fills',
        exhibits(renderReport(study, { locale: 'en' })),
      )
      return row[head.indexOf('Kept')]
    }
    expect(countOf(result)).toBe('0')
    expect(countOf(kept)).toBe('no alpha 2, weights of single stocks do not sum to 100% 3')
    const earlier = structuredClone(kept)
    for (const decision of earlier.portfolios[0].decisions) decision.reason = null
    expect(countOf(earlier)).toBe('5')
  })

  it('are in no mean of targets', () => {
    const [head, row] = rowsOf('CSI 300: targets and outcome', exhibits(renderReport(kept, { locale: 'en' })))
    const targets = decisions
      .filter(({ status }) => status !== 'kept')
      .flatMap(({ targetTurnover }) => targetTurnover ?? [])
    expect(row[head.indexOf('Target turnover')]).toBe(formatPercent(mean(targets)))
    expect(head).toEqual(expect.arrayContaining(['Target member weight', 'Target active size']))
  })
})

describe('a portfolio that was never built', () => {
  it.each(LOCALES)('has dashes in every table and a sentence in place of its charts, in %s', (locale) => {
    const { portfolio: text } = reportTexts[locale]
    const none = neverBuilt(result, 0)
    for (const study of [none, neverBuilt(none, 1)]) {
      const rendered = renderReport(study, { locale })
      expect(bodyText(rendered)).toContain(text.notBuilt)
      for (const note of study.notes.filter(({ code }) => code === 'portfolio_not_built'))
        // Once with the portfolio, once among the notes.
        expect(bodyText(rendered).split(noteText(note, locale))).toHaveLength(3)
      expect(bodyText(rendered)).not.toMatch(/NaN|undefined|\{\w+\}/)
    }
    const shown = exhibits(renderReport(none, { locale }))
    const own = shown.flatMap(({ rows }) => rows).filter(([name]) => name === 'AdamW')
    expect(
      own.filter((row) => row.slice(1).every((cell) => cell === '—' || cell === '0')).length,
    ).toBeGreaterThan(3)
    expect(
      shown.some(({ title }) => title.startsWith('AdamW / ') && title.includes(text.months.slice(-4))),
    ).toBe(false)
    expect(
      shown.some(({ title }) => title.startsWith('SAM / ') && title.includes(text.months.slice(-4))),
    ).toBe(true)
  })

  it('is compared with none: no difference, no Sharpe, no trial', () => {
    const { comparisons } = neverBuilt(result, 0)
    expect(comparisons.portfolios[0]).toMatchObject({
      commonDays: 0,
      meanDifference: null,
      interval: null,
      annualisedExcessDifference: null,
    })
    expect(comparisons.sharpe.map(({ dailySharpe, trials }) => [dailySharpe === null, trials])).toEqual([
      [true, 1],
      [false, 1],
    ])
  })
})

describe('a model by itself', () => {
  it('has its drawdowns, with trading days from start to recovery', () => {
    const changed = structuredClone(result)
    const { dates } = changed.portfolios[0]
    const performance = changed.portfolios[0].performance!
    performance.excessDrawdowns = [
      { value: 0.05, start: dates[10], bottom: dates[15], recovery: dates[30] },
      { value: 0.03, start: null, bottom: dates[1], recovery: dates[4] },
    ]
    performance.drawdowns = [{ value: 0.2, start: dates[40], bottom: dates[50], recovery: null }]
    const rows = rowsOf(
      'AdamW / CSI 300: five deepest drawdowns',
      exhibits(renderReport(changed, { locale: 'en' })),
    )
    const values = rows.filter(([depth]) => depth !== 'Depth')
    expect(values.map((row) => [row[0], row[4]])).toEqual([
      ['5.00%', '20'],
      ['3.00%', '5'],
      ['20.00%', formatCount(dates.length - 1 - 40)],
    ])
    expect(values[1][1]).toBe('start')
    expect(values[2][3]).toBe('not recovered')
  })

  it('has contributions that add up to the sum of its daily excess', () => {
    const rows = rowsOf('AdamW / CSI 300: contributions to the excess')
    const parts = rows.slice(1, rows.findIndex(([name]) => name === 'Total') + 1)
    const value = (row: readonly string[]) => Number(row[2].replace('−', '-').replace(/[+%]/g, '')) / 100
    expect(parts.slice(-4).map(([name]) => name)).toEqual(['Trading', 'Cost', 'Benchmark', 'Total'])
    const excess = portfolio.returns.reduce((sum, own, day) => sum + own - portfolio.benchmarkReturns[day], 0)
    expect(value(parts.at(-1) ?? [])).toBeCloseTo(excess, 4)
    const rounding = 0.00005 * parts.length
    expect(Math.abs(parts.slice(0, -1).reduce((sum, row) => sum + value(row), 0) - excess)).toBeLessThan(
      rounding,
    )
    const named = parts.slice(0, -4).filter(([name]) => !name.endsWith('other industries'))
    const contributed = named.map(value)
    expect(contributed).toEqual(contributed.toSorted((a, b) => b - a))
  })

  it('keeps a long list of industries on the page: those in the middle are one row of their sums', () => {
    const many = structuredClone(result)
    const { contributions } = many.portfolios[0]
    contributions!.industries = Array.from({ length: 70 }, (_, at) => ({
      industry: `Industry ${at}`,
      meanActiveWeight: 0.001,
      contribution: (45 - at) / 10_000,
    }))
    const rows = rowsOf(
      'AdamW / CSI 300: contributions to the excess',
      exhibits(renderReport(many, { locale: 'en' })),
    )
    const names = rows.slice(1, 1 + 14 + 1 + 14).map(([name]) => name)
    expect(names[0]).toBe('Industry 0')
    expect(names[13]).toBe('Industry 13')
    expect(names[15]).toBe('Industry 56')
    // 0.31 % down to -0.10 %, of the middle 42.
    expect(rows[15]).toEqual(['42 other industries', '+4.20%', '+4.41%'])
  })

  it('lists the stocks at either end, the smallest first at the lower, and none twice', () => {
    const few = structuredClone(result)
    const { contributions } = few.portfolios[0]
    contributions?.stocks.splice(5)
    const listed = (study: typeof result) => {
      const rows = rowsOf(
        'AdamW / CSI 300: contributions to the excess',
        exhibits(renderReport(study, { locale: 'en' })),
      )
      return rows.filter(([name]) => /\.S[HZ]$/.test(name)).map(([name]) => name)
    }
    const symbols = (portfolio.contributions?.stocks ?? []).map(({ symbol }) => symbol)
    expect(listed(result)).toEqual([...symbols.slice(0, 15), ...symbols.slice(-15).toReversed()])
    const five = symbols.slice(0, 5)
    expect(listed(few)).toEqual([...five.slice(0, 3), five[4], five[3]])
  })

  it('leaves out what a result of an earlier version does not have', () => {
    const earlier = structuredClone(result)
    for (const one of earlier.portfolios) {
      Object.assign(one, { exposures: null, contributions: null })
      Object.assign(one.performance!, { drawdowns: [], excessDrawdowns: [], rolling: null })
    }
    const { portfolio: text } = reportTexts.en
    const endings = [text.rolling, text.drawdowns, text.exposures, text.contributions].map((title) =>
      title.slice(title.indexOf(':')),
    )
    const left = titles(earlier)
    expect(left.filter((title) => endings.some((ending) => title.endsWith(ending)))).toEqual([])
    expect(left.filter((title) => title.includes('tracking error and information ratio'))).toEqual([])
    expect(left).toContain('AdamW / CSI 300: monthly excess return')
  })
})

describe('the Sharpe of every portfolio', () => {
  const title = reportTexts.en.statistics.sharpe

  it('stands beside what chance leaves of it', () => {
    const [, ...rows] = rowsOf(title)
    expect(rows).toEqual(
      result.comparisons.sharpe.map((row) => [
        'CSI 300',
        row.model,
        formatNumber(row.dailySharpe, 4),
        formatRatio(row.skewness),
        formatRatio(row.kurtosis),
        formatPercent(row.probabilisticSharpe),
        '2',
        formatNumber(row.expectedMaximumSharpe, 4),
        formatPercent(row.deflatedSharpe),
      ]),
    )
  })

  it('is left out of a result of an earlier version', () => {
    const earlier = { ...result, comparisons: { ...result.comparisons, sharpe: [] } }
    expect(titles(earlier)).not.toContain(title)
  })
})

describe('the method', () => {
  const plain = {
    ...result,
    config: studyConfig.parse({ ...result.config, portfolio: { indices: ['000300.SH'] }, backtest: {} }),
  }
  const method = (study: typeof result) =>
    bodyText(renderReport(study, { locale: 'en' }).replace(/<pre[\s\S]*?<\/pre>/g, ''))

  it('states the programme with the terms the study has', () => {
    const text = bodyText(report)
    expect(text).toContain('max α′w − λ/2 · a′Va − Σ pₖsₖ')
    expect(text).toContain('√(252 · a′Va) ≤ σ')
    for (const part of [
      'risk aversion λ = 2',
      'cap σ = 5%',
      'turnover 1.5',
      'half-life 90 days',
      'in whole lots',
    ])
      expect(text).toContain(part)
    expect(text).toContain('a regression on industry dummies, size exposure')
  })

  it('and of a study without a risk model says nothing of one', () => {
    const text = method(plain)
    expect(text).toContain('max α′w s.t.')
    expect(text).not.toMatch(/a′Va|Risk model|Soft limits|tracking-error cap/)
    expect(text).toContain(
      'active exposure to size ≤ 0.2 sd; active exposure to each style but size ≤ 0.3 sd',
    )
    expect(text).toContain('no capital is set')
  })

  it('says cost and limits as they were set, wherever they stand', () => {
    const exact = structuredClone(result)
    exact.config.backtest.costRate = 0.00025
    Object.assign(exact.config.portfolio.limits, {
      stockActiveMax: 0.00125,
      industryActiveMax: 0.00375,
      memberWeightMin: 0.80125,
      turnoverMax: 0.33333,
      trackingErrorMax: 0.05125,
      participationMax: 0.00015,
      stocks: [{ symbol: '600000.SH', min: 0.00005, max: 0.02125 }],
    })
    const text = method(exact)
    // On the cover, over the index and under the method.
    expect(text).toContain('0.025% one way')
    expect(text.split('each fill costs 0.025%;')).toHaveLength(3)
    for (const value of ['0.125%', '0.375%', '80.125%', '33.333%', '0.015%']) expect(text).toContain(value)
    expect(text.split('5.125%')).toHaveLength(3)
    expect(text).toContain('600000.SH 0.005% – 2.125%')
  })

  it('names stocks with rules of their own', () => {
    const own = structuredClone(plain)
    Object.assign(own.config.portfolio.limits, {
      stocks: [{ symbol: '600000.SH', min: 0, max: 0.02 }],
      hold: ['000001.SZ'],
      sell: ['000002.SZ', '000004.SZ'],
    })
    const text = method(own)
    expect(text).toContain('weights of single stocks 600000.SH 0% – 2%')
    expect(text).toContain('never traded, and so never bought 000001.SZ; sold 000002.SZ, 000004.SZ')
  })

  it.each(['compound', 'difference', 'ratio'] as const)('gives the formulas under the %s rule', (rule) => {
    const ruled = structuredClone(plain)
    ruled.config.backtest.annualisedExcess = rule
    const text = method(ruled)
    const formulas = performanceFormulas(ruled.config.backtest)
    const keys = ['annualisedExcess', 'sharpe', 'excessCalmar', 'monthlyWinRate', 'turnoverPerYear'] as const
    for (const key of keys) expect(text, key).toContain(formulas[key])
  })

  it('says whether the fit period rolls', () => {
    const rolling = structuredClone(plain)
    rolling.config.fitMonths = 36
    expect(method(rolling)).toContain('refitted every 12 months on the last 36 months')
    expect(method(plain)).toContain('refitted every 12 months on an expanding window')
  })
})
