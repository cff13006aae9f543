import { z } from 'zod'
import { dateInt } from '../domain/date.ts'
import { factorDay, testedFactor } from '../domain/factorDay.ts'
import { retestAnswer, retestSettings } from '../domain/factorRetest.ts'
import { errorData, procedure, stream } from './protocol.ts'

const factorOfStudy = testedFactor.extend({ studyId: z.string() })

/** How far a test has come, and at last what it came to. */
export const retestEvent = z.discriminatedUnion('type', [
  /** Test dates whose factor is computed, and all of them; null while the market is read. */
  z.object({ type: z.literal('progress'), dates: z.object({ done: z.int(), all: z.int() }).nullable() }),
  retestAnswer.extend({ type: z.literal('done') }),
  z.object({ type: z.literal('failed'), error: errorData }),
])
export type RetestEvent = z.infer<typeof retestEvent>

export const factorContract = {
  /** The stocks of a test date by layer, computed anew from the stored predictions and checked against the result. */
  'factors.day': procedure(factorOfStudy.extend({ date: dateInt }), factorDay),
  /** A test by other settings, from the stored predictions; nothing of it is stored. Whoever unsubscribes cancels it. */
  'factors.retest': stream(factorOfStudy.extend({ settings: retestSettings }), retestEvent),
}
