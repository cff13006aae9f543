import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import { type AnalysisContext, factorAnalysis } from '../factor/analysis.ts'
import { factorCorrelations, type NamedFactor } from '../factor/analysisCorrelations.ts'
import { composite, frequencyPrediction } from '../factor/composite.ts'
import type { FactorTestInput } from '../factor/input.ts'
import { factorTest } from '../factor/test.ts'
import { type Neutralisation, neutraliseComposite } from './neutralisation.ts'
import type { Prepared } from './prepare.ts'
import type { StudyRun } from './training.ts'

/** One optimizer's factor on every test day of the study, over the panel's columns; NaN = none. */
export interface OptimizerFactor {
  readonly optimizer: string
  readonly composite: readonly Float64Array[]
}

type StudyFactors = Pick<StudyResult, 'factors' | 'factorCorrelations'>

/** Test days of all windows in time order, as indices into the dates. */
export function allTestDays(prepared: Prepared): number[] {
  return prepared.testDays.flat()
}

/** Test of a factor by the study's settings on its test days. */
export function testInput(
  config: StudyConfig,
  prepared: Prepared,
  { name, values }: NamedFactor,
): FactorTestInput {
  return {
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
    annualisedExcess: config.backtest.annualisedExcess,
  }
}

/**
 * Factors and their tests (methods.md 3 and 4): one composite per optimizer, neutralised where the study says so and analysed, and
 * each of its frequencies alone; correlations between composites and `imported`.
 */
export function testFactors(
  config: StudyConfig,
  prepared: Prepared,
  runs: readonly StudyRun[],
  imported: readonly NamedFactor[],
  context: AnalysisContext,
): StudyFactors & { composites: OptimizerFactor[]; neutralisation: Neutralisation } {
  const frequencies = config.models.map((model) => model.frequency)
  const days = allTestDays(prepared)
  const neutralisation = { withoutIndustry: 0, withoutSize: 0 }
  const byOptimizer = config.optimizers.map(({ name: optimizer }) => {
    const parts = frequencies.map((frequency) => ({
      frequency,
      values: frequencyFactor(
        prepared,
        runs.filter((run) => run.key.optimizer === optimizer && run.key.frequency === frequency),
      ),
    }))
    const combined = days.map((day, test) => {
      const whole = composite(
        parts.map((part) => part.values[test]),
        frequencies.map((frequency) => config.composite.weights[frequency]),
      )
      const { values, withoutIndustry, withoutSize } = neutraliseComposite(
        config.composite.neutralise,
        prepared.market.panel,
        context.industries,
        day,
        whole,
      )
      neutralisation.withoutIndustry += withoutIndustry
      neutralisation.withoutSize += withoutSize
      return values
    })
    return { optimizer, parts, composite: combined }
  })

  const composites = byOptimizer.map(({ optimizer, composite: values }) => ({ name: optimizer, values }))
  return {
    factors: [
      ...composites.map((factor) => ({
        ...analysed(testInput(config, prepared, factor), context),
        optimizer: factor.name,
        frequency: 'composite' as const,
      })),
      ...byOptimizer.flatMap(({ optimizer, parts }) =>
        parts.map(({ frequency, values }) => ({
          ...factorTest(testInput(config, prepared, { name: `${optimizer} / ${frequency}`, values })),
          optimizer,
          frequency,
          analysis: null,
        })),
      ),
    ],
    factorCorrelations: factorCorrelations([...composites, ...imported], days, prepared.universe),
    composites: byOptimizer.map(({ optimizer, composite }) => ({ optimizer, composite })),
    neutralisation,
  }
}

/** A factor's test and its analysis. Errors: those of factorTest. */
export function analysed(
  input: FactorTestInput,
  context: AnalysisContext,
): StudyResult['importedFactors'][number] {
  const report = factorTest(input)
  return { ...report, analysis: factorAnalysis(input, report, context) }
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
