import type { PortfolioReport } from '../../../src-shared/domain/portfolio.ts'
import type { ReportContext } from '../context.ts'
import type { TestedFactor } from '../derive.ts'
import type { Column } from '../table.ts'

/** First column of every table of factors. */
export function factorName({ terms }: ReportContext): Column<{ readonly label: string }> {
  return { head: terms.metrics.model.name, cell: ({ label }) => label, align: 'left', width: 1.25 }
}

/** Composite, one frequency, or imported. */
export function factorScope({ terms, text }: ReportContext): Column<TestedFactor> {
  return {
    head: text.facts.frequency,
    cell: ({ scope }) => (scope === 'imported' ? text.factor.imported : terms.frequencies[scope]),
    align: 'left',
    width: 1.4,
  }
}

/** First column of every table of portfolios. */
export function modelName({ terms }: ReportContext): Omit<Column<PortfolioReport>, 'parts'> {
  return { head: terms.metrics.model.name, cell: ({ model }) => model, align: 'left', width: 1.1 }
}
