import type { LineageRun } from '../../src-shared/domain/lineage.ts'
import { composite, frequencyPrediction } from '../factor/composite.ts'
import { zScore } from '../market/standardise.ts'
import type { Traced } from './lineageFill.ts'
import { neutraliseComposite } from './neutralisation.ts'

/** One optimizer's factor on a test day, over the panel's columns; NaN = none. */
export interface DayFactor {
  /** Index into the dates. */
  readonly day: number
  readonly window: number
  readonly runs: LineageRun[]
  /** As `runs`. */
  readonly predictions: readonly Float64Array[]
  /** As the study's models. */
  readonly byFrequency: readonly Float64Array[]
  /** Mean of the frequencies (rule C2). */
  readonly composite: Float64Array
  /** Neutralised where the study says so. */
  readonly neutralised: Float64Array
  /** Its z-score (rule C3). */
  readonly alpha: Float64Array
}

/**
 * The factor on test day `day`, from the predictions that the store holds of the window's runs (rules C1 to C3).
 *
 * Errors: not_found where a run's are not stored.
 */
export function factorOn({ result, prepared, predictions }: Traced, model: string, day: number): DayFactor {
  const window = prepared.testDays.findIndex((days) => days.includes(day))
  const position = prepared.testDays[window].indexOf(day)
  const stocks = prepared.market.panel.symbols.length
  const groups = result.config.models.map(({ frequency }) =>
    result.runs.filter(
      ({ key }) => key.window === window && key.optimizer === model && key.frequency === frequency,
    ),
  )
  const said = groups.map((runs) =>
    runs.map(({ key }) => {
      const { stocks: columns, values } = predictions(key)[position]
      const all = new Float64Array(stocks).fill(NaN)
      columns.forEach((stock, at) => (all[stock] = values[at]))
      return all
    }),
  )
  const byFrequency = said.map(frequencyPrediction)
  const { models, composite: settings } = result.config
  const combined = composite(
    byFrequency,
    models.map(({ frequency }) => settings.weights[frequency]),
  )
  const { values: neutralised } = neutraliseComposite(
    result.config.composite.neutralise,
    prepared.market.panel,
    prepared.market.industries,
    day,
    combined,
  )
  return {
    day,
    window,
    runs: groups.flat().map(({ key, epochs, bestEpoch, stopReason, trainDates, validDates }) => ({
      key,
      bestEpoch,
      epochs: epochs.length,
      stopReason,
      validIc: epochs[bestEpoch - 1].validIc,
      trainDates,
      validDates,
    })),
    predictions: said.flat(),
    byFrequency,
    composite: combined,
    neutralised,
    alpha: zScore(neutralised),
  }
}
