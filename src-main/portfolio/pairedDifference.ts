import type {
  BootstrapSettings,
  PairedDifference,
  RankIcDifference,
} from '../../src-shared/domain/comparison.ts'
import type { DateInt } from '../../src-shared/domain/date.ts'
import type { FactorReport } from '../../src-shared/domain/factor.ts'
import type { PortfolioReport } from '../../src-shared/domain/portfolio.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { difference } from '../../src-shared/performance/days.ts'
import { performanceRow } from '../../src-shared/performance/row.ts'
import { mean, neweyWest } from '../../src-shared/statistics.ts'
import { percentileInterval, stationaryBootstrapMeans } from './bootstrap.ts'

/** Methods 5. One seed for every pair: equal series give equal intervals. */
export const PAIRED_BOOTSTRAP: BootstrapSettings = {
  expectedBlock: 20,
  draws: 10_000,
  level: 0.95,
  seed: 20241010,
}

/**
 * Few blocks cannot show their own spread: of independent normal days without any difference, the interval excludes 0
 * in 30 % of samples at 1 expected block, 14 % at 5, 7 % at 25. Below this there is none.
 */
const MIN_BLOCKS = 5

/** Daily excess of `model` less that of `baseline` on their common days: methods 5, last paragraph. */
export function pairedDifference(
  model: Pick<PortfolioReport, 'dates' | 'returns' | 'benchmarkReturns'>,
  baseline: Pick<PortfolioReport, 'dates' | 'returns' | 'benchmarkReturns'>,
  settings: Pick<StudyConfig['backtest'], 'tradingDaysPerYear' | 'annualisedExcess'>,
): PairedDifference {
  const pairs = commonPositions(model.dates, baseline.dates)
  const [first, second] = [model, baseline].map(({ dates, returns, benchmarkReturns }, side) => ({
    dates: pairs.map((pair) => dates[pair[side]]),
    portfolio: Float64Array.from(pairs, (pair) => returns[pair[side]]),
    benchmark: Float64Array.from(pairs, (pair) => benchmarkReturns[pair[side]]),
  }))
  const x = difference(
    difference(first.portfolio, first.benchmark),
    difference(second.portfolio, second.benchmark),
  )
  const annualisedExcess = (side: typeof first): number | null =>
    performanceRow({ ...side, rebalances: [], ...settings }).annualisedExcess
  const [ofModel, ofBaseline] = x.length === 0 ? [null, null] : [first, second].map(annualisedExcess)
  return {
    commonDays: x.length,
    meanDifference: x.length === 0 ? null : settings.tradingDaysPerYear * mean(x),
    interval:
      x.length < MIN_BLOCKS * PAIRED_BOOTSTRAP.expectedBlock
        ? null
        : percentileInterval(
            stationaryBootstrapMeans(
              x.map((value) => settings.tradingDaysPerYear * value),
              PAIRED_BOOTSTRAP,
            ),
            PAIRED_BOOTSTRAP.level,
          ),
    neweyWestT4: neweyWest(x, 4)?.t ?? null,
    neweyWestT20: neweyWest(x, 20)?.t ?? null,
    annualisedExcessDifference: ofModel === null || ofBaseline === null ? null : ofModel - ofBaseline,
  }
}

/**
 * RankIC of `model` less that of `baseline` on the test dates where both have one. Of the two lags the larger covers what the
 * returns of either share: fewer dates only take some from between them.
 */
export function rankIcDifference(
  model: Pick<FactorReport, 'testDates' | 'rankIc' | 'rankIcSummary'>,
  baseline: Pick<FactorReport, 'testDates' | 'rankIc' | 'rankIcSummary'>,
): RankIcDifference {
  const x = commonPositions(model.testDates, baseline.testDates).flatMap(([i, j]) => {
    const [ofModel, ofBaseline] = [model.rankIc[i], baseline.rankIc[j]]
    return ofModel === null || ofBaseline === null ? [] : [ofModel - ofBaseline]
  })
  const lag = Math.max(...[model, baseline].map(({ rankIcSummary }) => rankIcSummary.neweyWestLag ?? 0))
  return {
    commonDates: x.length,
    meanRankIcDifference: x.length === 0 ? null : mean(x),
    rankIcDifferenceT: neweyWest(x, lag)?.t ?? null,
  }
}

/** Positions in both lists of the dates that stand in both, in the order of the first. */
function commonPositions(
  first: readonly DateInt[],
  second: readonly DateInt[],
): (readonly [number, number])[] {
  const positions = new Map(second.map((date, at) => [date, at]))
  return first.flatMap((date, at) => {
    const other = positions.get(date)
    return other === undefined ? [] : [[at, other] as const]
  })
}
