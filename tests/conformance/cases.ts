import { describe, expect } from 'vitest'
import type { CrossSection, LossAndGradient } from '../../src-main/nn/engine.ts'
import { initialWeights } from '../../src-main/nn/initialise.ts'
import type { GruConfig } from '../../src-main/nn/layout.ts'
import { NEGATIVE_IC, type Loss } from '../../src-main/nn/losses/loss.ts'
import { standardDeviation } from '../../src-shared/statistics.ts'
import { randomCrossSection, randomSampleWeights } from '../unit/nn/samples.ts'
import { engines, referenceEngine, withEngine, type EngineUnderTest } from './engines.ts'

/** An emulated device first compiles its programs, for seconds per model. */
const EMULATED_TIMEOUT_MS = 600_000

/** Tests of every engine that can run here. */
export function describeEngines(define: (entry: EngineUnderTest) => void): void {
  for (const entry of engines) {
    const options = entry.emulated === true ? { timeout: EMULATED_TIMEOUT_MS } : {}
    if (entry.missing === null) describe(entry.name, options, () => define(entry))
  }
}

/** One evaluation that every engine has to answer as the reference engine does. */
export interface Case {
  readonly config: GruConfig
  readonly stocks: number
  readonly steps: number
  /** Of weights, inputs, labels and sample weights. */
  readonly seed: number
  readonly loss?: Loss
  /** With sample weights, a fifth of them 0. */
  readonly weighted?: boolean
  readonly dropoutSeed?: number | undefined
  /** What else is special about the cross-section. */
  readonly edit?: (section: LabelledSection) => LabelledSection
}

export type LabelledSection = CrossSection & { readonly labels: Float64Array }

export interface Problem {
  readonly weights: Float64Array
  readonly section: LabelledSection
}

export interface Answer extends LossAndGradient {
  /** What `predict` answers: nothing is dropped. */
  readonly predicted: Float64Array
}

export function problemOf({ config, stocks, steps, seed, weighted = false, edit }: Case): Problem {
  const section = {
    ...randomCrossSection(seed, stocks, steps, config.inputSize, config.outputs),
    sampleWeights: weighted ? randomSampleWeights(seed, stocks) : null,
  }
  return { weights: initialWeights(config, seed), section: edit === undefined ? section : edit(section) }
}

export function answerOf(
  entry: EngineUnderTest,
  { config, loss = NEGATIVE_IC, dropoutSeed }: Pick<Case, 'config' | 'loss' | 'dropoutSeed'>,
  { weights, section }: Problem,
): Promise<Answer> {
  return withEngine(entry, config, { loss }, async (engine) => {
    const handle = engine.upload(section)
    const predicted = await engine.predict(weights, handle)
    return { predicted, ...(await engine.lossAndGradient(weights, handle, { dropoutSeed })) }
  })
}

/** The reference engine's answers, computed once for all engines. */
const oracle = new WeakMap<Case, Promise<Answer>>()

/** The entry answers as the reference engine does. */
export async function expectConformance(entry: EngineUnderTest, each: Case): Promise<void> {
  const problem = problemOf(each)
  const expected = oracle.get(each) ?? answerOf(referenceEngine, each, problem)
  oracle.set(each, expected)
  const { predictions } = await expected
  const magnified = each.loss?.kind === 'mse' ? 1 : magnification(predictions, problem.section)
  expectClose(entry, await answerOf(entry, each, problem), await expected, magnified)
}

/** Equal within the entry's tolerances, those of loss and gradient `magnified` times as wide. */
export function expectClose(
  { predictionTolerance, gradientTolerance }: EngineUnderTest,
  actual: Answer,
  expected: Answer,
  magnified = 1,
): void {
  for (const which of ['predicted', 'predictions'] as const) {
    const scale = Math.max(1, largest(expected[which]))
    expect(distance(actual[which], expected[which]) / scale, which).toBeLessThan(predictionTolerance)
  }
  expectCloseLoss({ predictionTolerance, gradientTolerance }, actual, expected, magnified)
}

export function expectCloseLoss(
  {
    predictionTolerance,
    gradientTolerance,
  }: Pick<EngineUnderTest, 'predictionTolerance' | 'gradientTolerance'>,
  actual: LossAndGradient,
  expected: LossAndGradient,
  magnified = 1,
): void {
  const scale = Math.max(1, Math.abs(expected.loss))
  expect(Math.abs(actual.loss - expected.loss) / scale, 'loss').toBeLessThan(predictionTolerance * magnified)
  expect(distance(actual.gradient, expected.gradient) / largest(expected.gradient), 'gradient').toBeLessThan(
    gradientTolerance * magnified,
  )
}

/** Largest prediction, at least 1, over the spread of the predictions: what models of ordinary size stay under. */
const ORDINARY_SCALE_TO_SPREAD = 10

/**
 * How much wider the tolerances of an IC and its gradient are for these predictions: the IC divides by their spread,
 * and so magnifies their rounding where they nearly coincide.
 */
export function magnification(
  predictions: Float64Array,
  { stocks, sampleWeights = null }: CrossSection,
): number {
  const outputs = predictions.length / stocks
  const counts = (stock: number) => sampleWeights === null || sampleWeights[stock] > 0
  const spreads = Array.from({ length: outputs }, (_, k) =>
    standardDeviation(predictions.filter((_, i) => i % outputs === k && counts(Math.floor(i / outputs))))!,
  )
  const scaleToSpread = Math.max(1, largest(predictions)) / Math.min(...spreads)
  return Math.max(1, scaleToSpread / ORDINARY_SCALE_TO_SPREAD)
}

export function largest(values: Iterable<number>): number {
  let most = 0
  // Not Math.max of two: a NaN must stay.
  for (const value of values) if (!(Math.abs(value) <= most)) most = Math.abs(value)
  return most
}

export function distance(a: Float64Array, b: Float64Array): number {
  expect(a.length).toBe(b.length)
  return largest(a.map((value, i) => value - b[i]))
}
