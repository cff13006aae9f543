import { type DateInt, formatDate } from '../../src-shared/domain/date.ts'
import type { Decision, PortfolioReport, Rebalance } from '../../src-shared/domain/portfolio.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { PlateauError } from '../../src-shared/errors.ts'
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
    throw new PlateauError('not_found', `The study has no portfolio of ${model} on ${index}.`, {
      remedy: `It has: ${portfolios.map((each) => `${each.model} on ${each.index}`).join(', ')}.`,
    })
  const { decisions, ledger } = portfolio
  if (ledger.length === 0)
    throw new PlateauError(
      'not_found',
      `The portfolio of ${model} on ${index} was never built: all of its decisions kept the cash it began with.`,
      { remedy: 'The notes of the study say why.' },
    )
  const { lastDate } = result.data
  const rebalance = ledger.findLast(({ fillDate }) => fillDate <= date)
  if (rebalance === undefined || date > lastDate)
    throw new PlateauError(
      'not_found',
      `There is no portfolio of ${model} on ${index} on ${formatDate(date)}.`,
      {
        remedy: `Ask for a date from ${formatDate(ledger[0].fillDate)} to ${formatDate(lastDate)}.`,
      },
    )
  const decision = decisions.find((each) => each.date === rebalance.decisionDate)!
  return { portfolio, decision, rebalance }
}
