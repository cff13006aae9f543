import { z } from 'zod'
import recipeFile from '../../resources/sample/recipe.json' with { type: 'json' }
import { type DateInt, parseDate } from '../../src-shared/domain/date.ts'

/**
 * Every parameter of the synthetic market, schema of resources/sample/recipe.json. Volatilities, drifts and strengths
 * are per trading day and in log return; a "spread" is the standard deviation of a logarithm; shares are fractions.
 */
const date = z.string().transform((text, context): DateInt => {
  const value = parseDate(text)
  if (value !== null) return value
  context.addIssue({ code: 'custom', message: 'expected a date as YYYY-MM-DD' })
  return z.NEVER
})
const dateSpan = z.tuple([date, date])
const positive = z.number().positive()
const fraction = z.number().min(0).max(1)
const range = z.tuple([positive, positive])

export const recipeSchema = z.strictObject({
  format: z.literal('plateau-sample-1'),
  name: z.string().min(1),
  seed: z.int(),
  /** Weekdays from first to last, less the holidays. */
  calendar: z.strictObject({ first: date, last: date, holidays: z.array(dateSpan) }),
  /** Codes count up from firstCode; newShare of the stocks list during the period, from newFrom on. */
  boards: z
    .array(
      z.strictObject({
        firstCode: z.int().min(1).max(999_000),
        exchange: z.enum(['SH', 'SZ', 'BJ']),
        stocks: z.int().min(1).max(900),
        newShare: fraction,
        newFrom: date,
      }),
    )
    .min(1),
  industries: z.array(z.string().min(1)).min(1),
  stocks: z.strictObject({
    priceMedian: positive,
    priceSpread: positive,
    floatSharesMedian: positive,
    floatSharesSpread: positive,
    betaSpread: positive,
    volatilitySpread: positive,
    /** Daily volume over float shares. */
    turnoverMedian: positive,
    turnoverSpread: positive,
  }),
  returns: z.strictObject({
    marketDrift: z.number(),
    marketVolatility: positive,
    industryVolatility: positive,
    /** Volatility of the return of one standard deviation of log float cap. */
    sizeVolatility: positive,
    idiosyncraticVolatility: positive,
    /** 0 = normal; the kurtosis is 3 exp(4 tailWeight^2). */
    tailWeight: z.number().min(0).max(1),
    /** Periods in which every volatility is multiplied by stormVolatility. */
    storms: z.array(dateSpan),
    stormVolatility: positive,
  }),
  /** Log volume = level + AR(1) + market noise + perAbsoluteReturn x |return| in standard deviations. */
  volume: z.strictObject({
    persistence: fraction,
    noise: positive,
    marketNoise: positive,
    perAbsoluteReturn: z.number().min(0),
  }),
  /** The planted patterns: pattern.ts says what each number multiplies. */
  patterns: z.strictObject({
    daily: z.strictObject({
      strength: z.number().min(0),
      retention: fraction,
      reversal: z.number(),
      reversalPerAbnormalVolume: z.number(),
      closeOverVwap: z.number(),
    }),
    weekly: z.strictObject({
      strength: z.number().min(0),
      retention: fraction,
      momentum: z.number(),
      momentumPerVolumeTrend: z.number(),
    }),
    /** Factor on both strengths during storms. */
    stormStrength: z.number().min(0),
  }),
  events: z.strictObject({
    suspensionsPerDay: fraction,
    suspensionMedianDays: positive,
    suspensionSpread: positive,
    /** Volatility of the extra return on the day a stock resumes. */
    resumptionVolatility: positive,
    stStocks: z.int().min(0),
    /** Shortest and longest ST episode in trading days. */
    stDays: range,
    /** Share of stocks with a cash dividend in a year, and its range as a yield. */
    dividendShare: fraction,
    dividendYield: range,
    /** Share of stocks with a share split in a year, and the new shares per old one. */
    splitShare: fraction,
    splitRatios: z.array(z.number().min(1)).min(1),
    /** A day whose wanted return is this many times the limit opens and stays at the limit. */
    oneWordExcess: positive,
    /** Share of traded stock-days whose amount is not published. */
    missingAmountShare: fraction,
  }),
  /** Largest stocks by float cap, reviewed in June and December; members keep their place within `buffer` x members. */
  indices: z
    .array(
      z.strictObject({
        symbol: z.string().min(1),
        name: z.string().min(1),
        members: z.int().min(1),
        buffer: fraction,
        base: positive,
      }),
    )
    .min(1),
})
export type Recipe = z.infer<typeof recipeSchema>

/** The recipe of the sample that ships with the app. */
export function shippedRecipe(): Recipe {
  return recipeSchema.parse(recipeFile)
}
