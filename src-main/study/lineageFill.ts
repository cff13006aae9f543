import { type DateInt, formatDate } from '../../src-shared/domain/date.ts'
import type { Decision, PortfolioReport, Rebalance } from '../../src-shared/domain/portfolio.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { failure, listed, phraseOf } from '../../src-shared/failure.ts'
import { lineageErrors, portfolioNames } from '../../src-shared/locales/errors/lineages.ts'
import type { DayPrediction } from '../store/runFiles.ts'
import type { Prepared } from './prepare.ts'

/** Whose weights, and on which day. */
export interface LineageQuestion {
  /** The optimizer whose composite factor was the alpha. */
  readonly model: string
  readonly index: string
  readonly date: DateInt
  /** One stock alone, held or not; null: all that were held or ordered. */
  readonly symbol: string | null
}

/** A rebalance of a portfolio of the study, and the decision that it carried out. */
export interface Fill {
  readonly portfolio: PortfolioReport
  readonly decision: Decision
  readonly rebalance: Rebalance
}

/** What a finished study left, and the market it read. */
export interface Traced {
  readonly id: string
  readonly result: StudyResult
  readonly prepared: Prepared
  /** Per test day of the run's window. Errors: not_found. */
  readonly predictions: (key: RunKey) => readonly DayPrediction[]
  readonly nameOf: (symbol: string) => string
}

/**
 * The last rebalance on or before the date.
 *
 * Errors: not_found without such a portfolio or any fill of it, and for a date before its first fill or after the study's last day.
 */
export function findFill(result: StudyResult, { model, index, date }: LineageQuestion): Fill {
  const { portfolios } = result
  const portfolio = portfolios.find((each) => each.model === model && each.index === index)
  if (portfolio === undefined)
    throw failure(lineageErrors.portfolioUnknown, {
      model,
      index,
      portfolios: listed(
        portfolios.map((each) => phraseOf(portfolioNames.onIndex, { model: each.model, index: each.index })),
      ),
    })
  const { decisions, ledger } = portfolio
  if (ledger.length === 0) throw failure(lineageErrors.neverBuilt, { model, index })
  const { lastDate } = result.data
  const rebalance = ledger.findLast(({ fillDate }) => fillDate <= date)
  if (rebalance === undefined || date > lastDate)
    throw failure(lineageErrors.noPortfolioOn, {
      model,
      index,
      date: formatDate(date),
      first: formatDate(ledger[0].fillDate),
      last: formatDate(lastDate),
    })
  const decision = decisions.find((each) => each.date === rebalance.decisionDate)!
  return { portfolio, decision, rebalance }
}
