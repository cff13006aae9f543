import { type PortfolioReport, solverFallback } from '../../src-shared/domain/portfolio.ts'
import type { Note } from '../../src-shared/domain/result.ts'
import { notBuilt } from './notBuilt.ts'

/** Cash above this share of the portfolio after a rebalance is worth a note, whose text names it. */
const UNFILLED_CASH = 0.01

/** What a reader must know of how a portfolio was decided and filled, or why it never was. */
export function portfolioNotes(
  portfolio: Pick<PortfolioReport, 'model' | 'index' | 'performance' | 'decisions' | 'ledger'>,
): Note[] {
  const { model, index, decisions, ledger } = portfolio
  const notes: Note[] = []
  const add = (code: string, values: Note['values']) =>
    notes.push({ code, values: { index, model, ...values } })
  const counted = (code: string, dates: number) => {
    if (dates > 0) add(code, { dates })
  }
  for (const { reason, dates } of notBuilt(portfolio)) add('portfolio_not_built', { reason, dates })
  const gave = decisions.flatMap(({ date, relaxed }) => relaxed.map((one) => ({ date, ...one })))
  const left = gave.filter(({ limit }) => limit === 'participation')
  const others = gave.filter(({ limit }) => limit !== 'participation')
  counted('optimiser_relaxed', new Set(others.map(({ date }) => date)).size)
  if (left.length > 0)
    add('participation_left', {
      dates: left.length,
      largestShare: Math.max(...left.map(({ slack }) => slack)),
    })
  for (const reason of ['no_alpha', 'bands'] as const)
    counted(`optimiser_kept_${reason}`, decisions.filter((decision) => decision.reason === reason).length)
  for (const reason of solverFallback.options) {
    const dates = decisions.filter(({ fallback }) => fallback === reason).length
    if (dates > 0) add('solver_fallback', { reason, dates })
  }
  counted(
    'cash_unfilled',
    ledger.filter(({ cashAfter, valueAfter }) => cashAfter > UNFILLED_CASH * valueAfter).length,
  )
  return notes
}
