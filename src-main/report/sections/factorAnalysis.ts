import { correlationHeat, decayChart, rankIcMonths } from '../../../src-shared/charts/index.ts'
import type { FactorAnalysis } from '../../../src-shared/domain/factorAnalysis.ts'
import { INDUSTRY_DATES, styleName } from '../../../src-shared/domain/factorAnalysis.ts'
import { fillPlaceholders, industryText } from '../../../src-shared/locales/index.ts'
import { type Cell, countCell, icCell, percentCell, ratioCell } from '../cells.ts'
import { FULL_WIDTH, HALF_WIDTH } from '../chart.ts'
import type { ReportContext } from '../context.ts'
import { isSignificant, SIGNIFICANCE_DATES, type TestedFactor } from '../derive.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'
import type { Column } from '../table.ts'
import { parts, table } from '../table.ts'
import { factorName } from './columns.ts'

/** Lags of the decay table, in trading days; the chart has them all. */
const TABLE_LAGS = [1, 2, 3, 4, 5, 7, 10, 15, 20]

/** Columns of numbers that half the width of the page has room for. */
const NARROW_COLUMNS = 5

interface Analysed {
  readonly label: string
  readonly analysis: FactorAnalysis
}

/** Decay, persistence, years, industries, styles and correlations of the factors that have an analysis. */
export function analysisPart(context: ReportContext, factors: readonly TestedFactor[]): Html {
  const analysed = factors.flatMap(({ label, analysis }): Analysed[] =>
    analysis === null ? [] : [{ label, analysis }],
  )
  return html`${decayExhibit(context, analysed)} ${yearsExhibit(context, analysed)}
    ${industriesExhibit(context, analysed)}
    <div class="pair">${autocorrelationExhibit(context, analysed)} ${stylesExhibit(context, analysed)}</div>
    ${correlationFigure(context)}`
}

/** RankIC of every month; null without an analysis. */
export function monthsFigure(context: ReportContext, { label, analysis }: TestedFactor): Html | null {
  if (analysis === null || analysis.months.length === 0) return null
  const years = new Set(analysis.months.map(({ month }) => Math.floor(month / 100))).size
  return context.figure(
    fillPlaceholders(context.text.factor.months, { model: label }),
    rankIcMonths(analysis.months, context.chartStyle),
    { width: FULL_WIDTH, height: 32 + 26 * years },
  )
}

function decayExhibit(context: ReportContext, analysed: readonly Analysed[]): Html | null {
  const { text, terms, chartStyle } = context
  const { oneDayRankIc, cumulativeRankIc } = terms.metrics
  const factors = analysed.map(({ label, analysis }) => ({ name: label, decay: analysis.decay }))
  const lags = TABLE_LAGS.filter((lag) =>
    factors.some(({ decay }) => decay.some((point) => point.lag === lag)),
  )
  if (lags.length === 0) return null
  const rows = (measure: 'oneDay' | 'cumulative') =>
    table<Analysed>(
      [
        factorName(context),
        ...lags.map((lag) => ({
          head: fillPlaceholders(text.factor.lagDays, { lag: String(lag) }),
          cell: ({ analysis }: Analysed) =>
            icCell(analysis.decay.find((point) => point.lag === lag)?.[measure]),
        })),
      ],
      analysed,
    )
  return html`${context.panels(
    text.factor.decay,
    [
      { title: oneDayRankIc.name, option: decayChart(factors, 'oneDay', chartStyle) },
      { title: cumulativeRankIc.name, option: decayChart(factors, 'cumulative', chartStyle) },
    ],
    { width: HALF_WIDTH, height: 200 },
    text.factor.decayNote,
  )}
  ${context.exhibit(
    text.factor.decayTable,
    parts(
      [
        [oneDayRankIc.name, rows('oneDay')],
        [cumulativeRankIc.name, rows('cumulative')],
      ],
      false,
    ),
  )}`
}

function autocorrelationExhibit(context: ReportContext, analysed: readonly Analysed[]): Html | null {
  const { text } = context
  const lags = distinct(
    analysed.flatMap(({ analysis }) => analysis.rankAutocorrelation.map(({ lag }) => lag)),
  )
  if (lags.length === 0) return null
  const columns = lags.map((lag): Column<Analysed> => ({
    head: fillPlaceholders(text.factor.lagDates, { lag: String(lag) }),
    cell: ({ analysis }) => ratioCell(analysis.rankAutocorrelation.find((point) => point.lag === lag)?.mean),
  }))
  return context.exhibit(text.factor.autocorrelation, table([factorName(context), ...columns], analysed))
}

