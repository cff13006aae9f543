import { excessChart, monthlyHeat, navChart, rollingChart } from '../../../src-shared/charts/index.ts'
import { formatDate } from '../../../src-shared/domain/date.ts'
import type { Drawdown, Performance, PerformanceRow } from '../../../src-shared/domain/performance.ts'
import type { PortfolioReport } from '../../../src-shared/domain/portfolio.ts'
import { formatPercentSetting } from '../../../src-shared/format.ts'
import { fillPlaceholders, indexName, noteText } from '../../../src-shared/locales/index.ts'
import { type BuiltPortfolio, isBuilt, notBuiltNotes } from '../../../src-shared/notBuilt.ts'
import { DAYS_TO_ANNUALISE } from '../../../src-shared/performance/period.ts'
import { type Cell, countCell, percentCell, ratioCell } from '../cells.ts'
import { FULL_WIDTH, HALF_WIDTH } from '../chart.ts'
import type { ReportContext } from '../context.ts'
import { sentences } from '../findings.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'
import { shortPeriod } from '../shortPeriod.ts'
import { type Column, parts, table } from '../table.ts'
import { modelName } from './columns.ts'
import { contributionExhibit } from './contributions.ts'
import { drawdownExhibit, marketFallExhibit } from './drawdowns.ts'
import { executionExhibits } from './execution.ts'
import { exposureFigure } from './exposures.ts'
import { relaxedExhibits } from './relaxed.ts'

/** What a row of performance says of risk beside volatility and drawdown. */
const RISK_RATIOS = ['beta', 'sortino', 'calmar', 'tailRatio'] as const
const RISK_SHARES = ['ulcerIndex', 'valueAtRisk95', 'expectedShortfall95', 'worstDay', 'worstMonth'] as const
type RiskKey = (typeof RISK_RATIOS)[number] | (typeof RISK_SHARES)[number]

/** Years that half the width of the page has room for. */
const NARROW_YEARS = 5

/**
 * Per index: the models compared and their execution, then each model by itself: NAV, years, months, drawdowns, limits that
 * gave, exposures, contributions.
 */
export function portfolioSection(context: ReportContext): Html {
  return html`${context.result.config.portfolio.indices.map((index, at) => {
    const reports = context.result.portfolios.filter((report) => report.index === index)
    return reports.length === 0 ? null : indexPart(context, index, reports, at)
  })}`
}

function indexPart(
  context: ReportContext,
  symbol: string,
  reports: readonly PortfolioReport[],
  at: number,
): Html {
  const { text, terms, result } = context
  const index = indexName(symbol, context.locale)
  const weights = [...new Set(reports.map((report) => terms.benchmarkWeights[report.benchmarkWeights]))]
  const fill = (title: string) => fillPlaceholders(title, { index })
  const built = reports.filter(isBuilt)
  const short = shortPeriod(reports, context.locale)
  return html`<div class="${at === 0 ? '' : 'next-page'}">
      <h3>${index}${index === symbol ? null : ` ${symbol}`}</h3>
      <p class="lead">
        ${fillPlaceholders(text.portfolio.intro, {
          cost: formatPercentSetting(result.config.backtest.costRate),
          weights: weights.join(text.listSeparator),
        })}
      </p>
      ${context.exhibit(fill(text.portfolio.relative), relativeTable(context, reports), short)}
      ${context.exhibit(fill(text.portfolio.absolute), absoluteTable(context, reports), short)}
      ${riskExhibit(context, reports, fill(text.portfolio.risk), short)}
      ${
        reports.length === 1 || built.length === 0
          ? null
          : context.figure(fill(text.portfolio.excess), excessChart(built, context.chartStyle), {
              width: FULL_WIDTH,
              height: 220,
            })
      }
      ${reports.length === 1 || built.length === 0 ? null : context.exhibit(fill(text.portfolio.byYear), byYearTables(context, reports))}
      ${rollingFigure(context, built, index)} ${executionExhibits(context, reports, index)}
    </div>
    ${reports.map((report) => modelPart(context, report, index))}`
}

/** Tracking error and information ratio over the last window of days; null where no portfolio has one. */
function rollingFigure(
  context: ReportContext,
  reports: readonly BuiltPortfolio[],
  index: string,
): Html | null {
  const { text, terms, chartStyle } = context
  const windows = reports.flatMap(({ performance: { rolling } }) => rolling?.window ?? [])
  if (windows.length === 0) return null
  return context.panels(
    fillPlaceholders(text.portfolio.rolling, { index, days: String(windows[0]) }),
    (['trackingError', 'informationRatio'] as const).map((measure) => ({
      title: terms.metrics[measure].name,
      option: rollingChart(
        reports.flatMap(({ dates, model, performance: { rolling } }) =>
          rolling === null ? [] : [{ name: model, dates, values: rolling[measure] }],
        ),
        measure,
        chartStyle,
      ),
    })),
    { width: HALF_WIDTH, height: 200 },
  )
}

