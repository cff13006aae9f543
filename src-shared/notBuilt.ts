import type { Performance } from './domain/performance.ts'
import type { PortfolioReport } from './domain/portfolio.ts'
import type { Note } from './domain/result.ts'

/** A portfolio that was built: one with a performance. */
export type BuiltPortfolio = PortfolioReport & { readonly performance: Performance }

export const isBuilt = (report: PortfolioReport): report is BuiltPortfolio => report.performance !== null

/** The notes of a study that say why a portfolio was never built. */
export function notBuiltNotes(
  notes: readonly Note[],
  { model, index }: Pick<PortfolioReport, 'model' | 'index'>,
): Note[] {
  return notes.filter(
    ({ code, values }) =>
      code === 'portfolio_not_built' && values['model'] === model && values['index'] === index,
  )
}
