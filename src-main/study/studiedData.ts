import { sameData } from '../../src-shared/domain/dataHash.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import { PlateauError } from '../../src-shared/errors.ts'
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
  const hashes = `the study's ${read.slice(0, 12)}, the store's ${stored.slice(0, 12)}`
  throw new PlateauError(
    'data_changed',
    same === null
      ? `Whether the stored data are still those that the study read cannot be told, as an earlier version of Plateau hashed them in another way: ${hashes}.`
      : `The stored data are not those that the study read: ${hashes}.`,
    {
      place: { file },
      remedy: same === null ? 'Run the study again.' : 'Restore them from a backup, or run the study again.',
    },
  )
}

/** Names of the store's stocks by symbol, empty where it has none. */
export function stockNamesOf(store: ReadableStore): (symbol: string) => string {
  const names = new Map(listInstruments(store).map(({ symbol, name }) => [symbol, name]))
  return (symbol) => names.get(symbol) ?? ''
}
