import type { Decision, PortfolioReport } from '../../src-shared/domain/portfolio.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { performance } from '../../src-shared/performance/performance.ts'
import { zScore } from '../market/standardise.ts'
import { backtest, compareWithBenchmark, firstComparedDay, refusedOrders } from '../portfolio/backtest.ts'
import { contributions } from '../portfolio/contributions.ts'
import { enhance, type Enhancement, explainInfeasible } from '../portfolio/enhance.ts'
import type { EnhancementProblem } from '../portfolio/enhancementProblem.ts'
import { exposures } from '../portfolio/exposures.ts'
import { obstacles } from '../portfolio/unreachable.ts'
import type { Benchmark } from './benchmark.ts'
import { allTestDays, type OptimizerFactor } from './factors.ts'
import type { Prepared } from './prepare.ts'
import { rebalanceInputs, tradingData } from './rebalanceInputs.ts'
import type { StudyRisk } from './risk.ts'
import { participation, stockRules } from './stockRules.ts'
import type { StudyStyles } from './styles.ts'

/** What every portfolio of a study is built from. */
export interface PortfolioInputs {
  readonly config: StudyConfig
  readonly prepared: Prepared
  readonly styles: StudyStyles
  readonly risk: StudyRisk
  /** One for each index of the study. */
  readonly benchmarks: readonly Benchmark[]
}

/** Index enhancement and backtest of every optimizer's composite against every index (methods.md 6 and 7). */
export async function buildPortfolios(
  inputs: PortfolioInputs,
  composites: readonly OptimizerFactor[],
  onDone: (done: number, total: number) => void,
): Promise<PortfolioReport[]> {
  const { benchmarks } = inputs
  const portfolios: PortfolioReport[] = []
  for (const benchmark of benchmarks) {
    for (const factor of composites) {
      portfolios.push(await buildPortfolio(inputs, benchmark, factor))
      onDone(portfolios.length, benchmarks.length * composites.length)
    }
  }
  return portfolios
}

async function buildPortfolio(
  inputs: PortfolioInputs,
  benchmark: Benchmark,
  { optimizer, composite }: OptimizerFactor,
): Promise<PortfolioReport> {
  const { config, prepared, styles } = inputs
  const { panel, industries } = prepared.market
  const { tradingDaysPerYear, annualisedExcess, costRate, capital, lots } = config.backtest
  const days = allTestDays(prepared)
  const decisions: Decision[] = []
  const prices = tradingData(prepared)
  const orderMaxAt = orderLimits(config, prepared)
  const test = await backtest({
    ...prices,
    decisionDays: days,
    decide: rebalancer(inputs, benchmark, (day) => composite[days.indexOf(day)], orderMaxAt, decisions),
    orderMaxAt,
    costRate,
    lotCapital: lots ? capital : null,
  })
  const { returns: benchmarkReturns, gaps } = benchmark.returns
  const from = firstComparedDay(panel.dates, test.ledger, gaps)
  const compared = compareWithBenchmark(panel.dates, test, benchmarkReturns, gaps)
  const held = exposures({
    prices,
    positions: test.positions,
    decisionDays: days,
    benchmarkAt: (day) => benchmark.weights.at(day),
    industries,
    stylesAt: (day) => Array.from(styles.get(day) ?? [], ([name, { exposure }]) => ({ name, exposure })),
  })
  return {
    model: optimizer,
    index: benchmark.facts.index,
    benchmarkWeights: benchmark.weights.source,
    dates: Array.from(compared?.dates ?? []),
    returns: Array.from(compared?.portfolio ?? []),
    benchmarkReturns: Array.from(compared?.benchmark ?? []),
    performance: compared && performance({ ...compared, tradingDaysPerYear, annualisedExcess }),
    decisions,
    ledger: [...test.ledger],
    refused: refusedOrders(test.ledger),
    totalCost: test.totalCost,
    exposures: held.dates.length === 0 ? null : held,
    contributions:
      from === null
        ? null
        : contributions({
            prices,
            test,
            from,
            benchmarkReturns,
            benchmarkAt: (day) => benchmark.weights.at(day).weights,
            industries,
          }),
  }
}

/** Per decision day, the largest order of each stock as a share of the initial capital; undefined without such a limit. */
function orderLimits(
  { portfolio, backtest: { capital } }: StudyConfig,
  { market, derived }: Prepared,
): ((day: number) => Float64Array) | undefined {
  const share = portfolio.limits.participationMax
  return share === null ? undefined : (day) => participation(market, derived, day, { share, value: capital! })
}

/**
 * The decision at the close of a day, noted in `decisions`: target weights, NaN for what is not to be traded, or null to keep
 * the holdings.
 */
function rebalancer(
  { config, prepared, styles, risk }: PortfolioInputs,
  benchmark: Benchmark,
  compositeOn: (day: number) => Float64Array,
  orderMaxAt: ((day: number) => Float64Array) | undefined,
  decisions: Decision[],
): (day: number, held: Float64Array, value: number) => Promise<Float64Array | null> {
  const { market } = prepared
  const { limits } = config.portfolio
  const { tradingDaysPerYear } = config.backtest
  const rules = stockRules(limits, market.panel)
  const kept: Omit<Decision, 'date' | 'reason'> = {
    status: 'kept',
    objective: null,
    targetTurnover: 0,
    memberWeight: null,
    sizeActive: null,
    binding: [],
    relaxed: [],
    remedies: [],
    softened: [],
    multipliers: {},
    trackingError: null,
    fallback: null,
  }
  return async (day, held, value) => {
    const date = market.panel.dates[day]
    const keep = (reason: Decision['reason'], binding: string[] = []): null => {
      decisions.push({ date, ...kept, reason, binding })
      return null
    }
    const alpha = zScore(compositeOn(day))
    // Without any alpha every feasible portfolio is as good as another: trading would be arbitrary.
    if (alpha.every(Number.isNaN)) return keep('no_alpha')
    const { traded, ...inputs } = rebalanceInputs(prepared, benchmark.weights, styles.get(day)!, day)
    const problem = {
      ...inputs,
      alpha,
      held,
      // Known at the decision: a stock without trade that day is taken not to trade at the fill either.
      frozen: traded.map((flag, stock) => (flag === 0 || rules.hold[stock] === 1 ? 1 : 0)),
      stockRange: rules.range,
      tradeMax: orderMaxAt?.(day).map((most) => most / value) ?? null,
      risk: risk?.get(day)!.model ?? null,
      tradingDaysPerYear,
      limits,
    }
    const decided = await decisionOn(problem)
    if (decided === null) return keep('bands', obstacles({ ...problem, tradeMax: null }))
    const { weights, turnover, ...answer } = decided
    const { status, objective, memberWeight, sizeActive, trackingError } = answer
    const { binding, relaxed, softened, multipliers, fallback } = answer
    decisions.push({
      date,
      status,
      reason: null,
      objective,
      targetTurnover: turnover,
      memberWeight,
      sizeActive,
      binding,
      relaxed,
      remedies: status === 'relaxed' ? await explainInfeasible(problem) : [],
      softened,
      multipliers,
      trackingError,
      fallback,
    })
    return weights.map((weight, stock) => (problem.frozen[stock] === 1 ? Number.NaN : weight))
  }
}

/** Null where what single stocks may weigh does not sum to 1. */
async function decisionOn(problem: EnhancementProblem): Promise<Enhancement | null> {
  try {
    return await enhance(problem)
  } catch (error) {
    if (error instanceof PlateauError && error.code === 'infeasible') return null
    throw error
  }
}
