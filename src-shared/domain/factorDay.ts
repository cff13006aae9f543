import { z } from 'zod'
import { dateInt } from './date.ts'

/** A factor that a study tested: of one of its optimizers, or a stored one that it was asked to test as well. */
export const testedFactor = z.object({
  scope: z.enum(['composite', 'daily', 'weekly', 'imported']),
  /** The optimizer, or the stored factor. */
  name: z.string(),
})
export type TestedFactor = z.infer<typeof testedFactor>

export const layeredStock = z.object({
  symbol: z.string(),
  /** Empty where the store has none. */
  name: z.string(),
  /** As known on the day; null where none is stored. */
  industry: z.string().nullable(),
  /** 1 = TOP. */
  layer: z.int(),
  /** The factor as it was tested. */
  score: z.number(),
  /** Adjusted vwap(t+1) -> vwap(t+1+horizon); null where either is missing. */
  nextReturn: z.number().nullable(),
})
export type LayeredStock = z.infer<typeof layeredStock>

/** The stocks of a factor on one test date by layer (rules F2 and F6). */
export const factorDay = z.object({
  date: dateInt,
  layers: z.int(),
  /** Trading days of the next return. */
  horizon: z.int(),
  rankIc: z.number().nullable(),
  /** The highest score first; none where there are fewer stocks than layers, when nothing is traded. */
  stocks: z.array(layeredStock),
})
export type FactorDay = z.infer<typeof factorDay>
