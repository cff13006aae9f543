import { z } from 'zod'
import { DAYS_TO_ANNUALISE } from '../performance/period.ts'
import type { StudyResult } from './result.ts'

/**
 * The highest figures of a finished study, for lists: the best of several models and indices, so higher than any one of them is to be
 * expected of later data. Null where no model has the figure.
 */
export const studyBest = z.object({
  /** Mean RankIC of a composite factor (methods.md 4). */
  rankIc: z.object({ optimizer: z.string(), value: z.number() }).nullable(),
  /** Annualised excess of a portfolio over all its days, by the study's own rule (methods.md 7); of a short time none is. */
  excess: z.object({ optimizer: z.string(), index: z.string(), value: z.number() }).nullable(),
})
export type StudyBest = z.infer<typeof studyBest>

export function bestOf({ factors, portfolios }: Pick<StudyResult, 'factors' | 'portfolios'>): StudyBest {
  return {
    rankIc: highest(
      factors
        .filter(({ frequency }) => frequency === 'composite')
        .map(({ optimizer, rankIcSummary }) => ({ optimizer, value: rankIcSummary.mean })),
    ),
    excess: highest(
      portfolios.map(({ model, index, performance }) => ({
        optimizer: model,
        index,
        value:
          performance === null || performance.full.days < DAYS_TO_ANNUALISE
            ? null
            : performance.full.annualisedExcess,
      })),
    ),
  }
}

/** The first of those with the highest value. */
function highest<Of extends { readonly value: number | null }>(
  all: readonly Of[],
): (Of & { readonly value: number }) | null {
  let best: (Of & { readonly value: number }) | null = null
  for (const one of all) {
    const { value } = one
    if (value !== null && (best === null || value > best.value)) best = { ...one, value }
  }
  return best
}
