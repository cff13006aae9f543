import {
  type Frequency,
  frequency as frequencies,
  type ModelConfig,
  SEQUENCE_LENGTHS,
} from '../../../src-shared/domain/study.ts'

/**
 * The models of a study with one of `frequency` too, in the order of the frequencies.
 *
 * @param before the model of that frequency as it last was; without one it has the sizes of the other and its frequency's own length
 */
export function withFrequency(
  models: readonly ModelConfig[],
  frequency: Frequency,
  before?: ModelConfig,
): ModelConfig[] {
  const added = before ?? { ...models[0], frequency, sequenceLength: SEQUENCE_LENGTHS[frequency] }
  const all = new Map([...models, added].map((model) => [model.frequency, model]))
  return frequencies.options.flatMap((one) => all.get(one) ?? [])
}
