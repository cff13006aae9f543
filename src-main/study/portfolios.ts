import type { Decision, PortfolioReport } from '../../src-shared/domain/portfolio.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { zScore } from '../market/standardise.ts'
import { backtest, compareWithBenchmark, refusedOrders } from '../portfolio/backtest.ts'
import { type BenchmarkReturns, benchmarkReturns } from '../portfolio/benchmarkReturns.ts'
import { type BenchmarkWeights, benchmarkWeights } from '../portfolio/benchmarkWeights.ts'
import { enhance } from '../portfolio/enhance.ts'
import { performance } from '../portfolio/performance.ts'
import { sizeExposure } from '../portfolio/sizeExposure.ts'
import { annualise } from '../../src-shared/statistics.ts'
import { dividendBias } from './dividendBias.ts'
import { allTestDays, type OptimizerFactor } from './factors.ts'
import type { BenchmarkFacts } from './notes.ts'
import type { Prepared } from './prepare.ts'

/** Index enhancement and backtest of every optimizer's composite against every index (methods.md 6 and 7). */
export async function buildPortfolios(
  config: StudyConfig,
  prepared: Prepared,
  composites: readonly OptimizerFactor[],
  onDone: (done: number, total: number) => void,
): Promise<{ portfolios: PortfolioReport[]; benchmarks: BenchmarkFacts[] }> {
  const { indices } = config.portfolio
  const portfolios: PortfolioReport[] = []
  const benchmarks: BenchmarkFacts[] = []
  for (const symbol of indices) {
    const benchmark = openBenchmark(config, prepared, symbol)
    benchmarks.push(benchmark.facts)
    for (const { optimizer, composite } of composites) {
      portfolios.push(await buildPortfolio(config, prepared, benchmark, optimizer, composite))
      onDone(portfolios.length, indices.length * composites.length)
    }
  }
  return { portfolios, benchmarks }
}

interface Benchmark {
  readonly weights: BenchmarkWeights
  readonly returns: BenchmarkReturns
  readonly facts: BenchmarkFacts
}

function openBenchmark(
  config: StudyConfig,
  { market, derived, testDays }: Prepared,
  symbol: string,
): Benchmark {
  const { panel } = market
  const index = market.indices.get(symbol)!
  const from = testDays.flat()[0]
  const weights = benchmarkWeights(index, panel, derived.adjClose, from)
  const returns = benchmarkReturns(index, weights, derived.returns, panel.dates.length, from)
  const days = Array.from({ length: panel.dates.length - from - 1 }, (_, k) => from + 1 + k)
  const ownReturns = benchmarkReturns(
    { ...index, close: null },
    weights,
    derived.returns,
    panel.dates.length,
    from,
  ).returns
  const perYear = (series: Float64Array): number =>
    annualise(series.subarray(from + 1), config.backtest.tradingDaysPerYear)
  const priceIndex = returns.source === 'published' && !index.totalReturn
  const bias = priceIndex
    ? dividendBias(panel, (t) => weights.at(t).weights, days, config.backtest.tradingDaysPerYear)
    : 0
  return {
    weights,
    returns,
    facts: {
      index: symbol,
      weights: weights.source,
      usedPublishedClose: returns.source === 'published',
      dividendBias: bias > 0 ? bias : null,
      proxyGap:
        weights.source === 'published' || returns.source === 'weights'
          ? null
          : perYear(ownReturns) - perYear(returns.returns),
      sizeKnown: sizeExposure(panel, from, weights.at(from).member) !== null,
    },
  }
}

async function buildPortfolio(
  config: StudyConfig,
  prepared: Prepared,
  benchmark: Benchmark,
  optimizer: string,
  composite: readonly Float64Array[],
): Promise<PortfolioReport> {
  const { market, derived, universe } = prepared
  const { panel } = market
  const stocks = panel.symbols.length
  const days = allTestDays(prepared)
  const decisions: Decision[] = []

  const decide = async (day: number, held: Float64Array): Promise<Float64Array | null> => {
    const row = (matrix: Uint8Array): Uint8Array => matrix.subarray(day * stocks, (day + 1) * stocks)
    const { weights, member } = benchmark.weights.at(day)
    const alpha = zScore(composite[days.indexOf(day)])
    // Without any alpha every feasible portfolio is as good as another: trading would be arbitrary.
    if (alpha.every(Number.isNaN)) return keep(day)
    try {
      const answer = await enhance({
        alpha,
        benchmark: weights,
        member,
        universe: row(universe),
        industry: market.industry,
        industries: market.industries,
        size: sizeExposure(panel, day, member)?.exposure ?? null,
        held,
        styles: [],
        stockRange: null,
        tradeMax: null,
        risk: null,
        tradingDaysPerYear: config.backtest.tradingDaysPerYear,
        // Known at the decision: a stock without trade that day is taken not to trade at the fill either.
        frozen: row(panel.traded).map((traded) => 1 - traded),
        limits: config.portfolio.limits,
      })
      const { status, objective, turnover, memberWeight, sizeActive, binding, relaxed, multipliers } = answer
      decisions.push({
        date: panel.dates[day],
        status,
        objective,
        targetTurnover: turnover,
        memberWeight,
        sizeActive,
        binding,
        relaxed,
        softened: [],
        multipliers,
        trackingError: null,
      })
      return answer.weights
    } catch (error) {
      if (!(error instanceof PlateauError) || error.code !== 'infeasible') throw error
      return keep(day)
    }
  }
  const keep = (day: number): null => {
    decisions.push({
      date: panel.dates[day],
      status: 'kept',
      objective: null,
      targetTurnover: 0,
      memberWeight: null,
      sizeActive: null,
      binding: [],
      relaxed: [],
      softened: [],
      multipliers: {},
      trackingError: null,
    })
    return null
  }

  const test = await backtest({
    dates: panel.dates,
    symbols: panel.symbols,
    close: panel.close,
    vwap: derived.rawVwap,
    factor: panel.factor,
    traded: panel.traded,
    oneWordUp: derived.oneWordUp,
    oneWordDown: derived.oneWordDown,
    decisionDays: days,
    decide,
    costRate: config.backtest.costRate,
  })
  const compared = compareWithBenchmark(panel.dates, test, benchmark.returns.returns)
  return {
    model: optimizer,
    index: benchmark.facts.index,
    benchmarkWeights: benchmark.weights.source,
    dates: Array.from(compared.dates),
    returns: Array.from(compared.portfolio),
    benchmarkReturns: Array.from(compared.benchmark),
    performance: performance({
      ...compared,
      tradingDaysPerYear: config.backtest.tradingDaysPerYear,
      annualisedExcess: config.backtest.annualisedExcess,
    }),
    decisions,
    ledger: [...test.ledger],
    refused: refusedOrders(test.ledger),
    totalCost: test.totalCost,
    exposures: null,
    contributions: null,
  }
}
