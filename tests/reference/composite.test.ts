import { expect, it } from 'vitest'
import { composite, frequencyPrediction, seedAverage } from '../../src-main/factor/composite.ts'
import { zScore } from '../../src-main/market/standardise.ts'
import { describeGolden, differences, flat, golden } from '../unit/portfolio/golden.ts'

type Rows = (number | null)[][]
interface Golden {
  meta: { tolerance_rel: number; tolerance_abs: number }
  dates: string[]
  frequencies: string[]
  predictions: Record<string, Rows[]>
  expected: {
    z: Record<string, Rows[]>
    seed_average: Record<string, Rows>
    frequency_z: Record<string, Rows>
    composite: Rows
    alpha: Rows
  }
}

describeGolden('composite.json, rules C1 to C3', () => {
  const file = golden<Golden>('composite.json')
  const tolerance = { relative: file.meta.tolerance_rel, absolute: file.meta.tolerance_abs }
  const seedsOf = (frequency: string, date: number) =>
    file.predictions[frequency].map((seed) => flat([seed[date]]))

  it.each(file.frequencies)('z-scores and averages the seeds of the %s model', (frequency) => {
    file.dates.forEach((_, date) => {
      const seeds = seedsOf(frequency, date)
      const z = file.expected.z[frequency].map((seed) => seed[date])
      expect(differences(seeds.map(zScore), z, tolerance)).toEqual([])
      expect(differences(seedAverage(seeds), file.expected.seed_average[frequency][date], tolerance)).toEqual(
        [],
      )
      expect(
        differences(frequencyPrediction(seeds), file.expected.frequency_z[frequency][date], tolerance),
      ).toEqual([])
    })
  })

  it('averages the frequencies and z-scores the alpha', () => {
    file.dates.forEach((_, date) => {
      const factor = composite(
        file.frequencies.map((frequency) => frequencyPrediction(seedsOf(frequency, date))),
      )
      expect(differences(factor, file.expected.composite[date], tolerance)).toEqual([])
      expect(differences(zScore(factor), file.expected.alpha[date], tolerance)).toEqual([])
    })
  })
})
