import { formatDate } from '../../../src-shared/domain/date.ts'
import { formatPercent } from '../../../src-shared/format.ts'
import { fillPlaceholders } from '../../../src-shared/locales/index.ts'
import { DROPPED_TOO_MANY, droppedShare, icSample } from '../../../src-shared/sampleLoss.ts'
import { countCell, percentCell } from '../cells.ts'
import type { ReportContext } from '../context.ts'
import type { TestedFactor } from '../derive.ts'
import type { Html } from '../html.ts'
import { html } from '../html.ts'
import { table } from '../table.ts'
import { factorName, factorScope } from './columns.ts'

/** The sample of every test, what left it and why, and which tests lost too much. */
export function coverageExhibit(context: ReportContext, factors: readonly TestedFactor[]): Html {
  const { terms, text } = context
  const { metrics } = terms
  const reasons = ['no_factor', 'not_buyable', 'no_price'] as const
  const counted = (factor: TestedFactor, reason: string) =>
    factor.dropped.find((entry) => entry.reason === reason)?.count ?? 0
  const rows = table<TestedFactor>(
    [
      factorName(context),
      factorScope(context),
      { head: metrics.universeStockDates.name, cell: (factor) => countCell(factor.universeStockDates) },
      ...reasons.map((reason) => ({
        head: terms.dropReasons[reason],
        cell: (factor: TestedFactor) => countCell(counted(factor, reason)),
      })),
      { head: metrics.withoutReturn.name, cell: (factor) => countCell(icSample(factor).withoutReturn) },
      { head: metrics.withReturn.name, cell: (factor) => countCell(icSample(factor).withReturn) },
      { head: metrics.droppedShare.name, cell: (factor) => percentCell(droppedShare(factor)) },
      { head: metrics.skippedDates.name, cell: ({ skippedDates }) => countCell(skippedDates) },
      { head: metrics.rebalances.name, cell: ({ rebalances }) => countCell(rebalances), width: 1.2 },
      {
        head: metrics.lastValue.name,
        cell: ({ lastValueDate }) => (lastValueDate === null ? '—' : formatDate(lastValueDate)),
        width: 1.3,
      },
    ],
    factors,
  )
  const poor = factors.filter((factor) => droppedShare(factor) > DROPPED_TOO_MANY)
  if (poor.length === 0) return context.exhibit(text.factor.coverage, rows)
  const warning = fillPlaceholders(text.factor.droppedTooMany, {
    limit: formatPercent(DROPPED_TOO_MANY, 'negative', 0),
    models: poor
      .map((factor) => `${factor.name} ${formatPercent(droppedShare(factor))}`)
      .join(text.listSeparator),
  })
  return context.exhibit(
    text.factor.coverage,
    html`<p class="warning">${warning}</p>
      ${rows}`,
  )
}
