import type { StudyResult } from '../../src-shared/domain/result.ts'
import type { ReportOptions } from '../../src-shared/domain/reportOptions.ts'
import type { ChartStyle } from '../../src-shared/charts/index.ts'
import type { ExportTable } from '../../src-shared/domain/exportTable.ts'
import type { Locale, Terms } from '../../src-shared/locales/index.ts'
import { fillPlaceholders, terms } from '../../src-shared/locales/index.ts'
import type { EChartsOption } from 'echarts'
import type { TableContent } from './cells.ts'
import { printStyle, renderChart } from './chart.ts'
import type { ChartSize } from './chart.ts'
import type { Html } from './html.ts'
import { html, trusted } from './html.ts'
import type { ReportText } from './text/index.ts'
import { reportTexts } from './text/index.ts'

/** A chart of the report, drawn. */
export interface DrawnChart {
  /** Null: that of its exhibit. */
  readonly title: string | null
  readonly option: EChartsOption
  /** The numbers behind it; null: those of its series. */
  readonly data: ExportTable | null
  readonly size: ChartSize
  readonly svg: string
}

/** A numbered figure or table, as spreadsheets and pictures take it. */
export interface Exhibit {
  readonly number: number
  readonly title: string
  readonly note: string | null
  readonly tables: readonly TableContent[]
  readonly charts: readonly DrawnChart[]
}

/** What every section writes with: the result, the words, and exhibits numbered in order of appearance. */
export interface ReportContext {
  readonly result: StudyResult
  readonly options: ReportOptions
  readonly title: string
  readonly locale: Locale
  readonly terms: Terms
  readonly text: ReportText
  readonly chartStyle: ChartStyle
  /** Those that were written so far. */
  readonly exhibits: readonly Exhibit[]
  /** Where every exhibit's numbers come from. */
  readonly source: string
  /** A figure or table with its number, title and source line. */
  exhibit(title: string, body: Html, note?: string): Html
  figure(title: string, option: EChartsOption, size: ChartSize, note?: string): Html
  /** Several charts of one size under one number, two side by side; what `below` draws spans both. */
  panels(title: string, panels: readonly Panel[], size: ChartSize, note?: string, below?: Panel): Html
}

export interface Panel {
  readonly title: string
  readonly option: EChartsOption
  /** The numbers behind it, where they are not those of its series. */
  readonly data?: ExportTable
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
  const exhibits: Exhibit[] = []
  const write = (
    title: string,
    body: Html,
    note: string | undefined,
    charts: readonly DrawnChart[],
  ): Html => {
    const number = exhibits.length + 1
    exhibits.push({ number, title, note: note ?? null, tables: body.tables, charts })
    return html`<figure class="exhibit" id="exhibit-${number}">
      <figcaption>
        <b>${fillPlaceholders(text.exhibit, { number: String(number) })}</b><span>${title}</span>
      </figcaption>
      ${body}
      <p class="source">${source}${note === undefined ? null : html`<br />${note}`}</p>
    </figure>`
  }
  const draw = (
    { title, option, data }: Panel | { title: null; option: EChartsOption; data?: ExportTable },
    size: ChartSize,
    place: string,
  ): DrawnChart => ({
    title,
    option,
    data: data ?? null,
    ...renderChart(option, size, `chart-${exhibits.length + 1}${place}`),
  })
  const panel = ({ title, svg }: DrawnChart): Html =>
    html`<div>
      <p class="panel-title">${title}</p>
      ${trusted(svg)}
    </div>`
  return {
    result,
    options,
    title: options.title === '' ? result.config.name : options.title,
    locale,
    terms: terms[locale],
    text,
    chartStyle,
    exhibits,
    source,
    exhibit: (title, body, note) => write(title, body, note, []),
    figure(title, option, size, note) {
      const chart = draw({ title: null, option }, size, '')
      return write(title, trusted(chart.svg), note, [chart])
    },
    panels(title, panels, size, note, below) {
      const drawn = panels.map((one, at) => draw(one, one.size ?? size, `-${at + 1}`))
      const pairs = Array.from({ length: Math.ceil(drawn.length / 2) }, (_, row) =>
        drawn.slice(2 * row, 2 * row + 2),
      )
      const under = below === undefined ? [] : [draw(below, below.size ?? size, '-below')]
      return write(
        title,
        html`${pairs.map(
          (pair, at) =>
            html`<div class="row">
              <div class="pair">${pair.map(panel)}</div>
              ${at === pairs.length - 1 ? under.map(panel) : null}
            </div>`,
        )}`,
        note,
        [...drawn, ...under],
      )
    },
  }
}
