import { z } from 'zod'

/** A path as every system takes one. */
export const filePath = z
  .string()
  .min(1)
  .refine((path) => !path.includes('\0'), { message: 'no path holds NUL' })
