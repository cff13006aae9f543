import { formatDate } from '../../../src-shared/domain/date.ts'
import type { DateInt } from '../../../src-shared/domain/date.ts'
import type { Drawdown } from '../../../src-shared/domain/performance.ts'
import type { PortfolioReport } from '../../../src-shared/domain/portfolio.ts'
import { drawdownDays } from '../../../src-shared/performance/drawdown.ts'
import { type MarketFall, marketFalls } from '../../../src-shared/performance/marketFalls.ts'
import { countCell, percentCell } from '../cells.ts'
import type { ReportContext } from '../context.ts'
import type { Html } from '../html.ts'
import { parts, table } from '../table.ts'

/** The deepest drawdowns of the excess and of the portfolio; null in results of earlier versions and of a portfolio never built. */
export function drawdownExhibit(
  context: ReportContext,
  { performance, dates }: PortfolioReport,
  title: string,
): Html | null {
  const { charts } = context.terms
  if (performance === null) return null
  const { drawdowns, excessDrawdowns } = performance
  if (drawdowns.length + excessDrawdowns.length === 0) return null
  return context.exhibit(
    title,
    parts(
      [
        [charts.excess, drawdownTable(context, excessDrawdowns, dates)],
        [charts.portfolio, drawdownTable(context, drawdowns, dates)],
      ],
      true,
    ),
  )
}

/** Falls that the table of them has. */
const FALLS = 5

/** What the portfolio did in the deepest drawdowns of its benchmark; null where there is none. */
export function marketFallExhibit(
  { exhibit, terms, text }: ReportContext,
  { dates, returns, benchmarkReturns }: PortfolioReport,
  title: string,
): Html | null {
  const falls = marketFalls(dates, Float64Array.from(returns), Float64Array.from(benchmarkReturns), FALLS)
  if (falls.length === 0) return null
  const { metrics } = terms
  return exhibit(
    title,
    table<MarketFall>(
      [
        {
          head: metrics.drawdownStart.name,
          cell: ({ start }) => (start === null ? text.portfolio.base : formatDate(start)),
          width: 1.4,
        },
        { head: metrics.bottom.name, cell: ({ bottom }) => formatDate(bottom), width: 1.4 },
        { head: metrics.fallDays.name, cell: ({ days }) => countCell(days) },
        { head: metrics.benchmarkInFall.name, cell: ({ benchmark }) => percentCell(benchmark) },
        { head: metrics.portfolioInFall.name, cell: ({ portfolio }) => percentCell(portfolio) },
        { head: metrics.excessInFall.name, cell: ({ excess }) => percentCell(excess) },
      ],
      falls,
    ),
  )
}

function drawdownTable(
  { terms, text }: ReportContext,
  drawdowns: readonly Drawdown[],
  dates: readonly DateInt[],
): Html {
  const { metrics } = terms
  const day = (date: DateInt | null, none: string) => (date === null ? none : formatDate(date))
  return table<Drawdown>(
    [
      { head: metrics.depth.name, cell: ({ value }) => percentCell(value) },
      { head: metrics.drawdownStart.name, cell: ({ start }) => day(start, text.portfolio.base), width: 1.4 },
      { head: metrics.bottom.name, cell: ({ bottom }) => day(bottom, '—'), width: 1.4 },
      {
        head: metrics.recovery.name,
        cell: ({ recovery }) => day(recovery, text.portfolio.ongoing),
        width: 1.4,
      },
      {
        head: metrics.drawdownDays.name,
        cell: (drawdown) => countCell(drawdownDays(drawdown, dates).all),
      },
    ],
    drawdowns,
  )
}
