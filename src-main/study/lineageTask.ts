import type { Lineage } from '../../src-shared/domain/lineage.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { loadMarket } from '../market/loadMarket.ts'
import { panelCachePath } from '../market/panelCache.ts'
import { listInstruments } from '../store/instruments.ts'
import { loadPredictions } from '../store/runFiles.ts'
import { openStore } from '../store/store.ts'
import { studyResult } from '../store/studies.ts'
import { readImportedFactors, studyDataHash } from './importedFactors.ts'
import { traceLineage } from './lineage.ts'
import { findFill, type LineageQuestion } from './lineageFill.ts'
import { prepare } from './prepare.ts'

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
    const result = studyResult(store, study)
    const fill = findFill(result, question)
    const whole = loadMarket(store, { cache: panelCachePath(path) })
    const prepared = prepare(result.config, whole)
    const dataHash = studyDataHash(prepared, readImportedFactors(store, result.config, prepared))
    if (dataHash !== result.dataHash)
      throw new PlateauError(
        'data_changed',
        `The lineage of a portfolio needs the data that the study read (${result.dataHash.slice(0, 12)}); the store holds others (${dataHash.slice(0, 12)}).`,
        { place: { file: path }, remedy: 'Restore them from a backup, or run the study again.' },
      )
    const names = new Map(listInstruments(store).map(({ symbol, name }) => [symbol, name]))
    return traceLineage(question, fill, {
      id: study,
      result,
      prepared,
      predictions: (key) => loadPredictions(store, study, key),
      nameOf: (symbol) => names.get(symbol) ?? '',
    })
  } finally {
    store.close()
  }
}
