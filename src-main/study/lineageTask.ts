import type { Lineage } from '../../src-shared/domain/lineage.ts'
import { openStore } from '../store/store.ts'
import { namedResult } from '../store/studies.ts'
import { traceLineage } from './lineage.ts'
import { findFill, type LineageQuestion } from './lineageFill.ts'
import { tracedStudy } from './testedFactor.ts'

/** The question where the weights of a day come from, as it is sent to its process. */
export interface LineageTask extends LineageQuestion {
  readonly kind: 'lineage'
  readonly study: string
  /** Path of the store; it is only read. */
  readonly store: string
}

/**
 * Trace the weights of a day back through what the store holds of the study, which has to be on the data it read.
 *
 * Errors: not_found without such a study, result, portfolio, symbol, or fill on or before the date; data_changed when the
 * stored data are not those the study read; store_corrupt when what is computed anew is not what the result says.
 */
export function runLineageTask({ study, store: path, ...question }: LineageTask): Lineage {
  const store = openStore(path, { mode: 'read' })
  try {
    const result = namedResult(store, study)
    const fill = findFill(result, question)
    return traceLineage(question, fill, tracedStudy(store, study, result))
  } finally {
    store.close()
  }
}
