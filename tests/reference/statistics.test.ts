import { expect, it } from 'vitest'
import { percentileInterval, stationaryBootstrapMeans } from '../../src-main/portfolio/bootstrap.ts'
import { normalProbability } from '../../src-shared/normalDistribution.ts'
import { PAIRED_BOOTSTRAP, pairedDifference } from '../../src-main/portfolio/pairedDifference.ts'
import {
  deflatedSharpe,
  expectedMaximumSharpe,
  probabilisticSharpe,
  type SharpeTest,
} from '../../src-main/portfolio/sharpeRatios.ts'
import { annualise, mean, neweyWest, standardDeviation } from '../../src-shared/statistics.ts'
import { describeGolden, differences, golden } from '../unit/portfolio/golden.ts'

interface GoldenSharpe {
  sharpe_daily: number
  sharpe_annualised: number
  skewness: number
  kurtosis: number
  statistic: number
  psr?: number
  dsr?: number
}
interface GoldenInterval {
  point: number
  bootstrap_sd_exact?: number
  lower_bounds: readonly [number, number]
  upper_bounds: readonly [number, number]
}
interface Golden {
  periods_per_year: 252
  series1: number[]
  series2: number[]
  trial_sharpes_daily: number[]
  expected: {
    paired: {
      mean: number
      std_ddof1: number
      mean_annualised: number
      t: number
      newey_west: Record<'0' | '4' | '20', Record<string, number> & { t: number }>
      annualised_excess_series1: number
      annualised_excess_series2: number
      difference_of_annualised_excess: number
      annualised_compound_difference: number
    }
    probabilistic_sharpe_vs_zero: Record<'series1' | 'series2' | 'difference', GoldenSharpe>
    deflated_sharpe: Record<'series1' | 'series2', GoldenSharpe> & { expected_max_sharpe_daily: number }
    stationary_bootstrap: Record<
      'mean_difference_annualised' | 'difference_of_annualised_excess' | 'annualised_compound_difference',
      GoldenInterval
    >
  }
}

const TOLERANCE = { relative: 1e-9, absolute: 1e-12 }

describeGolden('statistics.json, methods 5', () => {
  const file = golden<Golden>('statistics.json')
  const { series1, series2, periods_per_year: year, expected } = file
  const { paired } = expected
  const x = series1.map((value, day) => value - series2[day])
  const portfolio = (returns: number[]) => ({
    dates: returns.map((_, day) => day),
    returns,
    benchmarkReturns: returns.map(() => 0),
  })

  const result = pairedDifference(portfolio(series1), portfolio(series2), {
    tradingDaysPerYear: year,
    annualisedExcess: 'compound',
  })

  it('paired difference', () => {
    const want = {
      commonDays: 500,
      meanDifference: paired.mean_annualised,
      neweyWestT4: paired.newey_west['4'].t,
      neweyWestT20: paired.newey_west['20'].t,
      annualisedExcessDifference: paired.difference_of_annualised_excess,
    }
    expect(differences(result, want, TOLERANCE)).toEqual([])
  })

  it('its parts', () => {
    const deviation = standardDeviation(x)!
    const actual = {
      mean: mean(x),
      std_ddof1: deviation,
      t: mean(x) / (deviation / Math.sqrt(x.length)),
      annualised_excess_series1: annualise(series1, year),
      annualised_excess_series2: annualise(series2, year),
      annualised_compound_difference: annualise(x, year),
    }
    const want = Object.fromEntries(
      Object.keys(actual).map((key) => [key, paired[key as keyof typeof actual]]),
    )
    expect(differences(actual, want, TOLERANCE)).toEqual([])
  })

  it.each(['0', '4', '20'] as const)('Newey-West at lag %s', (lag) => {
    const t = neweyWest(x, Number(lag))!.t!
    const standardError = mean(x) / t
    const actual = {
      t,
      se_mean: standardError,
      long_run_variance: standardError ** 2 * x.length,
      p_two_sided_normal: 2 * normalProbability(-Math.abs(t)),
    }
    expect(differences(actual, paired.newey_west[lag], TOLERANCE)).toEqual([])
  })

  const sharpe = (test: SharpeTest | null) => ({
    sharpe_daily: test?.dailySharpe,
    sharpe_annualised: test && test.dailySharpe * Math.sqrt(year),
    skewness: test?.skewness,
    kurtosis: test?.kurtosis,
    statistic: test?.statistic,
  })

  it.each(['series1', 'series2', 'difference'] as const)('probabilistic Sharpe of %s', (name) => {
    const test = probabilisticSharpe({ series1, series2, difference: x }[name], 0)
    const actual = { ...sharpe(test), sr_benchmark: 0, psr: test?.probability }
    expect(differences(actual, expected.probabilistic_sharpe_vs_zero[name], TOLERANCE)).toEqual([])
  })

  it.each(['series1', 'series2'] as const)('deflated Sharpe of %s', (name) => {
    const trials = file.trial_sharpes_daily
    const test = deflatedSharpe({ series1, series2 }[name], trials)
    const actual = { ...sharpe(test), sr_benchmark: expectedMaximumSharpe(trials), dsr: test?.probability }
    expect(differences(actual, expected.deflated_sharpe[name], TOLERANCE)).toEqual([])
    expect(
      differences(
        expectedMaximumSharpe(trials),
        expected.deflated_sharpe.expected_max_sharpe_daily,
        TOLERANCE,
      ),
    ).toEqual([])
  })

  /** prod(1 + d)^(Y/n) - 1 of every draw, from the resampled means of log(1 + d). */
  const annualised = (returns: readonly number[]) =>
    stationaryBootstrapMeans(returns.map(Math.log1p), PAIRED_BOOTSTRAP).map((value) =>
      Math.expm1(year * value),
    )
  const bootstrap = expected.stationary_bootstrap
  const inBounds = ({ lower, upper }: { lower: number; upper: number }, want: GoldenInterval) => {
    expect(lower).toBeGreaterThanOrEqual(want.lower_bounds[0])
    expect(lower).toBeLessThanOrEqual(want.lower_bounds[1])
    expect(upper).toBeGreaterThanOrEqual(want.upper_bounds[0])
    expect(upper).toBeLessThanOrEqual(want.upper_bounds[1])
  }

  it('bootstrap interval and deviation of the mean difference', () => {
    inBounds(result.interval!, bootstrap.mean_difference_annualised)
    const draws = stationaryBootstrapMeans(
      x.map((value) => year * value),
      PAIRED_BOOTSTRAP,
    )
    // The deviation of 10,000 draws is itself off by 0.7 %.
    const exact = bootstrap.mean_difference_annualised.bootstrap_sd_exact!
    expect(Math.abs(standardDeviation(draws)! / exact - 1)).toBeLessThan(0.02)
  })

  it('bootstrap intervals of the annualised differences, pairs kept together', () => {
    const second = annualised(series2)
    inBounds(
      percentileInterval(
        annualised(series1).map((value, draw) => value - second[draw]),
        0.95,
      ),
      bootstrap.difference_of_annualised_excess,
    )
    inBounds(percentileInterval(annualised(x), 0.95), bootstrap.annualised_compound_difference)
  })
})
