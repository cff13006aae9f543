import type { FactorReport } from './domain/factor.ts'

/** A test that loses more of its sample than this says little of the universe it names. */
export const DROPPED_TOO_MANY = 0.35

/** Stock-dates of the universe that left a test, as a share; all of them where there were none. */
export function droppedShare({
  dropped,
  universeStockDates,
}: Pick<FactorReport, 'dropped' | 'universeStockDates'>): number {
  return universeStockDates === 0
    ? 1
    : dropped.reduce((sum, { count }) => sum + count, 0) / universeStockDates
}
