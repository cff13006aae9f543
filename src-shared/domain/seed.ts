import { z } from 'zod'

/** What random numbers are drawn from: generators tell 2^32 seeds apart (random.ts), and these are all of them. */
export const seed = z
  .int()
  .min(0)
  .max(2 ** 32 - 1)

/** A seed as earlier versions stored it: those that differ by a multiple of 2^32 gave the same numbers. */
export const storedSeed = z.int().min(0)
