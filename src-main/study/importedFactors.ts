import { createHash } from 'node:crypto'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
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
 * SHA-256 of the data that a study reads: the market's, and that of the imported factors which it tests, by name and by value on its
 * test days. Values on other days may come and go.
 */
export function studyDataHash({ market }: Prepared, imported: readonly NamedFactor[]): string {
  if (imported.length === 0) return market.hash
  const hash = createHash('sha256').update(market.hash)
  for (const { name, values } of imported) {
    hash.update(`\n${Buffer.byteLength(name)}:${name}:${values.length}\n`)
    for (const ofDay of values) hash.update(ofDay)
  }
  return hash.digest('hex')
}
