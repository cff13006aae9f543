import { PlateauError } from '../../../src-shared/errors.ts'
import type { CrossSection, CrossSectionHandle } from '../engine.ts'
import { gruLayout, type GruConfig } from '../layout.ts'

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
}

export function createHoldings<Held>(config: GruConfig): Holdings<Held> {
  const held = new Map<CrossSectionHandle, Held>()
  const { size } = gruLayout(config)
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
  }
}

/** Labels of a cross-section that an evaluation with a loss needs. @throws PlateauError internal when there are none */
export function labelsOf({ labels }: Pick<CrossSection, 'labels'>): Float64Array {
  if (labels === null) throw new PlateauError('internal', 'The cross-section has no labels.')
  return labels
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
  if (sampleWeights !== null && (sampleWeights.length !== stocks || !sampleWeights.every(isWeight)))
    throw new PlateauError(
      'internal',
      `The sample weights of ${stocks} stocks are not as many numbers from 0 on.`,
    )
}

const isWeight = (weight: number): boolean => weight >= 0 && weight < Infinity
