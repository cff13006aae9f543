import type { FactorAnalysis } from '../../src-shared/domain/factorAnalysis.ts'
import { spearman } from '../../src-shared/statistics.ts'
import type { Industries } from '../market/industryHistory.ts'
import { groupNames, groupOf } from '../portfolio/industryGroups.ts'
import { icSummary } from './informationCoefficient.ts'
import { type CrossSection, type FactorTestInput, vwapReturns } from './input.ts'
import { assignLayers } from './layers.ts'
import { meanOf } from './meanOf.ts'
import { MINIMUM_PAIRS } from './ranking.ts'

/** What the test dates say of one industry. */
class IndustryTally {
  stocks = 0
  readonly rankIc: (number | null)[] = []
  /** Of the dates with a TOP stock that has a period return. */
  readonly topExcess: number[] = []
  readonly #factor: number[] = []
  readonly #returns: number[] = []
  #sum = 0
  #topSum = 0
  #top = 0

  add(factor: number, periodReturn: number, isTop: boolean): void {
    this.stocks++
    if (Number.isNaN(periodReturn)) return
    this.#factor.push(factor)
    this.#returns.push(periodReturn)
    this.#sum += periodReturn
    if (!isTop) return
    this.#topSum += periodReturn
    this.#top++
  }

  /** Ends a test date. */
  close(): void {
    const pairs = this.#factor.length
    this.rankIc.push(pairs < MINIMUM_PAIRS ? null : spearman(this.#factor, this.#returns))
    if (this.#top > 0) this.topExcess.push(this.#topSum / this.#top - this.#sum / pairs)
    this.#factor.length = this.#returns.length = 0
    this.#sum = this.#topSum = this.#top = 0
  }
}

/**
 * The factor inside each industry that has a stock in the test, stocks of unknown industry as one of their own. The excess of
 * TOP is a mean over the test dates on which the industry has a stock in the TOP layer.
 */
export function byIndustry(
  input: FactorTestInput,
  sections: readonly CrossSection[],
  industries: Industries,
): FactorAnalysis['industries'] {
  const names = groupNames(industries)
  const tallies = names.map(() => new IndustryTally())
  sections.forEach((section) => {
    const { day, stocks } = section
    const factor = section.ranking.values
    const group = groupOf(industries, day)
    const returns = vwapReturns(input, stocks, day + 1, day + 1 + input.horizon)
    const layerOf = stocks.length < input.layers ? null : assignLayers(section, input.symbols, input.layers)
    stocks.forEach((stock, k) =>
      tallies[group(stock)].add(factor[k], returns[k], layerOf !== null && layerOf[stock] === 1),
    )
    for (const tally of tallies) tally.close()
  })
  return names.flatMap((industry, at) => {
    const { stocks, rankIc, topExcess } = tallies[at]
    if (stocks === 0) return []
    const { mean, n } = meanOf(topExcess)
    return [
      {
        industry,
        stocks: stocks / sections.length,
        rankIc: icSummary(rankIc, input.testDates, input.horizon),
        topExcess: mean,
        topExcessN: n,
      },
    ]
  })
}
