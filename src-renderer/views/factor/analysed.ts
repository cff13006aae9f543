import type { FactorReport } from '../../../src-shared/domain/factor.ts'
import type { FactorAnalysis } from '../../../src-shared/domain/factorAnalysis.ts'
import type { StudyResult } from '../../../src-shared/domain/result.ts'

export type AnalysedFactor = FactorReport & { readonly analysis: FactorAnalysis }

/** The composites that have an analysis, then the imported factors. */
export function analysedFactors({ factors, importedFactors }: StudyResult): AnalysedFactor[] {
  const own = factors.flatMap(({ analysis, ...report }) =>
    analysis === null ? [] : [{ ...report, analysis }],
  )
  return [...own, ...importedFactors]
}
