import { describe, expect, it } from 'vitest'
import { renderReport } from '../../../src-main/report/renderReport.ts'
import { reportTexts } from '../../../src-main/report/text/index.ts'
import { formatDate } from '../../../src-shared/domain/date.ts'
import { factorAnalysis } from '../../../src-shared/domain/factorAnalysis.ts'
import type { StudyResult } from '../../../src-shared/domain/result.ts'
import { formatCount, formatIc, formatPercent, formatRatio } from '../../../src-shared/format.ts'
import { terms } from '../../../src-shared/locales/index.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'
import { bodyText, exhibits } from './document.ts'

const result = buildStudyResult()
const shown = exhibits(renderReport(result, { locale: 'en' }))
const { factor: text } = reportTexts.en
const composites = result.factors.flatMap(({ name, analysis }) =>
  analysis === null ? [] : [{ name, analysis }],
)
const analysed = [...composites, ...result.importedFactors]

const titles = (exhibited: typeof shown) => exhibited.map(({ title }) => title)
function rowsOf(title: string, exhibited = shown): readonly (readonly string[])[] {
  const found = exhibited.find((one) => one.title === title)
  expect(found, title).toBeDefined()
  return found?.rows ?? []
}

describe('the analysis of factors', () => {
  it('has composites and imported factors, in their order', () => {
    expect(analysed.map(({ name }) => name)).toEqual(['AdamW', 'SAM', 'EP_TTM', 'TURN_20D'])
    expect(rowsOf(text.autocorrelation).slice(1)).toEqual(
      analysed.map(({ name, analysis }) => [
        name,
        ...analysis.rankAutocorrelation.map(({ mean }) => formatRatio(mean)),
      ]),
    )
    expect(rowsOf(text.styles).slice(1)).toEqual(
      analysed.map(({ name, analysis }) => [name, ...analysis.styles.map(({ mean }) => formatRatio(mean))]),
    )
  })

  it('shows the decay, one-day above cumulative, at the lags of its head', () => {
    const [head, ...rows] = rowsOf(text.decayTable)
    const lags = head.slice(1).map((cell) => parseInt(cell, 10))
    expect(lags[0]).toBe(1)
    expect(lags.at(-1)).toBe(20)
    const at = (measure: 'oneDay' | 'cumulative') =>
      analysed.map(({ name, analysis }) => [
        name,
        ...lags.map((lag) => formatIc(analysis.decay[lag - 1][measure])),
      ])
    expect(rows).toEqual([...at('oneDay'), head, ...at('cumulative')])
  })

  it('shows RankIC and the TOP layer of every calendar year', () => {
    const rows = rowsOf(text.years)
    const block = (cell: (year: (typeof analysed)[number]['analysis']['years'][number]) => string) => [
      ['Model', '2021', '2022', '2023'],
      ...analysed.map(({ name, analysis }) => [name, ...analysis.years.map(cell)]),
    ]
    expect(rows).toEqual([
      ...block(({ rankIc }) => formatIc(rankIc.mean)),
      ...block(({ rankIc }) => formatRatio(rankIc.ir)),
      ...block(({ rankIc }) => formatRatio(rankIc.neweyWestT)),
      ...block(({ rankIc }) => formatPercent(rankIc.sharePositive)),
      ...block(({ layerReturns }) => formatPercent(layerReturns[0])),
      ...block(({ layerReturns, benchmarkReturn }) =>
        formatPercent(layerReturns[0]! - benchmarkReturn!, 'always'),
      ),
    ])
  })

  it('marks the RankIC of an industry whose Newey-West t is 2 or more in size, and no other', () => {
    const rows = rowsOf(text.industries)
    const { industries } = analysed[0].analysis
    const cells = rows.slice(1, 1 + industries.length)
    expect(cells.map(([name]) => name)).toEqual(industries.map(({ industry }) => industry))
    expect(cells.map((row) => row[2])).toEqual(
      industries.map(({ rankIc: { mean, neweyWestT } }) =>
        Math.abs(neweyWestT ?? 0) < 2 ? formatIc(mean) : `${formatIc(mean)}*`,
      ),
    )
    expect(cells.some((row) => row[2].endsWith('*'))).toBe(true)
    expect(cells.some((row) => !row[2].endsWith('*'))).toBe(true)
  })

  it('gives no RankIC of an industry that had under ten dates', () => {
    const few = structuredClone(result)
    const [industry, next] = few.factors[0].analysis?.industries ?? []
    industry.rankIc.n = 9
    next.rankIc.n = 10
    const rows = rowsOf(text.industries, exhibits(renderReport(few, { locale: 'en' })))
    expect(rows[1][2]).toBe('—')
    expect(rows[2][2]).not.toBe('—')
  })

  it('gives no excess of TOP in an industry that had it on under ten dates, or on an unknown number', () => {
    const few = structuredClone(result)
    const [industry, next, old] = few.factors[0].analysis?.industries ?? []
    industry.topExcessN = 9
    next.topExcessN = 10
    const { topExcessN, ...before } = old
    expect(topExcessN).toBeGreaterThan(10)
    old.topExcessN = factorAnalysis.shape.industries.element.parse(before).topExcessN
    const rows = rowsOf(text.industries, exhibits(renderReport(few, { locale: 'en' })))
    const excesses = [industry, next, old].map((own) => rows.findLast(([name]) => name === own.industry)?.[1])
    expect(excesses).toEqual(['—', formatPercent(next.topExcess, 'always'), '—'])
  })

  it('draws months of the composites and the correlations', () => {
    for (const { name } of composites) expect(titles(shown)).toContain(`${name}: mean RankIC by month`)
    expect(shown.find(({ title }) => title === text.correlations)?.svg).toContain(
      formatRatio(result.factorCorrelations?.values[0][1]),
    )
  })

  it('is left out of a result of an earlier version', () => {
    const earlier: StudyResult = {
      ...result,
      factors: result.factors.map((factor) => ({ ...factor, analysis: null })),
      importedFactors: [],
      factorCorrelations: null,
    }
    const left = titles(exhibits(renderReport(earlier, { locale: 'en' })))
    const parts = [text.decay, text.decayTable, text.years, text.industries, text.styles, text.correlations]
    for (const part of [...parts, text.autocorrelation]) expect(left).not.toContain(part)
    expect(left.filter((title) => title.includes('by month'))).toEqual([])
    expect(left).toContain(text.coverage)
  })

  it('has no table of industries or styles where none are known', () => {
    const without = structuredClone(result)
    for (const { analysis } of [...without.factors, ...without.importedFactors]) {
      if (analysis !== null) Object.assign(analysis, { industries: [], styles: [] })
    }
    const left = titles(exhibits(renderReport(without, { locale: 'zh-CN' })))
    expect(left).not.toContain(reportTexts['zh-CN'].factor.industries)
    expect(left).not.toContain(reportTexts['zh-CN'].factor.styles)
  })
})

