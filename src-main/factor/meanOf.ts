import { mean } from '../../src-shared/statistics.ts'

/** Mean of the values that are not null, and how many these are; null without any. */
export function meanOf(series: readonly (number | null)[]): { mean: number | null; n: number } {
  const values = series.filter((value) => value !== null)
  return { mean: values.length === 0 ? null : mean(values), n: values.length }
}
