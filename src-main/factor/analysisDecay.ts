import type { FactorAnalysis } from '../../src-shared/domain/factorAnalysis.ts'
import { meanOf } from './meanOf.ts'
import { type CrossSection, type FactorTestInput, vwapReturns } from './input.ts'
import { rankCorrelation, sorted } from './ranking.ts'

const LAGS = 20

/** Mean RankIC by trading days after the fill: with the return of that one day, and with the return up to it. */
export function decay(input: FactorTestInput, sections: readonly CrossSection[]): FactorAnalysis['decay'] {
  const oneDay: (number | null)[][] = Array.from({ length: LAGS }, () => [])
  const cumulative: (number | null)[][] = Array.from({ length: LAGS }, () => [])
  sections.forEach(({ day, stocks, ranking: factor }) => {
    const fill = day + 1
    const against = (from: number, to: number): number | null =>
      to < input.dates.length ? rankCorrelation(factor, sorted(vwapReturns(input, stocks, from, to))) : null
    for (let lag = 1; lag <= LAGS; lag++) {
      const upTo = against(fill, fill + lag)
      cumulative[lag - 1].push(upTo)
      // The first day's return is the return up to it.
      oneDay[lag - 1].push(lag === 1 ? upTo : against(fill + lag - 1, fill + lag))
    }
  })
  return oneDay.map((series, at) => {
    const [single, upTo] = [meanOf(series), meanOf(cumulative[at])]
    return {
      lag: at + 1,
      oneDay: single.mean,
      oneDayN: single.n,
      cumulative: upTo.mean,
      cumulativeN: upTo.n,
    }
  })
}
