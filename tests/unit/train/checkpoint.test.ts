import { createHash } from 'node:crypto'
import v8 from 'node:v8'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint } from '../../../src-main/train/checkpoint.ts'
import type { TrainingState } from '../../../src-main/train/trainingState.ts'
import { configOf } from '../optim/methods.ts'
import { KEY, MODEL, runOf, stateOf } from './runs.ts'

const OTHER = 'f'.repeat(64)

let checkpoint: Uint8Array
let state: TrainingState
beforeAll(async () => {
  const optimizer = configOf({ method: 'plain', parameters: {} }, { rule: 'sgd', learningRate: 0.01 })
  const { checkpoints } = await runOf(MODEL, { optimizer, loss: 'ic', seed: 1, maxEpochs: 2, patience: 2 })
  checkpoint = checkpoints[1]
  state = stateOf(checkpoint)
})

/** The bytes with the header and payload that `change` makes, and the digest that belongs to them. */
function forged(change: (bytes: Buffer) => Buffer): Uint8Array {
  const body = change(Buffer.from(checkpoint.subarray(0, -32)))
  return Buffer.concat([body, createHash('sha256').update(body).digest()])
}
const withPayload = (payload: Uint8Array): Uint8Array =>
  forged((bytes) => {
    bytes.writeUInt32LE(payload.length, 12)
    return Buffer.concat([bytes.subarray(0, 48), payload])
  })
const decoded = (value: unknown): TrainingState | null =>
  decodeCheckpoint(withPayload(v8.serialize(value)), KEY)

describe('a checkpoint', () => {
  it('gives back the state, in vectors of its own', () => {
    expect(encodeCheckpoint(state, KEY)).toEqual(checkpoint)
    expect(decodeCheckpoint(checkpoint, KEY)).toEqual(state)
    for (const vector of [state.weights, state.best.weights, state.course['order'] as Uint32Array])
      expect(vector.buffer.byteLength).toBe(vector.byteLength)
  })

  it('is read at any place in a buffer', () => {
    for (let before = 0; before < 9; before++) {
      const buffer = new Uint8Array(checkpoint.length + 20)
      buffer.set(checkpoint, before)
      const bytes = buffer.subarray(before, before + checkpoint.length)
      expect(decodeCheckpoint(bytes, KEY)).toEqual(state)
    }
  })

  it('is none with any one byte changed', () => {
    const bytes = checkpoint.slice()
    const undetected: number[] = []
    for (let at = 0; at < bytes.length; at++) {
      for (const change of [1, 0x80, 0xff]) {
        bytes[at] ^= change
        if (decodeCheckpoint(bytes, KEY) !== null) undetected.push(at)
        bytes[at] ^= change
      }
    }
    expect(undetected).toEqual([])
    expect(decodeCheckpoint(bytes, KEY)).toEqual(state)
  })

  it('is none when it is cut anywhere, or goes on', () => {
    const whole: number[] = []
    for (let length = 0; length < checkpoint.length; length++)
      if (decodeCheckpoint(checkpoint.subarray(0, length), KEY) !== null) whole.push(length)
    expect(whole).toEqual([])
    expect(decodeCheckpoint(Buffer.concat([checkpoint, Buffer.alloc(1)]), KEY)).toBeNull()
  })

  it('is none of another run or version', () => {
    expect(decodeCheckpoint(checkpoint, OTHER)).toBeNull()
    expect(decodeCheckpoint(checkpoint, '')).toBeNull()
    expect(decodeCheckpoint(encodeCheckpoint(state, OTHER), KEY)).toBeNull()
    const version = (number: number) =>
      forged((bytes) => {
        bytes.writeUInt32LE(number, 8)
        return bytes
      })
    expect(decodeCheckpoint(version(3), KEY)).toEqual(state)
    expect(decodeCheckpoint(version(2), KEY)).toBeNull()
    expect(decodeCheckpoint(version(4), KEY)).toBeNull()
  })

  it('takes a SHA-256 for its key and nothing else', () => {
    for (const key of ['', 'abc', 'x'.repeat(64), `${KEY}00`])
      expect(() => encodeCheckpoint(state, key)).toThrow(expect.objectContaining({ code: 'internal' }))
  })

  it('is none of arbitrary bytes, whether or not their digest is right', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeCheckpoint(bytes, KEY)).toBeNull()
        expect(decodeCheckpoint(withPayload(bytes), KEY)).toBeNull()
      }),
    )
    // Begun as v8.serialize does.
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(decoded(value)).toBeNull()
      }),
    )
  })

  it('is none of a value that is no state', () => {
    expect(decoded(state)).toEqual(state)
    const { epochs, best, weights, course } = state
    const round: Record<string, unknown> = {}
    round['self'] = round
    const wrong: Record<string, unknown>[] = [
      { epochs: [] },
      { epochs: [{ ...epochs[0], validIc: null }, epochs[1]] },
      { epochs: epochs.toReversed() },
      { epochs: epochs.slice(1) },
      { best: { ...best, epoch: 3 - best.epoch } },
      { best: { ...best, validIc: best.validIc + 1 } },
      { best: { ...best, weights: weights.slice(1) } },
      { weights: [...weights] },
      { weights: new Float32Array(weights) },
      { course: null },
      { course: [1] },
      { course: new Map() },
      { course: { ...course, order: 'text' } },
      { course: { ...course, order: new Float32Array(4) } },
      { course: round },
    ]
    for (const part of wrong) expect(decoded({ ...state, ...part }), Object.keys(part)[0]).toBeNull()
    for (const name of Object.keys(state)) expect(decoded({ ...state, [name]: undefined }), name).toBeNull()
  })
})
