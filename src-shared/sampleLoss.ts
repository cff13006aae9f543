import type { FactorReport } from './domain/factor.ts'

/** A test that loses more of its sample than this says little of the universe it names. */
export const DROPPED_TOO_MANY = 0.35

/** Stock-dates in a test with a period return, and without; with the dropped ones they are those of the universe. */
export function icSample({
  dropped,
  pairs,
  universeStockDates,
}: Pick<FactorReport, 'dropped' | 'pairs' | 'universeStockDates'>): {
  readonly withReturn: number
  readonly withoutReturn: number
} {
  const withReturn = pairs.reduce((sum, count) => sum + count, 0)
  const left = dropped.reduce((sum, { count }) => sum + count, 0)
  return { withReturn, withoutReturn: universeStockDates - left - withReturn }
}

/** Stock-dates of the universe that left a test, as a share; all of them where there were none. */
export function droppedShare({
  dropped,
  universeStockDates,
}: Pick<FactorReport, 'dropped' | 'universeStockDates'>): number {
  return universeStockDates === 0
    ? 1
    : dropped.reduce((sum, { count }) => sum + count, 0) / universeStockDates
}