function modelPart(context: ReportContext, report: PortfolioReport, index: string): Html {
  const { text } = context
  const fill = (title: string) => fillPlaceholders(title, { model: report.model, index })
  return html`<h3>${fill(text.portfolio.model)}</h3>
    ${isBuilt(report) ? courseOf(context, report, fill) : html`<p class="lead">${notBuiltText(context, report)}</p>`}
    ${drawdownExhibit(context, report, fill(text.portfolio.drawdowns))}
    ${marketFallExhibit(context, report, fill(text.portfolio.marketFalls))}
    ${relaxedExhibits(context, report, index)}
    ${exposureFigure(context, report, fill(text.portfolio.exposures))}
    ${contributionExhibit(context, report, fill(text.portfolio.contributions))}`
}

/** NAV, years and months of a portfolio that was built. */
function courseOf(context: ReportContext, report: BuiltPortfolio, fill: (title: string) => string): Html {
  const { text, chartStyle } = context
  const { years, months } = report.performance
  const short = years.some(({ days }) => days < DAYS_TO_ANNUALISE)
  const yearCount = new Set(months.map(({ month }) => Math.floor(month / 100))).size
  return html`${context.figure(fill(text.portfolio.nav), navChart(report, chartStyle), {
    width: FULL_WIDTH,
    height: 480,
  })}
  ${context.exhibit(
    fill(text.portfolio.years),
    yearTable(context, years),
    short ? fillPlaceholders(text.portfolio.shortYear, { days: String(DAYS_TO_ANNUALISE) }) : undefined,
  )}
  ${context.figure(fill(text.portfolio.months), monthlyHeat(report.performance, chartStyle), {
    width: FULL_WIDTH,
    height: 32 + 26 * yearCount,
  })}`
}

/** Why there is nothing to show of a portfolio, as the notes have it. */
function notBuiltText({ result, text, locale }: ReportContext, report: PortfolioReport): string {
  const notes = notBuiltNotes(result.notes, report)
  return sentences(locale, text.portfolio.notBuilt, ...notes.map((note) => noteText(note, locale)))
}

function relativeTable(context: ReportContext, reports: readonly PortfolioReport[]): Html {
  const { metrics } = context.terms
  const full = (cell: (row: PerformanceRow) => Cell) => (report: PortfolioReport) =>
    report.performance === null ? '—' : cell(report.performance.full)
  return table<PortfolioReport>(
    [
      modelName(context),
      { head: metrics.excessTotal.name, cell: full((row) => percentCell(row.excessTotal)) },
      { head: metrics.annualisedExcess.name, cell: full((row) => percentCell(row.annualisedExcess)) },
      { head: metrics.trackingError.name, cell: full((row) => percentCell(row.trackingError)) },
      { head: metrics.informationRatio.name, cell: full((row) => ratioCell(row.informationRatio)) },
      { head: metrics.excessDrawdown.name, cell: full((row) => percentCell(row.excessDrawdown.value)) },
      {
        head: context.text.portfolio.drawdownPeriod,
        cell: full((row) => drawdownPeriod(context, row.excessDrawdown)),
        width: 2.4,
      },
      { head: metrics.excessCalmar.name, cell: full((row) => ratioCell(row.excessCalmar)) },
      { head: metrics.monthlyWinRate.name, cell: full((row) => percentCell(row.monthlyWinRate)) },
    ],
    reports,
  )
}

/** First day of the drawdown to its recovery. */
function drawdownPeriod({ text }: ReportContext, { value, start, recovery }: Drawdown): string {
  if (value === 0) return '—'
  return fillPlaceholders(text.to, {
    from: start === null ? text.portfolio.base : formatDate(start),
    to: recovery === null ? text.portfolio.ongoing : formatDate(recovery),
  })
}

/** Ratios of losses, tails and worst periods, a column each; null in results of earlier versions, which have none. */
function riskExhibit(
  context: ReportContext,
  reports: readonly PortfolioReport[],
  title: string,
  note: string | undefined,
): Html | null {
  const { metrics } = context.terms
  const known = reports.some(({ performance }) => performance !== null && performance.full.beta !== null)
  if (!known) return null
  const column =
    (format: (value: number | null) => Cell) =>
    (key: RiskKey): Column<PortfolioReport> => ({
      head: metrics[key].name,
      cell: ({ performance }) => (performance === null ? '—' : format(performance.full[key])),
    })
  return context.exhibit(
    title,
    table<PortfolioReport>(
      [modelName(context), ...RISK_RATIOS.map(column(ratioCell)), ...RISK_SHARES.map(column(percentCell))],
      reports,
    ),
    note,
  )
}

