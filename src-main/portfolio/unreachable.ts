import type { PlateauError } from '../../src-shared/errors.ts'
import { failure, inEachLanguage, phraseOf } from '../../src-shared/failure.ts'
import {
  obstaclePhrases,
  portfolioErrors,
  unreachableCauses,
  unreachableRemedies,
} from '../../src-shared/locales/errors/portfolios.ts'
import type { Locale } from '../../src-shared/locales/index.ts'
import { formatPercent, formatPercentSetting } from '../../src-shared/format.ts'
import { total } from '../../src-shared/statistics.ts'
import { weightBounds } from './enhancementProblem.ts'
import type { EnhancementProblem } from './enhancementProblem.ts'

/** What can keep the weights of single stocks from summing to 1. `untraded`: stocks that cannot trade, or are on `hold`. */
export type Obstacle = 'stocks' | 'sell' | 'untraded' | 'stockActiveMax'

/** What rounding leaves of a sum of weights that is 1. */
const NOTHING = 1e-9

/** Of a problem whose weights cannot sum to 1, whatever its other limits: what alone, left out, lets them. Often several. */
export function obstacles(problem: EnhancementProblem): Obstacle[] {
  const { stockRange, frozen } = problem
  const without: Record<Obstacle, EnhancementProblem> = {
    stocks: { ...problem, stockRange: withoutRules(problem, 0) },
    sell: { ...problem, stockRange: withoutRules(problem, 1) },
    untraded: { ...problem, frozen: new Uint8Array(frozen.length) },
    stockActiveMax: withBand(problem, 1),
  }
  const kinds: Obstacle[] = ['untraded', 'stockActiveMax']
  if (stockRange !== null) kinds.unshift('stocks', 'sell')
  return kinds.filter((kind) => reachesOne(without[kind]))
}

/** The error of such a problem: how far its weights go, what is in the way, and what to change. */
export function unreachable(problem: EnhancementProblem): PlateauError {
  const { lower, upper } = weightBounds(problem)
  const { frozen, held, limits } = problem
  const found = obstacles(problem)
  const untraded = held.reduce((sum, weight, i) => (frozen[i] === 1 ? sum + weight : sum), 0)
  const words: Record<Obstacle, { what: Phrase; field: string | null; remedy: Phrase | null }> = {
    stocks: { what: obstaclePhrases.stocks, field: 'stocks', remedy: unreachableRemedies.stocks },
    sell: { what: obstaclePhrases.sell, field: 'sell', remedy: unreachableRemedies.sell },
    untraded: {
      what: phraseOf(obstaclePhrases.untraded, { weight: formatPercent(untraded) }),
      field: limits.hold.length > 0 ? 'hold' : null,
      remedy: limits.hold.length > 0 ? unreachableRemedies.hold : null,
    },
    stockActiveMax: {
      what: phraseOf(obstaclePhrases.stockActiveMax, { band: formatPercentSetting(limits.stockActiveMax) }),
      field: 'stockActiveMax',
      remedy: found.includes('stockActiveMax')
        ? phraseOf(unreachableRemedies.stockActiveMax, { band: formatPercent(leastBand(problem)) })
        : null,
    },
  }
  const named = found.map((kind) => words[kind])
  const field = named.find((one) => one.field !== null)?.field ?? 'stockActiveMax'
  const remedies = named.flatMap(({ remedy }) => remedy ?? [])
  return failure(
    portfolioErrors.unreachable,
    {
      lower: formatPercent(total(lower)),
      upper: formatPercent(total(upper)),
      cause: causeOf(named.map(({ what }) => what)),
      remedies:
        remedies.length === 0
          ? unreachableRemedies.several
          : inEachLanguage((locale) =>
              remedies.map((remedy) => remedy[locale]).join(locale === 'en' ? ' Or: ' : '，或'),
            ),
    },
    { place: { field: `portfolio.limits.${field}` } },
  )
}

type Phrase = Readonly<Record<Locale, string>>

function causeOf(obstacles: readonly Phrase[]): Phrase {
  const { one, each, together } = unreachableCauses
  if (obstacles.length === 0) return together
  const named = inEachLanguage((locale) =>
    obstacles.map((what) => what[locale]).join(locale === 'en' ? '; ' : '；'),
  )
  return phraseOf(obstacles.length > 1 ? each : one, { obstacles: named })
}

/** Rules of single stocks without those of `stocks` (0) or of `sell` (1). */
function withoutRules({ stockRange }: EnhancementProblem, of: 0 | 1): EnhancementProblem['stockRange'] {
  if (stockRange === null) return null
  const { lower, upper, sold } = stockRange
  const left = (value: number, i: number): number => (sold[i] === of ? Number.NaN : value)
  return { lower: lower.map(left), upper: upper.map(left), sold }
}

const withBand = (problem: EnhancementProblem, stockActiveMax: number): EnhancementProblem => ({
  ...problem,
  limits: { ...problem.limits, stockActiveMax },
})

function reachesOne(problem: EnhancementProblem): boolean {
  const { lower, upper } = weightBounds(problem)
  return total(lower) <= 1 + NOTHING && total(upper) >= 1 - NOTHING
}

/** In basis points, the unit it is told in. Wider bands only add room, so the least that is enough is found by halving. */
function leastBand(problem: EnhancementProblem): number {
  let [below, above] = [0, 1e4]
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2)
    if (reachesOne(withBand(problem, middle / 1e4))) above = middle
    else below = middle
  }
  return above / 1e4
}
