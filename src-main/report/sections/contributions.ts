import type { Contributions, PortfolioReport } from '../../../src-shared/domain/portfolio.ts'
import { fillPlaceholders, industryText } from '../../../src-shared/locales/index.ts'
import { percentCell } from '../cells.ts'
import type { ReportContext } from '../context.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'
import { parts, table } from '../table.ts'

/** Stocks and industries shown at either end: two lists of stocks stand as high as one of the industries, on one page. */
const STOCKS_SHOWN = 15
const INDUSTRIES_SHOWN = 14

interface Part {
  readonly name: string
  readonly meanActiveWeight: number | null
  readonly contribution: number
}

/** Where the excess came from, by industry down to the sum of the daily excess, and the stocks at either end; null where unknown. */
export function contributionExhibit(
  context: ReportContext,
  { contributions }: PortfolioReport,
  title: string,
): Html | null {
  if (contributions === null) return null
  const { text, terms } = context
  const { top, bottom } = endsOf(contributions.stocks)
  const stock = ({ symbol, ...rest }: Contributions['stocks'][number]): Part => ({ name: symbol, ...rest })
  const list = (head: string, rows: readonly Part[]): Html =>
    table<Part>(
      [
        { head, cell: ({ name }) => name, align: 'left', width: 1.6 },
        {
          head: terms.metrics.meanActiveWeight.name,
          cell: ({ meanActiveWeight }) =>
            meanActiveWeight === null ? '' : percentCell(meanActiveWeight, 'always'),
        },
        {
          head: terms.metrics.contribution.name,
          cell: ({ contribution }) => percentCell(contribution, 'always'),
        },
      ],
      rows,
      'dense',
    )
  return context.exhibit(
    title,
    html`<div class="pair">
      ${list(terms.metrics.industry.name, reconciled(context, contributions))}
      ${parts(
        [
          [text.portfolio.topStocks, list(text.portfolio.stock, top.map(stock))],
          [text.portfolio.bottomStocks, list(text.portfolio.stock, bottom.map(stock))],
        ],
        false,
      )}
    </div>`,
    text.portfolio.contributionsNote,
  )
}

/** Industries, largest first, those in the middle of a long list as one row, then what trading, cost and the benchmark add, down to the total. */
function reconciled({ text, locale }: ReportContext, contributions: Contributions): Part[] {
  const { parts } = text.portfolio
  const industries = contributions.industries
    .toSorted((a, b) => b.contribution - a.contribution)
    .map(({ industry, ...rest }) => ({ name: industryText(industry, locale), ...rest }))
  const row = (name: string, contribution: number): Part => ({ name, meanActiveWeight: null, contribution })
  return [
    ...shortened(industries, (count) =>
      fillPlaceholders(text.portfolio.otherIndustries, { count: String(count) }),
    ),
    row(parts.trading, contributions.trading),
    row(parts.cost, contributions.cost),
    row(parts.benchmark, contributions.benchmark),
    row(parts.total, contributions.total),
  ]
}

/** The rows at either end and one of the sums of what is between them. */
function shortened(rows: readonly Part[], nameOf: (count: number) => string): Part[] {
  const [first, last] = [INDUSTRIES_SHOWN, rows.length - INDUSTRIES_SHOWN]
  const between = rows.slice(first, last)
  if (between.length < 2) return [...rows]
  const sum = (value: (row: Part) => number): number => between.reduce((total, row) => total + value(row), 0)
  return [
    ...rows.slice(0, first),
    {
      name: nameOf(between.length),
      meanActiveWeight: sum(({ meanActiveWeight }) => meanActiveWeight!),
      contribution: sum(({ contribution }) => contribution),
    },
    ...rows.slice(last),
  ]
}

/** The largest first and the smallest first; of few stocks none twice. */
function endsOf<Stock>(stocks: readonly Stock[]): { readonly top: Stock[]; readonly bottom: Stock[] } {
  const half = Math.ceil(stocks.length / 2)
  const shown = Math.min(STOCKS_SHOWN, half)
  return {
    top: stocks.slice(0, shown),
    bottom: stocks.slice(Math.max(half, stocks.length - shown)).toReversed(),
  }
}