function absoluteTable(context: ReportContext, reports: readonly PortfolioReport[]): Html {
  const { metrics } = context.terms
  interface Row {
    readonly name: string
    readonly total: number | null
    readonly annualised: number | null
    readonly volatility: number | null
    readonly sharpe: Cell
    readonly drawdown: Drawdown | null
    readonly days: number
  }
  const none = { total: null, annualised: null, volatility: null, sharpe: '—', drawdown: null, days: 0 }
  const rows: Row[] = reports.map(({ model, performance }) => {
    if (performance === null) return { name: model, ...none }
    const { full } = performance
    return {
      name: model,
      total: full.totalReturn,
      annualised: full.annualisedReturn,
      volatility: full.volatility,
      sharpe: ratioCell(full.sharpe),
      drawdown: full.drawdown,
      days: full.days,
    }
  })
  // Every model of one index has the same benchmark; its row is of the days of the first that was built.
  for (const { performance } of reports.filter(isBuilt).slice(0, 1)) {
    const { full } = performance
    rows.push({
      name: context.text.portfolio.benchmark,
      total: full.benchmarkTotalReturn,
      annualised: full.benchmarkAnnualisedReturn,
      volatility: full.benchmarkVolatility,
      sharpe: '',
      drawdown: full.benchmarkDrawdown,
      days: full.days,
    })
  }
  return table<Row>(
    [
      { head: metrics.model.name, cell: ({ name }) => name, align: 'left', width: 1.1 },
      { head: metrics.days.name, cell: ({ days }) => countCell(days) },
      { head: metrics.totalReturn.name, cell: ({ total }) => percentCell(total) },
      { head: metrics.annualisedReturn.name, cell: ({ annualised }) => percentCell(annualised) },
      { head: metrics.volatility.name, cell: ({ volatility }) => percentCell(volatility) },
      { head: metrics.sharpe.name, cell: ({ sharpe }) => sharpe },
      { head: metrics.drawdown.name, cell: ({ drawdown }) => percentCell(drawdown?.value) },
      {
        head: context.text.portfolio.drawdownPeriod,
        cell: ({ drawdown }) => (drawdown === null ? '—' : drawdownPeriod(context, drawdown)),
        width: 2.4,
      },
    ],
    rows,
  )
}

/** Calendar years across, models down. */
function byYearTables(context: ReportContext, reports: readonly PortfolioReport[]): Html {
  const { metrics } = context.terms
  type Year = Performance['years'][number]
  const years = [
    ...new Set(
      reports.filter(isBuilt).flatMap(({ performance }) => performance.years.map(({ year }) => year)),
    ),
  ].sort((a, b) => a - b)
  const rows = (title: string, cell: (year: Year) => Cell): [string, Html] => [
    title,
    table<PortfolioReport>(
      [
        modelName(context),
        ...years.map((year) => ({
          head: String(year),
          cell: ({ performance }: PortfolioReport) => {
            const found = performance?.years.find((one) => one.year === year)
            return found === undefined ? '—' : cell(found)
          },
        })),
      ],
      reports,
    ),
  ]
  return parts(
    [
      rows(metrics.excessTotal.name, ({ excessTotal }) => percentCell(excessTotal, 'always')),
      rows(
        metrics.trackingError.name,
        ofLongYear(percentCell, ({ trackingError }) => trackingError),
      ),
      rows(
        metrics.informationRatio.name,
        ofLongYear(ratioCell, ({ informationRatio }) => informationRatio),
      ),
      rows(
        metrics.excessDrawdown.name,
        ofLongYear(percentCell, ({ excessDrawdown }) => excessDrawdown.value),
      ),
    ],
    years.length <= NARROW_YEARS,
  )
}

/** A number of a calendar year, a dash for one that shows totals only. */
function ofLongYear<Year extends PerformanceRow>(
  cell: (value: number | null) => Cell,
  valueOf: (year: Year) => number | null,
): (year: Year) => Cell {
  return (year) => (year.days < DAYS_TO_ANNUALISE ? '—' : cell(valueOf(year)))
}

function yearTable(context: ReportContext, years: Performance['years']): Html {
  const { metrics } = context.terms
  type Year = Performance['years'][number]
  return table<Year>(
    [
      {
        head: metrics.year.name,
        cell: ({ year }) => ({ text: String(year), value: year }),
        align: 'left',
        width: 1.1,
      },
      { head: metrics.days.name, cell: ({ days }) => countCell(days) },
      { head: metrics.totalReturn.name, cell: ({ totalReturn }) => percentCell(totalReturn) },
      {
        head: metrics.benchmarkTotalReturn.name,
        cell: ({ benchmarkTotalReturn }) => percentCell(benchmarkTotalReturn),
      },
      { head: metrics.excessTotal.name, cell: ({ excessTotal }) => percentCell(excessTotal) },
      {
        head: metrics.trackingError.name,
        cell: ofLongYear(percentCell, ({ trackingError }) => trackingError),
      },
      {
        head: metrics.informationRatio.name,
        cell: ofLongYear(ratioCell, ({ informationRatio }) => informationRatio),
      },
      {
        head: metrics.excessDrawdown.name,
        cell: ofLongYear(percentCell, ({ excessDrawdown }) => excessDrawdown.value),
      },
      {
        head: metrics.monthlyWinRate.name,
        cell: ofLongYear(percentCell, ({ monthlyWinRate }) => monthlyWinRate),
      },
    ],
    years,
  )
}
