import type { DayHoldings } from '../../src-shared/domain/holdings.ts'
import { openStore } from '../store/store.ts'
import { studyResult } from '../store/studies.ts'
import { dayHoldings } from './dayHoldings.ts'
import { findFill, type LineageQuestion } from './lineageFill.ts'
import { stockNamesOf, studiedData } from './studiedData.ts'

/** The question what a portfolio held on a day, as it is sent to its process. */
export interface HoldingsTask extends Omit<LineageQuestion, 'symbol'> {
  readonly kind: 'holdings'
  readonly study: string
  /** Path of the store; it is only read. */
  readonly store: string
}

/**
 * The holdings of a day from the ledger of a finished study and the data it read.
 *
 * Errors: not_found without such a study, result, portfolio, or fill on or before the date; data_changed when the stored data
 * are not those the study read.
 */
export function runHoldingsTask({ study, store: path, ...question }: HoldingsTask): DayHoldings {
  const store = openStore(path, { mode: 'read' })
  try {
    const result = studyResult(store, study)
    const { portfolio, rebalance } = findFill(result, { ...question, symbol: null })
    const prepared = studiedData(store, result)
    const { fillDate } = rebalance
    const { capital } = result.config.backtest
    return {
      ...dayHoldings(prepared, portfolio, { date: question.date, capital, nameOf: stockNamesOf(store) }),
      fillDate,
    }
  } finally {
    store.close()
  }
}
