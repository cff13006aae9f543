import type { Lineage } from '../../src-shared/domain/lineage.ts'
import type { Decision } from '../../src-shared/domain/portfolio.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import { failure } from '../../src-shared/failure.ts'
import { checkedQuantities, lineageErrors } from '../../src-shared/locales/errors/lineages.ts'
import { informationCoefficient } from '../factor/informationCoefficient.ts'
import { crossSection } from '../factor/input.ts'
import { dot, type EnhancementProblem } from '../portfolio/enhancementProblem.ts'
import { testInput } from './factors.ts'
import type { Fill, Traced } from './lineageFill.ts'
import type { DayFactor } from './lineageFactor.ts'
import type { FillWeights } from './lineageWeights.ts'

type Checked = Lineage['check']['ic']

/** What the store's numbers come to anew. */
interface Recomputed {
  readonly factor: DayFactor
  readonly weights: FillWeights
  readonly inputs: Pick<EnhancementProblem, 'size' | 'benchmark'>
}

/**
 * Numbers of the result beside the same from the factor and the weights computed anew: they are those that the study used.
 *
 * Errors: store_corrupt where two differ.
 */
export function checkLineage(
  traced: Traced,
  { portfolio, decision, rebalance }: Fill,
  { factor, weights, inputs: { size, benchmark } }: Recomputed,
): Lineage['check'] {
  const { result } = traced
  const check = {
    ic: icOf(traced, portfolio.model, factor),
    objective: objectiveOf(result, decision, factor.alpha, weights),
    sizeActive: {
      stored: decision.sizeActive,
      recomputed: size === null ? null : dot(size, weights.target) - dot(size, benchmark),
    },
    valueBefore: { stored: rebalance.valueBefore, recomputed: weights.valueBefore },
  }
  for (const name of Object.keys(check) as (keyof typeof check)[])
    requireEqual(traced, checkedQuantities[name], check[name])
  return check
}

/** Errors: store_corrupt where a quantity computed anew is not that of the result. */
export function requireEqual(
  { id, result }: Pick<Traced, 'id' | 'result'>,
  quantity: (typeof checkedQuantities)[keyof typeof checkedQuantities],
  checked: Checked,
): void {
  if (isEqual(checked)) return
  throw failure(lineageErrors.resultDiffers, {
    id,
    quantity,
    recomputed: String(checked.recomputed),
    stored: String(checked.stored),
    version: result.appVersion,
  })
}

/** IC of the factor on its day (rule F3): the value of any stock moves it. */
function icOf({ result, prepared }: Traced, model: string, { day, neutralised }: DayFactor): Checked {
  const { config, factors } = result
  const report = factors.find(({ optimizer, frequency }) => optimizer === model && frequency === 'composite')!
  const input = { ...testInput(config, prepared, { name: model, values: [neutralised] }), testDates: [day] }
  return {
    stored: report.ic[report.testDates.indexOf(prepared.market.panel.dates[day])],
    recomputed: informationCoefficient(input, crossSection(input, 0)).ic,
  }
}

/** alpha'w less risk and cost at the target weights (methods.md 6); a'Va is what the decision says of the tracking error. */
function objectiveOf(
  { config }: StudyResult,
  { objective, trackingError }: Decision,
  alpha: Float64Array,
  { target, held }: FillWeights,
): Checked {
  const { linearCost, riskAversion } = config.portfolio.limits
  const variance = (trackingError ?? 0) ** 2 / config.backtest.tradingDaysPerYear
  let recomputed = (-riskAversion / 2) * variance
  target.forEach((weight, stock) => {
    const gain = Number.isNaN(alpha[stock]) ? 0 : alpha[stock] * weight
    recomputed += gain - linearCost * Math.abs(weight - held[stock])
  })
  return { stored: objective, recomputed }
}

/** Rounding apart: the order of sums, and targets read from orders. */
const TOLERANCE = 1e-9

function isEqual({ stored, recomputed }: Checked): boolean {
  if (stored === null || recomputed === null) return stored === recomputed
  return Math.abs(stored - recomputed) <= TOLERANCE * Math.max(1, Math.abs(stored))
}