/** Calendar years across: RankIC and RankICIR, the return of TOP and what it is above the universe. */
function yearsExhibit(context: ReportContext, analysed: readonly Analysed[]): Html | null {
  const { text, terms } = context
  const years = distinct(analysed.flatMap(({ analysis }) => analysis.years.map(({ year }) => year)))
  if (years.length === 0) return null
  type Year = FactorAnalysis['years'][number]
  const rows = (cell: (year: Year) => Cell) =>
    table<Analysed>(
      [
        factorName(context),
        ...years.map((year) => ({
          head: String(year),
          cell: ({ analysis }: Analysed) => {
            const found = analysis.years.find((one) => one.year === year)
            return found === undefined ? '—' : cell(found)
          },
        })),
      ],
      analysed,
    )
  const { rankIc, rankIcir, neweyWestT, sharePositive } = terms.metrics
  return context.exhibit(
    text.factor.years,
    parts(
      [
        [rankIc.name, rows((year) => icCell(year.rankIc.mean))],
        [rankIcir.name, rows((year) => ratioCell(year.rankIc.ir))],
        [neweyWestT.name, rows((year) => ratioCell(year.rankIc.neweyWestT))],
        [sharePositive.name, rows((year) => percentCell(year.rankIc.sharePositive))],
        [text.factor.topTotal, rows(({ layerReturns }) => percentCell(layerReturns[0]))],
        [
          text.factor.topTotalExcess,
          rows(({ layerReturns: [top], benchmarkReturn }) =>
            percentCell(top === null || benchmarkReturn === null ? null : top - benchmarkReturn, 'always'),
          ),
        ],
      ],
      years.length <= NARROW_COLUMNS,
    ),
    text.factor.yearsNote,
  )
}

/** Industries down, factors across: RankIC, then what TOP is above the industry. */
function industriesExhibit(context: ReportContext, analysed: readonly Analysed[]): Html | null {
  const { text, terms, locale } = context
  const { industry, meanStocks, rankIc, industryTopExcess } = terms.metrics
  const names = [
    ...new Set(analysed.flatMap(({ analysis }) => analysis.industries.map((one) => one.industry))),
  ]
  if (names.length === 0) return null
  type Industry = FactorAnalysis['industries'][number]
  const of = ({ analysis }: Analysed, name: string) =>
    analysis.industries.find((one) => one.industry === name)
  const name: Column<string> = {
    head: industry.name,
    cell: (own) => industryText(own, locale),
    align: 'left',
    width: 1.2,
  }
  const stocks: Column<string> = {
    head: meanStocks.name,
    cell: (own) => countCell(Math.max(...analysed.map((factor) => of(factor, own)?.stocks ?? 0))),
    width: 0.7,
  }
  const across = (cell: (found: Industry) => Cell): Column<string>[] =>
    analysed.map((factor) => ({
      head: factor.label,
      cell: (own) => {
        const found = of(factor, own)
        return found === undefined ? '—' : cell(found)
      },
    }))
  const rankIcs = across(({ rankIc: { n, mean, neweyWestT } }) => {
    if (n < INDUSTRY_DATES) return '—'
    const cell = icCell(mean)
    return isSignificant(n, neweyWestT) ? { ...cell, text: `${cell.text}*` } : cell
  })
  const excesses = across(({ topExcess, topExcessN }) =>
    percentCell(topExcessN < INDUSTRY_DATES ? null : topExcess, 'always'),
  )
  return context.exhibit(
    text.factor.industries,
    parts(
      [
        [rankIc.name, table([name, stocks, ...rankIcs], names, 'dense')],
        [industryTopExcess.name, table([name, ...excesses], names, 'dense')],
      ],
      analysed.length < NARROW_COLUMNS,
    ),
    fillPlaceholders(text.factor.industriesNote, {
      dates: String(INDUSTRY_DATES),
      significant: String(SIGNIFICANCE_DATES),
    }),
  )
}

function stylesExhibit(context: ReportContext, analysed: readonly Analysed[]): Html | null {
  const { text, terms } = context
  const styles = styleName.options.filter((style) =>
    analysed.some(({ analysis }) => analysis.styles.some((one) => one.style === style)),
  )
  if (styles.length === 0) return null
  const columns = styles.map((style): Column<Analysed> => ({
    head: terms.styles[style],
    cell: ({ analysis }) => ratioCell(analysis.styles.find((one) => one.style === style)?.mean),
    // Half the width of the page has to hold every word.
    width: Math.max(0.7, ...terms.styles[style].split(' ').map((word) => word.length / 6)),
  }))
  return context.exhibit(text.factor.styles, table([factorName(context), ...columns], analysed))
}

function correlationFigure({ result, text, chartStyle, figure }: ReportContext): Html | null {
  const { factorCorrelations } = result
  if (factorCorrelations === null || factorCorrelations.names.length < 2) return null
  return figure(text.factor.correlations, correlationHeat(factorCorrelations, chartStyle), {
    width: FULL_WIDTH,
    height: 32 + 26 * factorCorrelations.names.length,
  })
}

const distinct = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b)
