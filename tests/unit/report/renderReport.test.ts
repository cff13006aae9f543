import { describe, expect, it } from 'vitest'
import { formatDate } from '../../../src-shared/domain/date.ts'
import type { StudyResult } from '../../../src-shared/domain/result.ts'
import {
  formatCount,
  formatIc,
  formatNumber,
  formatPercent,
  formatRatio,
} from '../../../src-shared/format.ts'
import { engineText, LOCALES, terms } from '../../../src-shared/locales/index.ts'
import { marketFalls } from '../../../src-shared/performance/marketFalls.ts'
import { renderReport } from '../../../src-main/report/renderReport.ts'
import { reportTexts } from '../../../src-main/report/text/index.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'
import { bodyText, exhibits, visibleText } from './document.ts'

const result = buildStudyResult()
const reports = {
  'zh-CN': renderReport(result, { locale: 'zh-CN' }),
  en: renderReport(result, { locale: 'en' }),
}
const composites = result.factors.filter(({ frequency }) => frequency === 'composite')

function rowsOf(locale: keyof typeof reports, title: string): readonly (readonly string[])[] {
  const found = exhibits(reports[locale]).find((exhibit) => exhibit.title === title)
  expect(found, title).toBeDefined()
  return found?.rows.slice(1) ?? []
}

