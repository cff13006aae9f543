import type { StudyResult } from '../../src-shared/domain/result.ts'
import type { ReportOptions } from '../../src-shared/domain/reportOptions.ts'
import type { ChartStyle } from '../../src-shared/charts/index.ts'
import type { Locale, Terms } from '../../src-shared/locales/index.ts'
import { fillPlaceholders, terms } from '../../src-shared/locales/index.ts'
import type { EChartsOption } from 'echarts'
import { printStyle, renderChart } from './chart.ts'
import type { ChartSize } from './chart.ts'
import type { Html } from './html.ts'
import { html, trusted } from './html.ts'
import type { ReportText } from './text/index.ts'
import { reportTexts } from './text/index.ts'

/** What every section writes with: the result, the words, and exhibits numbered in order of appearance. */
export interface ReportContext {
  readonly result: StudyResult
  readonly options: ReportOptions
  readonly title: string
  readonly locale: Locale
  readonly terms: Terms
  readonly text: ReportText
  readonly chartStyle: ChartStyle
  /** A figure or table with its number, title and source line. */
  exhibit(title: string, body: Html, note?: string): Html
  figure(title: string, option: EChartsOption, size: ChartSize, note?: string): Html
  /** Several charts of one size under one number, two side by side; what `below` draws spans both. */
  panels(title: string, panels: readonly Panel[], size: ChartSize, note?: string, below?: Panel): Html
}

export interface Panel {
  readonly title: string
  readonly option: EChartsOption
  /** Where it is not that of the panels. */
  readonly size?: ChartSize
}

export function createContext(result: StudyResult, options: ReportOptions): ReportContext {
  const { locale } = options
  const text = reportTexts[locale]
  const chartStyle = printStyle(locale)
  const source = fillPlaceholders(text.source, {
    version: result.appVersion,
    hash: result.dataHash.slice(0, 8),
    synthetic: result.synthetic ? text.syntheticSource : '',
  })
  let number = 0
  const exhibit = (title: string, body: Html, note?: string): Html => {
    number++
    return html`<figure class="exhibit" id="exhibit-${number}">
      <figcaption>
        <b>${fillPlaceholders(text.exhibit, { number: String(number) })}</b><span>${title}</span>
      </figcaption>
      ${body}
      <p class="source">${source}${note === undefined ? null : html`<br />${note}`}</p>
    </figure>`
  }
  const panel = (place: string, { title, option, size }: Panel, common: ChartSize): Html =>
    html`<div>
      <p class="panel-title">${title}</p>
      ${trusted(renderChart(option, size ?? common, `chart-${number + 1}-${place}`))}
    </div>`
  return {
    result,
    options,
    title: options.title === '' ? result.config.name : options.title,
    locale,
    terms: terms[locale],
    text,
    chartStyle,
    exhibit,
    figure: (title, option, size, note) =>
      exhibit(title, trusted(renderChart(option, size, `chart-${number + 1}`)), note),
    panels: (title, panels, size, note, below) =>
      exhibit(
        title,
        html`<div class="pair">${panels.map((one, at) => panel(String(at + 1), one, size))}</div>
          ${below === undefined ? null : panel('below', below, size)}`,
        note,
      ),
  }
}
