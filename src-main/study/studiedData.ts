import { sameData } from '../../src-shared/domain/dataHash.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import { failure } from '../../src-shared/failure.ts'
import { studyErrors } from '../../src-shared/locales/errors/studies.ts'
import { loadMarket } from '../market/loadMarket.ts'
import { panelCachePath } from '../market/panelCache.ts'
import { listInstruments } from '../store/instruments.ts'
import type { ReadableStore } from '../store/store.ts'
import { type Prepared, prepare } from './prepare.ts'

/**
 * The market of a store as a finished study read it.
 *
 * Errors: data_changed when the stored data are not those the study read.
 */
export function studiedData(store: ReadableStore, { config, dataHash: read }: StudyResult): Prepared {
  const prepared = prepare(config, loadMarket(store, { cache: panelCachePath(store.path) }))
  requireStudied(store.path, read, prepared.market.hash)
  return prepared
}

/**
 * Holdings, lineage and landscapes of a study are computed anew from the data that it read, or not at all.
 *
 * Errors: data_changed when `stored`, the data hash of the store at `file`, is not `read`, the study's.
 */
export function requireStudied(file: string, read: string, stored: string): void {
  const same = sameData(read, stored)
  if (same === true) return
  throw failure(
    same === null ? studyErrors.dataHashedOtherwise : studyErrors.dataChanged,
    { read: read.slice(0, 12), stored: stored.slice(0, 12) },
    { place: { file } },
  )
}

/** Names of the store's stocks by symbol, empty where it has none. */
export function stockNamesOf(store: ReadableStore): (symbol: string) => string {
  const names = new Map(listInstruments(store).map(({ symbol, name }) => [symbol, name]))
  return (symbol) => names.get(symbol) ?? ''
}
