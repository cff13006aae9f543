import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import { composite, frequencyPrediction } from '../factor/composite.ts'
import { factorTest } from '../factor/test.ts'
import type { Prepared } from './prepare.ts'
import type { StudyRun } from './training.ts'

/** One optimizer's factor on every test day of the study, over the panel's columns; NaN = none. */
export interface OptimizerFactor {
  readonly optimizer: string
  readonly composite: readonly Float64Array[]
}

/** Test days of all windows in time order, as indices into the dates. */
export function allTestDays(prepared: Prepared): number[] {
  return prepared.testDays.flat()
}

/** Factors and their tests (methods.md 3 and 4): one composite per optimizer, and each of its frequencies alone. */
export function testFactors(
  config: StudyConfig,
  prepared: Prepared,
  runs: readonly StudyRun[],
): { factors: StudyResult['factors']; composites: OptimizerFactor[] } {
  const frequencies = config.models.map((model) => model.frequency)
  const byOptimizer = config.optimizers.map(({ name: optimizer }) => {
    const parts = frequencies.map((frequency) => ({
      frequency,
      values: frequencyFactor(
        prepared,
        runs.filter((run) => run.key.optimizer === optimizer && run.key.frequency === frequency),
      ),
    }))
    const days = allTestDays(prepared)
    return {
      optimizer,
      parts,
      composite: days.map((_, day) => composite(parts.map((part) => part.values[day]))),
    }
  })

  const test = (name: string, values: readonly Float64Array[]) =>
    factorTest({
      name,
      dates: prepared.market.panel.dates,
      symbols: prepared.market.panel.symbols,
      adjVwap: prepared.derived.adjVwap,
      testDates: allTestDays(prepared),
      factor: values,
      universe: prepared.universe,
      canBuy: prepared.derived.canBuy,
      layers: config.factorTest.layers,
      horizon: config.factorTest.horizon,
      tradingDaysPerYear: config.backtest.tradingDaysPerYear,
    })

  return {
    factors: [
      ...byOptimizer.map(({ optimizer, composite }) => ({
        ...test(optimizer, composite),
        optimizer,
        frequency: 'composite' as const,
        analysis: null,
      })),
      ...byOptimizer.flatMap(({ optimizer, parts }) =>
        parts.map(({ frequency, values }) => ({
          ...test(`${optimizer} / ${frequency}`, values),
          optimizer,
          frequency,
          analysis: null,
        })),
      ),
    ],
    composites: byOptimizer.map(({ optimizer, composite }) => ({ optimizer, composite })),
  }
}

/** Seed average of one optimizer and frequency on every test day, windows one after the other (rule C1). */
function frequencyFactor(prepared: Prepared, runs: readonly StudyRun[]): Float64Array[] {
  const stocks = prepared.market.panel.symbols.length
  return prepared.testDays.flatMap((days, window) => {
    const seeds = runs.filter((run) => run.key.window === window)
    return days.map((_, day) =>
      frequencyPrediction(
        seeds.map((run) => {
          const values = new Float64Array(stocks).fill(NaN)
          const prediction = run.predictions[day]
          prediction.stocks.forEach((stock, position) => {
            values[stock] = prediction.values[position]
          })
          return values
        }),
      ),
    )
  })
}
