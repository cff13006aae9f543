import type { PerformanceRow } from '../../../src-shared/domain/performance.ts'
import {
  performanceFormulas,
  type PerformanceConventions,
} from '../../../src-shared/domain/performanceFormulas.ts'
import type { Terms } from '../../../src-shared/locales/index.ts'

/** What each figure of a performance row is: in words, and below as the formula under the study's conventions. */
export function performanceHints(
  { metrics }: Terms,
  conventions: PerformanceConventions,
): (key: keyof PerformanceRow) => string {
  const formulas = performanceFormulas(conventions)
  return (key) => `${metrics[key].definition}\n${formulas[key]}`
}
