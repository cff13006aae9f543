import { z } from 'zod'
import { dateInt } from '../domain/date.ts'
import { dayHoldings } from '../domain/holdings.ts'
import { lineage } from '../domain/lineage.ts'
import { procedure } from './protocol.ts'

const portfolioDay = z.object({
  studyId: z.string(),
  /** The optimizer whose composite factor was the alpha. */
  model: z.string(),
  index: z.string(),
  /** From the first fill to the last day of the study. */
  date: dateInt,
})

export const portfolioContract = {
  /** Where a portfolio's weights on a day come from; with `symbol` those of one stock alone. */
  'portfolios.lineage': procedure(
    portfolioDay.extend({ symbol: z.string().nullable().default(null) }),
    lineage,
  ),
  /** What it held at the close of a day beside its benchmark, by replaying its ledger. */
  'portfolios.holdings': procedure(portfolioDay, dayHoldings),
}
