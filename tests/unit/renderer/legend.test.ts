import type { EChartsOption } from 'echarts'
import { describe, expect, it } from 'vitest'
import { renamed } from '../../../src-renderer/charts/legend.ts'
import { layerNav, navChart, rankIcChart } from '../../../src-shared/charts/index.ts'
import { LOCALES, terms } from '../../../src-shared/locales/index.ts'
import { chartStyle } from '../../fixtures/chartStyle.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'

const lines = (...names: readonly string[]): EChartsOption => ({
  legend: {},
  series: names.map((name) => ({ type: 'line', name, data: [] })),
})
const result = buildStudyResult()
const [factor] = result.factors
const [report] = result.portfolios
/** Names of the series in either language. */
const inBoth = (chart: (style: typeof chartStyle) => EChartsOption) =>
  LOCALES.map((locale) => {
    const option = chart({ ...chartStyle, locale })
    return { option, names: [option.series ?? []].flat().map(({ name }) => String(name)) }
  })

describe('what the legend has switched off', () => {
  it('is so after a switch of the language, under its other name', () => {
    const [chinese, english] = LOCALES.map((locale) => terms[locale].charts)
    const [before, after] = inBoth((style) => navChart(report, style))
    const hidden = new Set([chinese.benchmark, chinese.excess])
    expect(renamed(hidden, before.option, after.option)).toEqual(new Set([english.benchmark, english.excess]))
  })

  it.each([
    ['layers', (style: typeof chartStyle) => layerNav(factor, style)],
    ['RankIC', (style: typeof chartStyle) => rankIcChart(factor, style)],
  ])('is so in the chart of %s', (_name, chart) => {
    const [before, after] = inBoth(chart)
    expect(before.names).not.toEqual(after.names)
    for (const [at, name] of before.names.entries())
      expect(renamed(new Set([name]), before.option, after.option)).toEqual(new Set([after.names[at]]))
  })

  it('keeps its name where the legend has another number of entries', () => {
    expect(renamed(new Set(['b']), lines('a', 'b'), lines('c', 'd', 'e'))).toEqual(new Set(['b']))
    expect(renamed(new Set(['b', 'x']), lines('a', 'b', 'a'), lines('c', 'd', 'd'))).toEqual(
      new Set(['d', 'x']),
    )
  })
})
