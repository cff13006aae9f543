import { compositionOf, trainingEvaluations } from '../../src-shared/domain/optimizer/index.ts'
import type { ModelConfig, StudyConfig } from '../../src-shared/domain/study.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { FIELDS } from '../market/samples.ts'
import { daysBetween, splitDates } from '../market/splits.ts'
import { forwardFlops } from '../nn/flops.ts'
import type { Prepared } from './prepare.ts'

/** What the runs of one window and model have before them: dates, and stocks of the universe summed over them. */
export interface Part {
  /** Its place among the study's windows. */
  readonly window: number
  readonly model: ModelConfig
  readonly trainDates: number
  readonly validDates: number
  readonly testDates: number
  readonly trainStocks: number
  readonly validStocks: number
  readonly testStocks: number
  /** Of the universe on one of these dates, at most. */
  readonly mostStocks: number
}

/** The parts of a study, window by window. */
export function partsOf({ samples, models }: StudyConfig, prepared: Prepared): Part[] {
  const { dates } = prepared.market.panel
  return prepared.windows.flatMap(({ fitStart, fitEnd }, window) => {
    const days = daysBetween(dates, fitStart, fitEnd)!
    const { trainDates, validDates } = splitDates(days, samples.horizon, samples.stride)
    const testDates = prepared.testDays[window]
    const ofWindow = {
      window,
      trainDates: trainDates.length,
      validDates: validDates.length,
      testDates: testDates.length,
      trainStocks: universeStocks(prepared, trainDates),
      validStocks: universeStocks(prepared, validDates),
      testStocks: universeStocks(prepared, testDates),
      mostStocks: [...trainDates, ...validDates, ...testDates].reduce(
        (most, day) => Math.max(most, universeStocks(prepared, [day])),
        0,
      ),
    }
    return models.map((model) => ({ model, ...ofWindow }))
  })
}

/** The part that a run trains on. */
export const partOf = (parts: readonly Part[], { window, frequency }: RunKey): Part =>
  parts.find((part) => part.window === window && part.model.frequency === frequency)!

/** Stocks of the universe, summed over days of the panel. */
export function universeStocks({ universe, market }: Prepared, days: ArrayLike<number>): number {
  const stocks = market.panel.symbols.length
  let count = 0
  for (let at = 0; at < days.length; at++)
    for (let i = 0; i < stocks; i++) count += universe[days[at] * stocks + i]
  return count
}

/**
 * Floating-point operations of a part's runs when none stops early: gradients of the train dates, each as three forward
 * passes, and the scores of train and valid dates after each epoch.
 */
export function operationsOf({ training, optimizers }: StudyConfig, part: Part): number {
  const { model, trainDates, trainStocks, validStocks } = part
  const { seeds, maxEpochs } = training
  const evaluations = optimizers.reduce(
    (sum, each) => sum + trainingEvaluations(compositionOf(each), { dates: trainDates, epochs: maxEpochs }),
    0,
  )
  const scores = optimizers.length * maxEpochs * (trainStocks + validStocks)
  const forward = forwardFlops({ ...model, inputSize: FIELDS.length }, model.sequenceLength)
  return seeds.length * forward * ((3 * evaluations * trainStocks) / trainDates + scores)
}
