import type { Decision, PortfolioReport } from '../../../src-shared/domain/portfolio.ts'
import { type TurnoverParts, turnoverParts } from '../../../src-shared/domain/turnoverParts.ts'
import { formatCount } from '../../../src-shared/format.ts'
import { fillPlaceholders, limitText, reasonText } from '../../../src-shared/locales/index.ts'
import { mean } from '../../../src-shared/statistics.ts'
import { type Cell, countCell, numberCell, percentCell, ratioCell } from '../cells.ts'
import type { ReportContext } from '../context.ts'
import { groupBy } from '../derive.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'
import type { Column } from '../table.ts'
import { parts, table } from '../table.ts'
import { modelName } from './columns.ts'

/** Limits named one by one; a classification alone has two for each of its industries. */
const LIMITS_SHOWN = 12

/** Models that half the width of the page has room for. */
const NARROW_MODELS = 4

/** Rebalances and fills, what the optimiser aimed at beside what came of it, and the limits that bound. */
export function executionExhibits(
  context: ReportContext,
  reports: readonly PortfolioReport[],
  index: string,
): Html {
  const { text } = context
  const fill = (title: string) => fillPlaceholders(title, { index })
  return html`${context.exhibit(fill(text.portfolio.execution), executionTables(context, reports))}
  ${context.exhibit(fill(text.portfolio.outcome), outcomeTable(context, reports), text.portfolio.outcomeNote)}
  ${limitsExhibit(context, reports, fill(text.portfolio.binding))}`
}

function executionTables(context: ReportContext, reports: readonly PortfolioReport[]): Html {
  const { fills, turnover } = context.text.portfolio
  return parts(
    [
      [fills, fillsTable(context, reports)],
      [turnover, turnoverTable(context, reports)],
    ],
    false,
  )
}

/** Why what was traded is not what was ordered: means over the rebalances after the first build. */
function turnoverTable(context: ReportContext, reports: readonly PortfolioReport[]): Html {
  const { metrics } = context.terms
  const rows = reports.map((report) => {
    const build = report.ledger.findIndex(({ turnover }) => turnover > 0)
    const later = build === -1 ? [] : report.ledger.slice(build + 1)
    return { report, turnovers: later.map(turnoverParts) }
  })
  type Row = (typeof rows)[number]
  const model = modelName(context)
  const part = (head: string, key: keyof TurnoverParts): Column<Row> => ({
    head,
    cell: ({ turnovers }) =>
      percentCell(
        meanOf(turnovers, (each) => each[key]),
        'negative',
        3,
      ),
  })
  return table<Row>(
    [
      { ...model, cell: ({ report }) => model.cell(report) },
      part(metrics.orderedTurnover.name, 'ordered'),
      part(metrics.realisedTurnover.name, 'realised'),
      part(metrics.cutTurnover.name, 'cut'),
      part(metrics.refusedTurnover.name, 'refused'),
    ],
    rows,
  )
}

function fillsTable(context: ReportContext, reports: readonly PortfolioReport[]): Html {
  const { terms, text, locale } = context
  const { metrics } = terms
  return table<PortfolioReport>(
    [
      modelName(context),
      { head: metrics.decisions.name, cell: ({ decisions }) => countCell(decisions.length) },
      {
        head: metrics.relaxed.name,
        cell: ({ decisions }) => countCell(decisions.filter(({ status }) => status === 'relaxed').length),
      },
      {
        head: metrics.kept.name,
        align: 'left',
        width: 2,
        cell: ({ decisions }) => keptCell(context, decisions),
      },
      {
        head: metrics.softened.name,
        cell: ({ decisions }) => countCell(decisions.filter(({ softened }) => softened.length > 0).length),
      },
      {
        head: metrics.turnoverPerYear.name,
        cell: ({ performance }) => percentCell(performance?.full.turnoverPerYear),
      },
      {
        head: metrics.refused.name,
        align: 'left',
        width: 3,
        cell: ({ refused }) =>
          refused.length === 0
            ? countCell(0)
            : refused
                .map(({ reason, count }) =>
                  fillPlaceholders(text.portfolio.countOf, {
                    reason: reasonText(reason, locale),
                    count: formatCount(count),
                  }),
                )
                .join(text.listSeparator),
      },
    ],
    reports,
  )
}

/** How many decisions kept the holdings, and why; results of earlier versions do not say. */
function keptCell({ text, locale }: ReportContext, decisions: readonly Decision[]): Cell {
  const kept = decisions.filter(({ status }) => status === 'kept')
  const reasons = groupBy(
    kept.flatMap(({ reason }) => reason ?? []),
    (reason) => reason,
  ).map(([reason, all]) =>
    fillPlaceholders(text.portfolio.countOf, {
      reason: reasonText(reason, locale),
      count: formatCount(all.length),
    }),
  )
  return reasons.length === 0 ? countCell(kept.length) : reasons.join(text.listSeparator)
}

