import { formatDate } from '../../../src-shared/domain/date.ts'
import type { Decision, PortfolioReport } from '../../../src-shared/domain/portfolio.ts'
import { formatCount } from '../../../src-shared/format.ts'
import {
  fillPlaceholders,
  limitText,
  limitValue,
  remedyText,
  slackText,
} from '../../../src-shared/locales/index.ts'
import { mean } from '../../../src-shared/statistics.ts'
import { type Cell, countCell } from '../cells.ts'
import type { ReportContext } from '../context.ts'
import { groupBy } from '../derive.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'
import { table } from '../table.ts'

/** Rebalances, or limits, listed one by one. */
const SHOWN = 12

/** Limits of one portfolio that could not all hold, and soft ones that gave at their price; each where there were any. */
export function relaxedExhibits(context: ReportContext, report: PortfolioReport, index: string): Html {
  const titled = (title: string, count: number) =>
    fillPlaceholders(title, {
      model: report.model,
      index,
      count: formatCount(count),
      all: formatCount(report.decisions.length),
    })
  return html`${relaxedExhibit(context, report, titled)} ${softenedExhibit(context, report, titled)}`
}

type Titled = (title: string, count: number) => string

/** The latest relaxed rebalances: what gave, and which limit alone would have been enough. */
function relaxedExhibit(
  { text, locale, exhibit }: ReportContext,
  { decisions }: PortfolioReport,
  titled: Titled,
): Html | null {
  const relaxed = decisions.filter(({ status }) => status === 'relaxed')
  if (relaxed.length === 0) return null
  const { portfolio, itemSeparator } = text
  const latest = fillPlaceholders(portfolio.relaxedLatest, { shown: formatCount(SHOWN) })
  return exhibit(
    titled(portfolio.relaxed, relaxed.length),
    table<Decision>(
      [
        { head: text.portfolio.decided, cell: ({ date }) => formatDate(date), align: 'left' },
        {
          head: portfolio.gave,
          cell: ({ relaxed: gave }) => gave.map((one) => slackText(one, locale)).join(itemSeparator),
          align: 'left',
          width: 3,
        },
        {
          head: portfolio.enough,
          cell: ({ remedies }) => {
            if (remedies === null) return '—'
            if (remedies.length === 0) return portfolio.noneAlone
            return remedies.map((one) => remedyText(one, locale)).join(itemSeparator)
          },
          align: 'left',
          width: 3,
        },
      ],
      relaxed.slice(-SHOWN),
    ),
    (relaxed.length > SHOWN ? latest : '') + portfolio.relaxedNote,
  )
}

/** Soft limits, those that gave most often first. */
function softenedExhibit(
  { text, locale, exhibit }: ReportContext,
  { decisions }: PortfolioReport,
  titled: Titled,
): Html | null {
  const softened = decisions.flatMap(({ softened: gave }) => gave)
  if (softened.length === 0) return null
  const { portfolio, method } = text
  const rows = groupBy(softened, ({ limit }) => limit)
    .map(([limit, gave]) => ({ limit, slacks: gave.map(({ slack }) => slack) }))
    .toSorted((a, b) => b.slacks.length - a.slacks.length)
  const slackCell = (limit: string, value: number): Cell => ({
    text: limitValue(limit, value, locale),
    value,
  })
  const left = rows.length - SHOWN
  return exhibit(
    titled(portfolio.softened, decisions.filter(({ softened: gave }) => gave.length > 0).length),
    table<(typeof rows)[number]>(
      [
        { head: method.limits, cell: ({ limit }) => limitText(limit, locale), align: 'left', width: 2 },
        { head: portfolio.rebalances, cell: ({ slacks }) => countCell(slacks.length) },
        {
          head: portfolio.meanSlack,
          cell: ({ limit, slacks }) => slackCell(limit, mean(slacks)),
        },
        {
          head: portfolio.largestSlack,
          cell: ({ limit, slacks }) => slackCell(limit, Math.max(...slacks)),
        },
      ],
      rows.slice(0, SHOWN),
    ),
    left > 0 ? fillPlaceholders(portfolio.softenedNote, { count: formatCount(left) }) : undefined,
  )
}
