import { createRandom } from '../../src-shared/random.ts'
import { tradingDays } from './calendar.ts'
import { drawEvents } from './events.ts'
import { buildIndex, type SampleIndex } from './indices.ts'
import { drawListings, type Listing } from './listing.ts'
import type { Recipe } from './recipe.ts'
import { simulate, type Simulation } from './simulate.ts'

/** A whole synthetic market. Equal recipes give equal markets. */
export interface SampleMarket extends Simulation {
  readonly recipe: Recipe
  /** In the order of the panel's symbols. */
  readonly listings: readonly Listing[]
  readonly indices: readonly SampleIndex[]
}

/** Streams of the recipe's seed: a change to one part leaves the numbers of the others. */
const STREAM = { listings: 1, events: 2, market: 3 } as const

export function generate(recipe: Recipe): SampleMarket {
  const dates = tradingDays(recipe.calendar)
  const listings = drawListings(recipe, dates, createRandom(recipe.seed, STREAM.listings))
  const events = drawEvents(recipe, dates, listings, createRandom(recipe.seed, STREAM.events))
  const simulation = simulate(recipe, dates, listings, events, createRandom(recipe.seed, STREAM.market))
  const indices = recipe.indices.map((definition) => buildIndex(definition, simulation))
  return { ...simulation, recipe, listings, indices }
}