/** Target and realised turnover, other targets, cash held; tracking error predicted and realised where a risk model ran. */
function outcomeTable(context: ReportContext, reports: readonly PortfolioReport[]): Html {
  const { metrics } = context.terms
  const predicted = ({ decisions }: PortfolioReport) =>
    meanOf(decisions, ({ trackingError }) => trackingError)
  const exposure = ({ exposures }: PortfolioReport, name: string) =>
    meanOf(exposures?.series.find((series) => series.name === name)?.values ?? [], (value) => value)
  const trackingErrors: Column<PortfolioReport>[] = [
    { head: metrics.exAnteTrackingError.name, cell: (report) => percentCell(predicted(report)) },
    {
      head: metrics.trackingError.name,
      cell: ({ performance }) => percentCell(performance?.full.trackingError),
    },
    {
      head: metrics.trackingErrorRatio.name,
      cell: (report) => {
        const [before, after] = [predicted(report), report.performance?.full.trackingError ?? null]
        return ratioCell(before === null || before === 0 || after === null ? null : after / before)
      },
    },
  ]
  return table<PortfolioReport>(
    [
      modelName(context),
      {
        head: metrics.targetTurnover.name,
        cell: ({ decisions }) =>
          // A decision that keeps the holdings has no target.
          percentCell(
            meanOf(
              decisions.filter(({ status }) => status !== 'kept'),
              ({ targetTurnover }) => targetTurnover,
            ),
          ),
      },
      {
        head: metrics.realisedTurnover.name,
        cell: ({ performance }) => percentCell(performance?.full.turnoverPerRebalance),
      },
      {
        head: metrics.memberWeight.name,
        cell: ({ decisions }) => percentCell(meanOf(decisions, ({ memberWeight }) => memberWeight)),
      },
      {
        head: metrics.sizeActive.name,
        cell: ({ decisions }) =>
          numberCell(
            meanOf(decisions, ({ sizeActive }) => sizeActive),
            3,
          ),
      },
      ...(reports.some(({ exposures }) => exposures !== null)
        ? [
            {
              head: context.text.portfolio.cash,
              cell: (report: PortfolioReport) => percentCell(exposure(report, 'cash')),
            },
          ]
        : []),
      ...(reports.some((report) => predicted(report) !== null) ? trackingErrors : []),
    ],
    reports,
  )
}

/**
 * Limits down, the most binding first, models across: how often each bound and at what mean price. What kept holdings as they were
 * is no limit at its bound, and stands with the kept ones.
 */
function limitsExhibit(context: ReportContext, all: readonly PortfolioReport[], title: string): Html | null {
  const reports = all.map((report) => ({
    ...report,
    decisions: report.decisions.filter(({ status }) => status !== 'kept'),
  }))
  const { text, terms, locale } = context
  const { bindingShare, shadowPrice } = terms.metrics
  const share = ({ decisions }: PortfolioReport, limit: string) =>
    decisions.length === 0
      ? 0
      : decisions.filter(({ binding }) => binding.includes(limit)).length / decisions.length
  const price = ({ decisions }: PortfolioReport, limit: string) =>
    meanOf(
      decisions.filter(({ binding }) => binding.includes(limit)),
      ({ multipliers }) => multipliers[limit] ?? null,
    )
  const total = (limit: string) => reports.reduce((sum, report) => sum + share(report, limit), 0)
  const limits = [
    ...new Set(reports.flatMap(({ decisions }) => decisions.flatMap(({ binding }) => binding))),
  ].toSorted((a, b) => total(b) - total(a))
  if (limits.length === 0) return null
  const across = (cell: (report: PortfolioReport, limit: string) => Cell) =>
    table<string>(
      [
        {
          head: text.method.limits,
          cell: (limit) => limitText(limit, locale),
          align: 'left',
          width: 2,
        },
        ...reports.map((report) => ({ head: report.model, cell: (limit: string) => cell(report, limit) })),
      ],
      limits.slice(0, LIMITS_SHOWN),
    )
  const left = limits.length - LIMITS_SHOWN
  const prices = reports.some(({ decisions }) =>
    decisions.some(({ multipliers }) => Object.keys(multipliers).length > 0),
  )
  return context.exhibit(
    title,
    parts(
      [
        [bindingShare.name, across((report, limit) => percentCell(share(report, limit), 'negative', 1))],
        ...(prices
          ? [[shadowPrice.name, across((report, limit) => numberCell(price(report, limit), 3))] as const]
          : []),
      ],
      prices && reports.length <= NARROW_MODELS,
    ),
    left > 0 ? fillPlaceholders(text.portfolio.bindingNote, { count: formatCount(left) }) : undefined,
  )
}

/** Over the items that have a value; null where none has. */
function meanOf<Item>(items: readonly Item[], valueOf: (item: Item) => number | null): number | null {
  const values = items.flatMap((item) => valueOf(item) ?? [])
  return values.length === 0 ? null : mean(values)
}
