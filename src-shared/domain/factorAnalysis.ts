import { z } from 'zod'
import { icSummary } from './factor.ts'

/** What a single-factor test says beyond methods.md 4: how fast, where, when and how much of it is style. */
const value = z.number().nullable()

/** Style factors of the risk model, computed from stored bars (docs/decisions/0012-risk-model.md). */
export const styleName = z.enum(['size', 'beta', 'momentum', 'residual_volatility', 'liquidity'])
export type StyleName = z.infer<typeof styleName>

/** Under this many test dates the mean RankIC or excess of an industry says nothing, and displays leave it out. */
export const INDUSTRY_DATES = 10

export const factorAnalysis = z.object({
  /**
   * Mean RankIC by trading days after the fill, 1 to 20: against the one-day return vwap(t+lag) -> vwap(t+lag+1), and against the return
   * up to there, vwap(t+1) -> vwap(t+lag+1). `n` = test dates that have one.
   */
  decay: z.array(
    z.object({ lag: z.int(), oneDay: value, oneDayN: z.int(), cumulative: value, cumulativeN: z.int() }),
  ),
  /**
   * Inside one industry: RankIC (at least 10 pairs on a date), and the mean period return of its stocks in the TOP layer of the whole
   * test less that of all its stocks. `topExcessN` = test dates with one; 0, so unknown,
   * in results from before it was counted. `stocks` = mean number per test date. Empty without a classification.
   */
  industries: z.array(
    z.object({
      industry: z.string(),
      stocks: z.number(),
      rankIc: icSummary,
      topExcess: value,
      topExcessN: z.int().default(0),
    }),
  ),
  /** Calendar years of the test dates and of the return days. `layerReturns`: total return of each layer over the year's return days, TOP first; null without any. */
  years: z.array(
    z.object({
      year: z.int(),
      rankIc: icSummary,
      layerReturns: z.array(value),
      benchmarkReturn: value,
    }),
  ),
  /** Mean RankIC of each calendar month that has a test date; month = yyyymm. */
  months: z.array(z.object({ month: z.int(), rankIc: value, n: z.int() })),
  /** Mean Spearman of the factor with itself `lag` test dates before, over the stocks that have both. */
  rankAutocorrelation: z.array(z.object({ lag: z.int(), mean: value, n: z.int() })),
  /** Mean Spearman with each style exposure on the test dates. */
  styles: z.array(z.object({ style: styleName, mean: value, n: z.int() })),
})
export type FactorAnalysis = z.infer<typeof factorAnalysis>

/** Mean Spearman between factors over the test dates where both have at least 10 common stocks; names in one order. */
export const factorCorrelations = z.object({
  names: z.array(z.string()),
  /** Symmetric, 1 on the diagonal. */
  values: z.array(z.array(value)),
})
export type FactorCorrelations = z.infer<typeof factorCorrelations>
