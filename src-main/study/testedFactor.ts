import type { FactorReport } from '../../src-shared/domain/factor.ts'
import type { TestedFactor } from '../../src-shared/domain/factorDay.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { failure, listed } from '../../src-shared/failure.ts'
import { factorErrors } from '../../src-shared/locales/errors/factors.ts'
import { type DayPrediction, loadPredictions } from '../store/runFiles.ts'
import type { ReadableStore } from '../store/store.ts'
import { allTestDays } from './factors.ts'
import { testedImports } from './importedFactors.ts'
import { factorOn } from './lineageFactor.ts'
import type { Traced } from './lineageFill.ts'
import { type Neutralisation, neutraliseComposite } from './neutralisation.ts'
import type { Prepared } from './prepare.ts'
import { stockNamesOf, studiedData } from './studiedData.ts'

/** What the study says of a factor that it tested. Errors: not_found for another. */
export function reportOf(
  { factors, importedFactors }: StudyResult,
  { scope, name }: TestedFactor,
): FactorReport {
  const report =
    scope === 'imported'
      ? importedFactors.find((factor) => factor.name === name)
      : factors.find(({ optimizer, frequency }) => optimizer === name && frequency === scope)
  if (report !== undefined) return report
  throw failure(factorErrors.factorUnknown, {
    name: scope === 'imported' ? name : `${name} / ${scope}`,
    names: listed([...factors, ...importedFactors].map((factor) => factor.name)),
  })
}

/** A finished study and the market that it read, with the predictions of one fit window at a time in memory. */
export function tracedStudy(store: ReadableStore, id: string, result: StudyResult): Traced {
  let window = -1
  const loaded = new Map<string, readonly DayPrediction[]>()
  const predictions = (key: RunKey): readonly DayPrediction[] => {
    if (key.window !== window) loaded.clear()
    window = key.window
    const name = JSON.stringify([key.frequency, key.optimizer, key.seed])
    const known = loaded.get(name) ?? loadPredictions(store, id, key)
    loaded.set(name, known)
    return known
  }
  return { id, result, prepared: studiedData(store, result), predictions, nameOf: stockNamesOf(store) }
}

/**
 * A tested factor on each of some test days, over the panel's columns, NaN = none, freed of `neutralise` inside the study's universe, and
 * over these days the stock-dates that had nothing to be freed of. `onDay`: after each day, how many are done.
 *
 * Errors: not_found where predictions are not stored; those of testedImports.
 */
export function factorValues(
  store: ReadableStore,
  traced: Traced,
  { scope, name }: TestedFactor,
  neutralise: StudyConfig['composite']['neutralise'],
  days: readonly number[],
  onDay: (done: number) => void = () => {},
): Neutralisation & { values: Float64Array[] } {
  const { result, prepared } = traced
  const { panel, industries } = prepared.market
  const testDays = allTestDays(prepared)
  const imported =
    scope === 'imported'
      ? testedImports(store, result, prepared).find((factor) => factor.name === name)!.values
      : null
  const plainOn = (day: number): Float64Array => {
    // Composites have no stock outside the universe, which an imported factor may have.
    if (imported !== null) return inUniverse(prepared, day, imported[testDays.indexOf(day)])
    const { composite, byFrequency } = factorOn(traced, name, day)
    return scope === 'composite'
      ? composite
      : byFrequency[result.config.models.findIndex(({ frequency }) => frequency === scope)]
  }
  let withoutIndustry = 0
  let withoutSize = 0
  const values = days.map((day, at) => {
    const freed = neutraliseComposite(neutralise, panel, industries, day, plainOn(day))
    withoutIndustry += freed.withoutIndustry
    withoutSize += freed.withoutSize
    onDay(at + 1)
    return freed.values
  })
  return { values, withoutIndustry, withoutSize }
}

function inUniverse({ universe }: Prepared, day: number, row: Float64Array): Float64Array {
  return row.map((value, stock) => (universe[day * row.length + stock] === 1 ? value : NaN))
}

/** What the study itself freed a factor of before it tested it: composites alone, of what it says. */
export function studyNeutralisation(
  { config }: StudyResult,
  { scope }: TestedFactor,
): StudyConfig['composite']['neutralise'] {
  return scope === 'composite' ? config.composite.neutralise : []
}