describe.each(LOCALES)('report in %s', (locale) => {
  const report = reports[locale]
  const text = reportTexts[locale]

  it('is one document that fetches nothing and runs nothing', () => {
    expect(report.startsWith('<!doctype html>')).toBe(true)
    expect(report).not.toMatch(/<script|<link|<img|<iframe|@import|\son\w+=/i)
    const urls = [...report.matchAll(/url\(([^)]{0,40})/g)].map(([, url]) => url)
    expect(urls.length).toBeGreaterThan(0)
    for (const url of urls) expect(url).toMatch(/^"?#|^data:font\/woff2;base64,/)
    expect(report.match(/(?:src|href)="[^"#]/g)).toBeNull()
  })

  it('is the same on every rendering', () => {
    expect(renderReport(result, { locale })).toBe(report)
  })

  it('numbers its exhibits without a gap and repeats no id', () => {
    const numbers = [...report.matchAll(/id="exhibit-(\d+)"/g)].map(([, number]) => Number(number))
    expect(numbers).toEqual(numbers.map((_, at) => at + 1))
    const ids = [...report.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('has every section, in order', () => {
    const headings = [...report.matchAll(/<h2>([\s\S]*?)<\/h2>/g)].map(([, heading]) => visibleText(heading))
    const { statistics, training, convergence, factor, portfolios, notes, method, definitions, appendix } =
      text.sections
    expect(headings).toEqual(
      [statistics, training, convergence, factor, portfolios, notes, method, definitions, appendix].map(
        (heading, at) => `${at + 1}${heading}`,
      ),
    )
  })

  it('shows no unfilled placeholder, NaN, undefined or null', () => {
    const body = bodyText(report.replace(/<pre[\s\S]*?<\/pre>/g, ''))
    expect(body).not.toMatch(/\{\w+\}|\bNaN\b|undefined|\bnull\b|\[object/)
  })

  it('draws each chart as SVG in the document font', () => {
    const charts = exhibits(report).flatMap(({ svg }) => svg ?? [])
    // Excess on the first page; curves and convergence per frequency; bars; three per model; decay and correlations; per index:
    // excess, rolling, and three per model. Panels of one exhibit count once.
    expect(charts).toHaveLength(1 + 2 + 2 + 1 + 2 * 3 + 2 + 2 * (2 + 2 * 3))
    for (const chart of charts) expect(chart).toContain('font-family:Noto Sans SC')
  })

  it('says it is synthetic in the title and in an element that prints on every page', () => {
    expect(/<title>([\s\S]*?)<\/title>/.exec(report)?.[1]).toContain('SYNTHETIC DATA')
    expect(bodyText(report).startsWith('合成数据 SYNTHETIC DATA')).toBe(true)
    expect(report).toMatch(/@media print \{[\s\S]{0,30}\.synthetic \{[^}]*position: fixed/)
  })

  it('names what the result depends on', () => {
    const body = bodyText(report)
    for (const fact of [
      result.configHash,
      result.dataHash,
      engineText(result.engine, locale),
      result.appVersion,
    ]) {
      expect(body).toContain(fact)
    }
    const config = /<pre class="config">([\s\S]*?)<\/pre>/.exec(report)?.[1] ?? ''
    expect(JSON.parse(visibleText(config))).toEqual(result.config)
  })

  it('prints every note', () => {
    const list = /<ol class="notes">([\s\S]*?)<\/ol>/.exec(report)?.[1] ?? ''
    expect(list.match(/<li>/g)).toHaveLength(result.notes.length)
    expect(visibleText(list)).toContain('1.23%')
  })
})

describe('numbers', () => {
  it('of the composite factors', () => {
    expect(rowsOf('en', reportTexts.en.statistics.factors)).toEqual(
      composites.map(({ optimizer, rankIcSummary: ic, layers: [top] }) => [
        optimizer,
        formatIc(ic.mean),
        formatRatio(ic.ir),
        formatRatio(ic.t),
        formatRatio(ic.neweyWestT),
        formatPercent(top.annualisedExcess),
        formatRatio(top.informationRatio),
        formatPercent(top.monthlyWinRate),
        formatPercent(top.excessMaxDrawdown),
        formatPercent(top.turnoverPerRebalance),
      ]),
    )
  })

  it('of the portfolios against their benchmarks', () => {
    expect(rowsOf('zh-CN', reportTexts['zh-CN'].statistics.portfolios)).toEqual(
      result.portfolios.map(({ index, model, performance }) => [
        index === '000300.SH' ? '沪深300' : '中证500',
        model,
        formatPercent(performance!.full.annualisedExcess),
        formatPercent(performance!.full.trackingError),
        formatRatio(performance!.full.informationRatio),
        formatPercent(performance!.full.excessDrawdown.value),
        formatRatio(performance!.full.excessCalmar),
        formatPercent(performance!.full.monthlyWinRate),
        formatPercent(performance!.full.turnoverPerYear),
      ]),
    )
  })

  it('of risk and tails, and of the falls of the benchmark', () => {
    const own = result.portfolios.filter(({ index }) => index === '000300.SH')
    const title = (text: string, model = '') => text.replace('{index}', 'CSI 300').replace('{model}', model)
    expect(rowsOf('en', title(reportTexts.en.portfolio.risk))).toEqual(
      own.map(({ model, performance }) => {
        const { full } = performance!
        return [
          model,
          ...[full.beta, full.sortino, full.calmar, full.tailRatio].map((value) => formatRatio(value)),
          ...[
            full.ulcerIndex,
            full.valueAtRisk95,
            full.expectedShortfall95,
            full.worstDay,
            full.worstMonth,
          ].map((value) => formatPercent(value)),
        ]
      }),
    )
    const [{ model, dates, returns, benchmarkReturns }] = own
    const falls = marketFalls(dates, Float64Array.from(returns), Float64Array.from(benchmarkReturns), 5)
    expect(falls.length).toBeGreaterThan(0)
    expect(rowsOf('en', title(reportTexts.en.portfolio.marketFalls, model))).toEqual(
      falls.map((fall) => [
        fall.start === null ? reportTexts.en.portfolio.base : formatDate(fall.start),
        formatDate(fall.bottom),
        formatCount(fall.days),
        ...[fall.benchmark, fall.portfolio, fall.excess].map((value) => formatPercent(value)),
      ]),
    )
  })

  it('of the differences to the first optimizer', () => {
    const { portfolios, rankIc, bootstrap } = result.comparisons
    const rows = rowsOf('zh-CN', '与 AdamW 之差：组合日超额与合成因子 RankIC')
    expect(rows.slice(0, portfolios.length)).toEqual(
      portfolios.map((row) => [
        row.index === '000300.SH' ? '沪深300' : '中证500',
        'SAM',
        formatPercent(row.meanDifference, 'always'),
        `${formatPercent(row.interval?.lower)} 至 ${formatPercent(row.interval?.upper)}`,
        formatRatio(row.neweyWestT4),
        formatRatio(row.neweyWestT20),
        formatPercent(row.annualisedExcessDifference, 'always'),
        formatCount(row.commonDays),
      ]),
    )
    // The second table of the exhibit, after its head.
    expect(rows.slice(portfolios.length + 1)).toEqual([
      [
        'SAM',
        formatNumber(rankIc[0].meanRankIcDifference, 4, 'always'),
        formatRatio(rankIc[0].rankIcDifferenceT),
        formatCount(rankIc[0].commonDates),
      ],
    ])
    expect(bodyText(reports.en)).toContain(
      `expected block 20 days, 10,000 draws, seed ${bootstrap.seed}, percentiles`,
    )
  })

  it('of the gap between train and valid, at the best epoch, over windows and seeds', () => {
    const rows = rowsOf('en', reportTexts.en.training.gap)
    expect(rows).toHaveLength(4)
    const runs = result.runs.filter(({ key }) => key.frequency === 'weekly' && key.optimizer === 'SAM')
    const best = runs.map((run) => run.epochs.find(({ epoch }) => epoch === run.bestEpoch))
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    const trainIc = mean(best.map((record) => record?.trainIc ?? NaN))
    const validIc = mean(best.map((record) => record?.validIc ?? NaN))
    expect(rows[3].slice(0, 3)).toEqual(['Weekly', 'SAM', '9'])
    expect(rows[3].slice(6)).toEqual([formatIc(trainIc), formatIc(validIc), formatIc(trainIc - validIc)])
  })

  it('of RankIC for every factor, and of layers for the composites', () => {
    const ic = rowsOf('en', reportTexts.en.factor.ic)
    expect(ic.map(([model, frequency]) => [model, frequency])).toEqual([
      ...result.factors.map(({ optimizer, frequency }) => [optimizer, terms.en.frequencies[frequency]]),
      ...result.importedFactors.map(({ name }) => [name, 'Imported']),
    ])
    expect(ic.map((row) => row[3])).toEqual(
      [...result.factors, ...result.importedFactors].map(({ rankIcSummary }) => formatIc(rankIcSummary.mean)),
    )
    expect(rowsOf('en', reportTexts.en.factor.layerTable)).toEqual(
      [...composites, ...result.importedFactors].map(({ name, layers, benchmark }) => [
        name,
        ...layers.map((layer) => formatPercent(layer.annualisedReturn)),
        formatPercent(benchmark.annualisedReturn),
      ]),
    )
  })

  it('of the stock-dates that left the test', () => {
    expect(rowsOf('en', reportTexts.en.factor.coverage)[0].slice(2, 6)).toEqual([
      formatCount(result.factors[0].universeStockDates),
      '2,310',
      '911',
      '45',
    ])
  })

  it('of rebalances: all, relaxed and kept', () => {
    const changed = structuredClone(result)
    const { decisions } = changed.portfolios[0]
    decisions[3].status = 'kept'
    decisions[4].status = 'kept'
    const title = 'CSI 300: rebalancing and fills'
    const rows = exhibits(renderReport(changed, { locale: 'en' })).find((one) => one.title === title)?.rows
    expect(rows?.[1].slice(0, 4)).toEqual(['AdamW', formatCount(decisions.length), '1', '2'])
  })

  it('of each calendar year', () => {
    const { model, performance } = result.portfolios[0]
    expect(
      rowsOf('en', `${model} / CSI 300: by calendar year`).map(([year, days, , , excess]) => [
        year,
        days,
        excess,
      ]),
    ).toEqual(
      performance!.years.map(({ year, days, excessTotal }) => [
        String(year),
        formatCount(days),
        formatPercent(excessTotal),
      ]),
    )
  })
})

describe('calendar years', () => {
  it('of under 60 days show totals only, and say so', () => {
    const short = structuredClone(result)
    short.portfolios[0].performance!.years[0].days = 59
    const report = exhibits(renderReport(short, { locale: 'en' }))
    const years = report.find(({ title }) => title === 'AdamW / CSI 300: by calendar year')?.rows ?? []
    expect(years[1].slice(4)).toEqual([
      formatPercent(short.portfolios[0].performance!.years[0].excessTotal),
      '—',
      '—',
      '—',
      '—',
    ])
    expect(years[2]).not.toContain('—')
  })
})

describe('user text', () => {
  const hostile = `<script>alert(1)</script>"'&amp;</style></title>`
  const report = renderReport(
    buildStudyResult({
      name: hostile,
      models: [
        { name: '<img src=x onerror=alert(1)>', method: 'plain', strength: 1 },
        { name: '</svg><script>', method: 'sam', strength: 1 },
      ],
      indices: ['"><b>x</b>'],
    }),
    { locale: 'zh-CN' },
  )

  it('is never markup', () => {
    expect(report).not.toMatch(/<script|<img|<b>x<\/b>/)
    expect(report.match(/<\/style>/g)).toHaveLength(1)
    expect(report.match(/<\/title>/g)).toHaveLength(1)
  })

  it('is shown as it was written', () => {
    const heading = /<h1>([\s\S]*?)<\/h1>/.exec(report)?.[1] ?? ''
    expect(visibleText(heading)).toBe(hostile)
    expect(bodyText(report)).toContain('<img src=x onerror=alert(1)>')
  })
})

describe('a study that is not synthetic', () => {
  it('carries no synthetic label', () => {
    const report = renderReport(buildStudyResult({ synthetic: false }), { locale: 'zh-CN' })
    expect(bodyText(report)).not.toMatch(/合成数据|SYNTHETIC/)
  })
})

describe('a study without results to compare', () => {
  it('still renders: one optimizer, undefined numbers as a dash', () => {
    const single: StudyResult = buildStudyResult({
      models: [{ name: 'SAM', method: 'sam', strength: 1 }],
      indices: ['000300.SH'],
    })
    single.portfolios[0].performance!.full.informationRatio = null
    const report = renderReport(single, { locale: 'en' })
    const row = exhibits(report).find(({ title }) => title === reportTexts.en.statistics.portfolios)?.rows[1]
    expect(row?.[4]).toBe('—')
    expect(bodyText(report)).not.toContain('Difference to')
  })
})