describe('the composite', () => {
  const of = (change: (config: StudyResult['config']) => void): string => {
    const changed = structuredClone(result)
    change(changed.config)
    return bodyText(renderReport(changed, { locale: 'en' }))
  }

  it('is described with the weights of its frequencies where they differ', () => {
    expect(of(() => {})).not.toContain('weights of the frequencies')
    const unequal = of(({ composite }) => Object.assign(composite.weights, { daily: 2, weekly: 0.5 }))
    expect(unequal).toContain('weights of the frequencies Daily 2, Weekly 0.5')
  })

  it('is noted to be neutralised where the rows of the frequencies are not', () => {
    expect(of(() => {})).toContain(text.icNeutralised)
    expect(of(({ composite }) => composite.neutralise.splice(0))).not.toContain(text.icNeutralised)
  })
})

describe('the sample of a test', () => {
  const share = (at: number) => rowsOf(text.coverage)[1 + at][8]

  it('is shown with the share that left it', () => {
    const [first] = result.factors
    const dropped = first.dropped.reduce((sum, { count }) => sum + count, 0)
    expect(rowsOf(text.coverage)[0][8]).toBe(terms.en.metrics.droppedShare.name)
    expect(share(0)).toBe(formatPercent(dropped / first.universeStockDates))
  })

  it('adds up to the universe, and says how often the layers were set and until when there are values', () => {
    const [head, ...rows] = rowsOf(text.coverage)
    expect(head.slice(2, 8)).toEqual([
      'Stock-dates',
      'No factor',
      'Not buyable next day',
      'No price',
      'No period return',
      'With period return',
    ])
    const factors = [...result.factors, ...result.importedFactors]
    expect(rows).toHaveLength(factors.length)
    for (const row of rows) {
      const [universe, ...stages] = row.slice(2, 8).map((cell) => Number(cell.replaceAll(',', '')))
      expect(stages.every((count) => count > 0)).toBe(true)
      expect(stages.reduce((sum, count) => sum + count, 0)).toBe(universe)
    }
    const [{ rebalances, lastValueDate }] = factors
    expect(rows[0].slice(10)).toEqual([formatCount(rebalances), formatDate(lastValueDate!)])
  })

  it('brings a warning above 35 %, and none at 35 %', () => {
    const losing = (count: number) => {
      const changed = structuredClone(result)
      changed.factors[0].universeStockDates = 100_000
      changed.factors[0].dropped = [{ reason: 'no_factor', count }]
      return bodyText(renderReport(changed, { locale: 'en' }))
    }
    expect(losing(35_001)).toContain('These tests lost more than 35% of their sample')
    expect(losing(35_001)).toContain('universe: AdamW 35.00%')
    expect(losing(35_000)).not.toContain('These tests lost')
  })
})
