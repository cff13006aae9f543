import { zScore } from '../market/standardise.ts'

/**
 * Seeds and frequencies become one factor, date by date: a vector holds one value per stock, NaN where the stock has
 * no sample.
 */

/**
 * One frequency's prediction (rule C1): z-score per seed, mean over the seeds present, z-scored again so that a
 * frequency whose seeds agree more does not weigh more. NaN where no seed has a value.
 */
export function frequencyPrediction(seeds: readonly Float64Array[]): Float64Array {
  return zScore(seedAverage(seeds))
}

/** Mean over the seeds present of the per-seed z-scores (rule C1, before the second z-score). */
export function seedAverage(seeds: readonly Float64Array[]): Float64Array {
  const scores = seeds.map(zScore)
  return scores[0].map((_, stock) => {
    let sum = 0
    let present = 0
    for (const score of scores) {
      if (Number.isNaN(score[stock])) continue
      sum += score[stock]
      present++
    }
    return sum / present
  })
}

/**
 * Composite factor (rule C2): mean of the frequencies, by `weights` where they do not count alike, NaN where one is missing. Its z-score
 * is the alpha (rule C3).
 */
export function composite(
  frequencies: readonly Float64Array[],
  weights: readonly number[] = frequencies.map(() => 1),
): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return frequencies[0].map(
    (_, stock) => frequencies.reduce((sum, frequency, at) => sum + weights[at] * frequency[stock], 0) / total,
  )
}
