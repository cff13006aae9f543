import type { FactorAnalysis, FactorCorrelations, StyleName } from '../../src-shared/domain/factorAnalysis.ts'
import { meanOf } from './meanOf.ts'
import { type Ranking, rankCorrelation, ranking } from './ranking.ts'

/** Test dates that a factor is compared with itself across. */
const LAGS = 4

/** Mean Spearman of the factor with itself `lag` test dates before, over the stocks in the test on both dates. */
export function rankAutocorrelation(rankings: readonly Ranking[]): FactorAnalysis['rankAutocorrelation'] {
  return Array.from({ length: LAGS }, (_, at) => {
    const lag = at + 1
    const series = rankings.slice(lag).map((now, test) => rankCorrelation(now, rankings[test]))
    return { lag, ...meanOf(series) }
  })
}

/** A style's exposure of each stock; NaN = none. */
export interface StyleExposure {
  readonly style: StyleName
  /** `day`: a test date's position in the dates. */
  readonly exposure: (day: number) => Float64Array
}

/** Mean Spearman of the factor with each style exposure, over the stocks that have one. */
export function styleCorrelations(
  testDates: readonly number[],
  rankings: readonly Ranking[],
  styles: readonly StyleExposure[],
): FactorAnalysis['styles'] {
  return styles.map(({ style, exposure }) => ({
    style,
    ...meanOf(testDates.map((day, test) => rankCorrelation(rankings[test], ranking(exposure(day))))),
  }))
}

/** A factor on the test dates that it shares with others: per test date one value per stock, NaN = none. */
export interface NamedFactor {
  readonly name: string
  readonly values: readonly Float64Array[]
}

/**
 * Mean Spearman between factors, pair by pair, over the stocks of the universe on each test date.
 *
 * @param universe Day x stock, 1 = in the universe; `testDates` are its days.
 */
export function factorCorrelations(
  factors: readonly NamedFactor[],
  testDates: readonly number[],
  universe: Uint8Array,
): FactorCorrelations {
  const series = factors.map(() => factors.map((): (number | null)[] => []))
  testDates.forEach((day, test) => {
    const rankings = factors.map(({ values }) => {
      const members = values[test].map((value, stock) =>
        universe[day * values[test].length + stock] === 1 ? value : Number.NaN,
      )
      return ranking(members)
    })
    for (let row = 0; row < factors.length; row++) {
      for (let column = 0; column < row; column++) {
        series[row][column].push(rankCorrelation(rankings[row], rankings[column]))
      }
    }
  })
  return {
    names: factors.map(({ name }) => name),
    values: series.map((_, row) =>
      series.map((_, column) =>
        row === column ? 1 : meanOf(series[Math.max(row, column)][Math.min(row, column)]).mean,
      ),
    ),
  }
}
