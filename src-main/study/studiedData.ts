import type { StudyResult } from '../../src-shared/domain/result.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { loadMarket } from '../market/loadMarket.ts'
import { panelCachePath } from '../market/panelCache.ts'
import { listInstruments } from '../store/instruments.ts'
import type { ReadableStore } from '../store/store.ts'
import { readImportedFactors, studyDataHash } from './importedFactors.ts'
import { type Prepared, prepare } from './prepare.ts'

/**
 * The market of a store as a finished study read it.
 *
 * Errors: data_changed when the stored data are not those the study read.
 */
export function studiedData(store: ReadableStore, { config, dataHash: read }: StudyResult): Prepared {
  const prepared = prepare(config, loadMarket(store, { cache: panelCachePath(store.path) }))
  const dataHash = studyDataHash(prepared, readImportedFactors(store, config, prepared))
  if (dataHash === read) return prepared
  throw new PlateauError(
    'data_changed',
    `What a portfolio held and why can be told from the data that the study read alone (${read.slice(0, 12)}); the store holds others (${dataHash.slice(0, 12)}).`,
    { place: { file: store.path }, remedy: 'Restore them from a backup, or run the study again.' },
  )
}

/** Names of the store's stocks by symbol, empty where it has none. */
export function stockNamesOf(store: ReadableStore): (symbol: string) => string {
  const names = new Map(listInstruments(store).map(({ symbol, name }) => [symbol, name]))
  return (symbol) => names.get(symbol) ?? ''
}
