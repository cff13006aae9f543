import { z } from 'zod'
import { errorData } from '../../../../src-shared/contract/protocol.ts'
import { engineReason } from '../../../../src-shared/domain/compute.ts'

/**
 * What travels between an engine and whoever uses it from another process: one connection, one engine. First the engine's
 * side says what device it has; then the other side opens the engine and asks. Ids are chosen by whoever asks. Both sides
 * parse what arrives; what does not fit ends the connection. Inputs, weights and what is computed of them travel in single
 * precision, in which the engine computes.
 */

const id = z.int()
// Not z.instanceof, whose type leaves out arrays on shared memory.
const float64 = z.custom<Float64Array>((value) => value instanceof Float64Array)
const float32 = z.custom<Float32Array>((value) => value instanceof Float32Array)
/** Also what z.number() leaves out: a loss may be none. */
const anyNumber = z.custom<number>((value) => typeof value === 'number')

const config = z.strictObject({
  inputSize: z.int(),
  hiddenSize: z.int(),
  layers: z.int(),
  outputs: z.int().exactOptional(),
  dropout: z.number().exactOptional(),
})

const loss = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ic'), correlationPenalty: z.number().exactOptional() }),
  z.strictObject({ kind: z.literal('mse') }),
])

const crossSection = z.strictObject({
  stocks: z.int(),
  steps: z.int(),
  features: z.int(),
  inputs: float32,
  labels: float64.nullable(),
  sampleWeights: float64.nullable(),
})

const dropoutSeed = z.uint32().optional()

export const engineRequest = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('open'), config, loss }),
  z.strictObject({ type: z.literal('upload'), section: id, crossSection }),
  z.strictObject({ type: z.literal('release'), section: id }),
  z.strictObject({ type: z.literal('predict'), id, section: id, weights: float32, dropoutSeed }),
  z.strictObject({
    type: z.literal('lossAndGradient'),
    id,
    section: id,
    weights: float32,
    dropoutSeed,
    labels: float64.optional(),
    sampleWeights: float64.optional(),
  }),
  /** Answered by an error as any evaluation that fails; one that has been answered already is let pass. */
  z.strictObject({ type: z.literal('cancel'), id }),
])
export type EngineRequest = z.infer<typeof engineRequest>

export const engineAnswer = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('predict'), id, predictions: float32 }),
  z.strictObject({
    type: z.literal('lossAndGradient'),
    id,
    loss: anyNumber,
    gradient: float32,
    predictions: float32,
  }),
  z.strictObject({ type: z.literal('error'), id, error: errorData }),
  /** Something that has no answer of its own failed; the connection ends. */
  z.strictObject({ type: z.literal('failed'), error: errorData }),
])
export type EngineAnswer = z.infer<typeof engineAnswer>

export const deviceGreeting = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('device'), description: z.string(), software: z.boolean() }),
  z.strictObject({ type: z.literal('no_device'), reason: engineReason }),
])
export type DeviceGreeting = z.infer<typeof deviceGreeting>
