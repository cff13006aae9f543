import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { failure } from '../../src-shared/failure.ts'
import { studyErrors } from '../../src-shared/locales/errors/studies.ts'
import { neutralise, type Neutralised } from '../factor/neutralise.ts'
import type { Industries } from '../market/industryHistory.ts'
import type { MarketData, Panel } from '../market/panel.ts'

/** Stock-dates of the composites that had no industry or no size to be freed of. */
export type Neutralisation = Pick<Neutralised, 'withoutIndustry' | 'withoutSize'>

/** A composite on one day, freed of what the study says; as it is when that is nothing. `day`: index into the dates. */
export function neutraliseComposite(
  parts: StudyConfig['composite']['neutralise'],
  panel: Panel,
  industries: Industries | null,
  day: number,
  composite: Float64Array,
): Neutralised {
  if (parts.length === 0) return { values: composite, withoutIndustry: 0, withoutSize: 0 }
  const stocks = composite.length
  return neutralise(composite, {
    industry: parts.includes('industry') ? (industries?.at(day) ?? null) : null,
    size: parts.includes('size')
      ? panel.floatCap.subarray(day * stocks, (day + 1) * stocks).map(Math.log)
      : null,
  })
}

/**
 * Asks for what the study's neutralisation needs, before anything is trained. Errors: data_insufficient without any industry, or
 * any float capitalisation.
 */
export function requireNeutralisable(
  { composite: { neutralise: parts } }: Pick<StudyConfig, 'composite'>,
  { panel, industries }: MarketData,
): void {
  const place = { field: 'composite.neutralise' }
  if (parts.includes('industry') && industries === null)
    throw failure(studyErrors.noIndustries, {}, { place })
  if (parts.includes('size') && !panel.floatCap.some(Number.isFinite))
    throw failure(studyErrors.noSizes, {}, { place })
}
