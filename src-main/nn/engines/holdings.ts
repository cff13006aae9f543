import { PlateauError } from '../../../src-shared/errors.ts'
import type { CrossSection, CrossSectionHandle, EvaluationOptions } from '../engine.ts'
import { gruLayout, type GruConfig } from '../layout.ts'
import type { LossInput } from '../losses/lossInput.ts'

/** What one evaluation has in the place of its cross-section's own. */
export type Overrides = Pick<EvaluationOptions, 'labels' | 'sampleWeights'>

/** What a loss compares predictions with. */
export type LossTargets = Pick<LossInput, 'labels' | 'sampleWeights'>

/** What an engine keeps of its cross-sections, and the checks every engine makes of what it is given. */
export interface Holdings<Held> {
  /** Check the shape, keep what `hold` makes of the cross-section, and answer its handle. */
  add(crossSection: CrossSection, hold: (crossSection: CrossSection) => Held): CrossSectionHandle
  /** @throws PlateauError internal when the engine does not hold it */
  get(handle: CrossSectionHandle): Held
  /** Answers what was held, for the engine to free. */
  release(handle: CrossSectionHandle): Held | undefined
  /** Release all; answers what was held. */
  clear(): Held[]
  /** @throws PlateauError internal when the vector is not the model's */
  checkWeights(weights: Float64Array): void
  /**
   * The overrides among an evaluation's options, as copies: the caller may change its arrays while the evaluation waits.
   * @throws PlateauError internal when they do not fit the cross-section
   */
  overridesOf(handle: CrossSectionHandle, options: Overrides): Overrides
}

export function createHoldings<Held>(config: GruConfig): Holdings<Held> {
  const held = new Map<CrossSectionHandle, Held>()
  const { size } = gruLayout(config)
  const { outputs = 1 } = config
  return {
    add(crossSection, hold) {
      checkShape(crossSection, config)
      const handle = { stocks: crossSection.stocks }
      held.set(handle, hold(crossSection))
      return handle
    },
    get(handle) {
      const section = held.get(handle)
      if (section === undefined)
        throw new PlateauError('internal', 'This engine does not hold the cross-section.')
      return section
    },
    release(handle) {
      const section = held.get(handle)
      held.delete(handle)
      return section
    },
    clear() {
      const all = [...held.values()]
      held.clear()
      return all
    },
    checkWeights(weights) {
      if (weights.length !== size)
        throw new PlateauError('internal', `Expected ${size} weights, got ${weights.length}.`)
    },
    overridesOf({ stocks }, { labels, sampleWeights }) {
      if (labels !== undefined && labels.length !== stocks * outputs)
        throw new PlateauError(
          'internal',
          `${labels.length} labels do not fit ${stocks} stocks and ${outputs} outputs.`,
        )
      if (sampleWeights !== undefined) checkSampleWeights(sampleWeights, stocks)
      return { labels: labels?.slice(), sampleWeights: sampleWeights?.slice() }
    },
  }
}

/** What the loss of an evaluation compares with. @throws PlateauError internal when there are no labels */
export function targetsOf(
  section: Pick<CrossSection, 'labels' | 'sampleWeights'>,
  overrides: Overrides,
): LossTargets {
  const labels = overrides.labels ?? section.labels
  if (labels === null) throw new PlateauError('internal', 'The cross-section has no labels.')
  return { labels, sampleWeights: overrides.sampleWeights ?? section.sampleWeights ?? null }
}

/** @throws PlateauError cancelled when the signal has aborted */
export function checkCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelledEvaluation()
}

export function cancelledEvaluation(): PlateauError {
  return new PlateauError('cancelled', 'The evaluation was cancelled.')
}

function checkShape(
  { stocks, steps, features, inputs, labels, sampleWeights = null }: CrossSection,
  config: GruConfig,
): void {
  const outputs = config.outputs ?? 1
  if (
    stocks < 1 ||
    steps < 1 ||
    features !== config.inputSize ||
    inputs.length !== stocks * steps * features ||
    (labels !== null && labels.length !== stocks * outputs)
  ) {
    throw new PlateauError(
      'internal',
      `A cross-section of ${stocks} stocks x ${steps} steps x ${features} features with ${inputs.length} inputs ` +
        `and ${labels?.length ?? 'no'} labels does not fit a model of ${config.inputSize} features and ${outputs} outputs.`,
    )
  }
  if (sampleWeights !== null) checkSampleWeights(sampleWeights, stocks)
}

function checkSampleWeights(sampleWeights: Float64Array, stocks: number): void {
  if (sampleWeights.length !== stocks || !sampleWeights.every(isWeight))
    throw new PlateauError(
      'internal',
      `The sample weights of ${stocks} stocks are not as many numbers from 0 on.`,
    )
}

const isWeight = (weight: number): boolean => weight >= 0 && weight < Infinity
