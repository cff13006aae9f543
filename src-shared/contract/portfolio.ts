import { z } from 'zod'
import { dateInt } from '../domain/date.ts'
import { lineage } from '../domain/lineage.ts'
import { procedure } from './protocol.ts'

export const portfolioContract = {
  /** Where a portfolio's weights on a day come from; with `symbol` those of one stock alone. */
  'portfolios.lineage': procedure(
    z.object({
      studyId: z.string(),
      /** The optimizer whose composite factor was the alpha. */
      model: z.string(),
      index: z.string(),
      date: dateInt,
      symbol: z.string().nullable().default(null),
    }),
    lineage,
  ),
}
