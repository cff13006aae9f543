import { createHash } from 'node:crypto'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { failure } from '../../src-shared/failure.ts'
import { studyErrors } from '../../src-shared/locales/errors/studies.ts'
import type { NamedFactor } from '../factor/analysisCorrelations.ts'
import { readExtraFactor } from '../market/extraFactors.ts'
import type { ReadableStore } from '../store/store.ts'
import { allTestDays } from './factors.ts'
import type { Prepared } from './prepare.ts'

/**
 * The stored daily factors that a study tests beside its own, on its test days.
 *
 * Errors: not_found for a name that the store does not have; those of the store.
 */
export function readImportedFactors(
  store: ReadableStore,
  config: StudyConfig,
  prepared: Prepared,
): NamedFactor[] {
  const { panel } = prepared.market
  const stocks = panel.symbols.length
  return config.factorTest.imported.map((name) => {
    const matrix = readExtraFactor(store, panel, name)
    return {
      name,
      values: allTestDays(prepared).map((day) => matrix.slice(day * stocks, (day + 1) * stocks)),
    }
  })
}

/**
 * The factors that a finished study tested beside its own, on its test days. Studies of versions that did not hash them are taken
 * at their word.
 *
 * Errors: data_changed when the stored values are not those that the study tested; those of readImportedFactors.
 */
export function testedImports(
  store: ReadableStore,
  { config, importedHash: read }: StudyResult,
  prepared: Prepared,
): NamedFactor[] {
  const imported = readImportedFactors(store, config, prepared)
  const stored = importedHash(imported)
  if (read === null || read === stored) return imported
  throw failure(
    studyErrors.importedChanged,
    { read: read.slice(0, 12), stored: String(stored).slice(0, 12) },
    { place: { file: store.path } },
  )
}

/**
 * SHA-256 of imported factors by name and by value on the test days of the study that tests them; null of none. Values on other days
 * may come and go. No run, portfolio or landscape depends on them, so that the data hash is the market's alone.
 */
export function importedHash(imported: readonly NamedFactor[]): string | null {
  if (imported.length === 0) return null
  const hash = createHash('sha256')
  for (const { name, values } of imported) {
    hash.update(`\n${Buffer.byteLength(name)}:${name}:${values.length}\n`)
    for (const ofDay of values) hash.update(ofDay)
  }
  return hash.digest('hex')
}
