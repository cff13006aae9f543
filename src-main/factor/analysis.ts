import type { FactorReport } from '../../src-shared/domain/factor.ts'
import type { FactorAnalysis } from '../../src-shared/domain/factorAnalysis.ts'
import type { Industries } from '../market/industryHistory.ts'
import { rankAutocorrelation, styleCorrelations, type StyleExposure } from './analysisCorrelations.ts'
import { decay } from './analysisDecay.ts'
import { byIndustry } from './analysisIndustries.ts'
import { byMonth, byYear } from './analysisPeriods.ts'
import { crossSection, type FactorTestInput } from './input.ts'
import { ranking } from './ranking.ts'

export interface AnalysisContext {
  /** Null without a classification. */
  readonly industries: Industries | null
  readonly styles: readonly StyleExposure[]
}

/**
 * What src-shared/domain/factorAnalysis.ts defines, of a factor and its test. On each test date it looks at the stocks of the
 * test's cross-section (rule F2); every RankIC and correlation needs 10 stocks (rule F3).
 */
export function factorAnalysis(
  input: FactorTestInput,
  report: FactorReport,
  { industries, styles }: AnalysisContext,
): FactorAnalysis {
  const sections = input.testDates.map((_, test) => crossSection(input, test))
  const rankings = sections.map(({ stocks }, test) => {
    const values = new Float64Array(input.symbols.length).fill(Number.NaN)
    for (const stock of stocks) values[stock] = input.factor[test][stock]
    return ranking(values)
  })
  return {
    decay: decay(input, sections),
    industries: industries === null ? [] : byIndustry(input, sections, industries),
    years: byYear(report, input),
    months: byMonth(report),
    rankAutocorrelation: rankAutocorrelation(rankings),
    styles: styleCorrelations(input.testDates, rankings, styles),
  }
}
