import type { PerformanceRow } from './performance.ts'
import type { StudyConfig } from './study.ts'

export type PerformanceConventions = Pick<StudyConfig['backtest'], 'tradingDaysPerYear' | 'annualisedExcess'>

/**
 * The formula of each figure of a performance row under the conventions in use, free of any language (methods.md 5, rules
 * P1 to P7). p, b: daily return of the portfolio, net of cost, and of the benchmark; d: excess; products run over the T
 * days t of the row, std with T - 1 degrees of freedom; N: curve from 1; m: calendar month, M of them; j: calendar year, J of them;
 * p_(i): the i-th lowest p; k: rebalance, 0 the first build; f: filled values, V: value before trading.
 */
export function performanceFormulas({
  tradingDaysPerYear: year,
  annualisedExcess,
}: PerformanceConventions): Readonly<Record<keyof PerformanceRow, string>> {
  const total = (r: string): string => `∏(1+${r}) − 1`
  const grownPerYear = (r: string): string => `∏(1+${r})^(${year}/T)`
  const perYear = (r: string): string => `${grownPerYear(r)} − 1`
  const deviation = (r: string): string => `std(${r}) × √${year}`
  const fall = 'max_t (1 − N_t / max_{s≤t} N_s)'
  const curve = (r: string): string => `N_t = ∏_{i≤t} (1+${r}_i), N_0 = 1`
  const d = 'd = p − b'
  const downside = `√(Σ_t min(p_t, 0)^2 / T) × √${year}`
  const worst = (percent: number): string => `n = ⌈${percent}T/100⌉`
  const shortfall = (percent: number): string =>
    `−(Σ_{i<n} p_(i) + (${percent}T/100 − n + 1) × p_(n)) / (${percent}T/100)`
  const turnover = 'u_k = Σ_i |f_i| / V'
  const excess = {
    compound: { formula: perYear('d'), where: [d] },
    difference: { formula: `${grownPerYear('p')} − ${grownPerYear('b')}`, where: [] },
    ratio: { formula: `(∏(1+p) / ∏(1+b))^(${year}/T) − 1`, where: [] },
  }[annualisedExcess]
  const withSymbols = (formula: string, ...symbols: string[]): string => [formula, ...symbols].join(', ')
  return {
    first: 't_1',
    last: 't_T',
    days: 'T',
    totalReturn: total('p'),
    benchmarkTotalReturn: total('b'),
    excessTotal: withSymbols(total('d'), d),
    annualisedReturn: perYear('p'),
    benchmarkAnnualisedReturn: perYear('b'),
    volatility: deviation('p'),
    benchmarkVolatility: deviation('b'),
    sharpe: `(${perYear('p')}) / (${deviation('p')})`,
    annualisedExcess: withSymbols(excess.formula, ...excess.where),
    trackingError: withSymbols(deviation('d'), d),
    informationRatio: withSymbols(`(${excess.formula}) / (${deviation('d')})`, d),
    excessCalmar: withSymbols(`(${excess.formula}) / ${fall}`, curve('d'), d),
    drawdown: withSymbols(fall, curve('p')),
    benchmarkDrawdown: withSymbols(fall, curve('b')),
    excessDrawdown: withSymbols(fall, curve('d'), d),
    monthlyWinRate: withSymbols('|{m : ∏_{t∈m} (1+d_t) > 1}| / M', d),
    months: 'M',
    turnoverPerRebalance: withSymbols('Σ_{k≥1} u_k / Σ_{k≥1} 1', turnover),
    turnoverPerYear: withSymbols(`Σ_{k≥1} u_k × ${year} / T`, turnover),
    beta: 'cov(p, b) / std(b)^2',
    downsideDeviation: downside,
    sortino: `(${perYear('p')}) / (${downside})`,
    calmar: withSymbols(`(${perYear('p')}) / ${fall}`, curve('p')),
    ulcerIndex: withSymbols('√(Σ_t (1 − N_t / max_{s≤t} N_s)^2 / T)', curve('p')),
    valueAtRisk95: withSymbols('−p_(n)', worst(5)),
    expectedShortfall95: withSymbols(shortfall(5), worst(5)),
    valueAtRisk99: withSymbols('−p_(n)', worst(1)),
    expectedShortfall99: withSymbols(shortfall(1), worst(1)),
    tailRatio: withSymbols('p_(T+1−n) / −p_(n)', worst(5)),
    dailyWinRate: withSymbols('|{t : d_t > 0}| / T', d),
    yearlyWinRate: withSymbols('|{j : ∏_{t∈j} (1+d_t) > 1}| / J', d),
    bestDay: 'max_t p_t',
    worstDay: 'min_t p_t',
    bestMonth: 'max_m ∏_{t∈m} (1+p_t) − 1',
    worstMonth: 'min_m ∏_{t∈m} (1+p_t) − 1',
    bestYear: 'max_j ∏_{t∈j} (1+p_t) − 1',
    worstYear: 'min_j ∏_{t∈j} (1+p_t) − 1',
  }
}
