import { biasStatistic, type Outcome } from './bias.ts'
import { type RiskInputs, riskModels } from '../../../src-main/risk/history.ts'
import { portfolioVariance } from '../../../src-main/risk/portfolioVariance.ts'
import type { RiskSettings } from '../../../src-shared/domain/study.ts'
import { activePortfolios } from './activePortfolios.ts'

/** Bias statistics of a kind of portfolio: over all of one kind, each with its own statistic. */
export interface KindBias {
  readonly kind: string
  readonly portfolios: number
  readonly mean: number
  readonly least: number
  readonly most: number
  /** Share of statistics inside 1 +- sqrt(2/T). */
  readonly inside: number
  readonly periods: number
}

/** Bias statistics of active portfolios over periods of `step` days from `first` on, of equal weights of `member` (day x stock). */
export function biasStudy(
  inputs: RiskInputs,
  settings: RiskSettings,
  member: Uint8Array,
  first: number,
  step: number,
): KindBias[] {
  const { panel, derived } = inputs
  const N = panel.symbols.length
  const days: number[] = []
  for (let day = first; day + step < panel.dates.length; day += step) days.push(day)
  const outcomes = new Map<string, Outcome[]>()
  for (const { day, model } of riskModels(inputs, settings, days)) {
    const members = Array.from({ length: N }, (_, i) => i).filter((i) => member[day * N + i] === 1)
    const growth = new Float64Array(N).fill(1)
    for (let at = (day + 1) * N; at < (day + 1 + step) * N; at++)
      if (Number.isFinite(derived.returns[at])) growth[at % N] *= 1 + derived.returns[at]
    for (const [name, active] of activePortfolios(model, members, day)) {
      const realised = active.reduce((sum, weight, i) => sum + weight * (growth[i] - 1), 0)
      const predicted = Math.sqrt(step * portfolioVariance(model, active))
      outcomes.set(name, [...(outcomes.get(name) ?? []), { realised, predicted }])
    }
  }
  const kinds = Map.groupBy(outcomes, ([name]) =>
    name.startsWith('style:') ? name : name.slice(0, name.indexOf(':')),
  )
  return Array.from(kinds, ([kind, all]) => {
    // An industry that has five members on few dates says little.
    const biases = all
      .map(([, list]) => biasStatistic(list))
      .filter(({ periods }) => periods >= days.length / 2)
    const statistics = biases.map(({ statistic }) => statistic ?? NaN)
    return {
      kind,
      portfolios: statistics.length,
      mean: statistics.reduce((sum, value) => sum + value, 0) / statistics.length,
      least: Math.min(...statistics),
      most: Math.max(...statistics),
      inside:
        biases.filter(({ statistic, low, high }) => statistic! >= low && statistic! <= high).length /
        statistics.length,
      periods: days.length,
    }
  })
}
