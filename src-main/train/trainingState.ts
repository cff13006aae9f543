import { z } from 'zod'
import { type EpochRecord, epochRecord } from '../../src-shared/domain/training.ts'
import type { PlainState } from '../optim/optimizer.ts'

/** All that one epoch leaves to the next. */
export interface TrainingState {
  /** From the first on, at least one. */
  readonly epochs: readonly EpochRecord[]
  /** The first of the epochs with the highest validation IC. */
  readonly best: { readonly epoch: number; readonly validIc: number; readonly weights: Float64Array }
  readonly weights: Float64Array
  /** Optimizer, batch order and dropout (course.ts). */
  readonly course: PlainState
}

const shape = z.object({
  epochs: z.array(epochRecord).min(1),
  best: z.object({ epoch: z.int(), validIc: z.number(), weights: z.instanceof(Float64Array) }),
  weights: z.instanceof(Float64Array),
  course: z.unknown(),
})

/** A copy with vectors of its own; null when `value` is no state, or one that contradicts itself. */
export function copyOfState(value: unknown): TrainingState | null {
  if (!shape.safeParse(value).success) return null
  // What was checked, not what the schema makes of it: that would put a record's fields in another order.
  const { epochs, best, weights, course } = value as TrainingState
  const first = epochs.reduce((a, b) => (b.validIc > a.validIc ? b : a))
  const copy = copyOfPlain(course)
  if (
    copy === null ||
    epochs.some(({ epoch }, at) => epoch !== at + 1) ||
    best.epoch !== first.epoch ||
    best.validIc !== first.validIc ||
    best.weights.length !== weights.length
  )
    return null
  return {
    epochs: epochs.map((record) => ({ ...record })),
    best: { epoch: best.epoch, validIc: best.validIc, weights: new Float64Array(best.weights) },
    weights: new Float64Array(weights),
    course: copy,
  }
}

function copyOfPlain(value: unknown): PlainState | null {
  if (typeof value !== 'object' || value === null) return null
  if (Object.getPrototypeOf(value) !== Object.prototype) return null
  const entries: [string, PlainState[string]][] = []
  for (const [name, held] of Object.entries(value)) {
    const copy = typeof held === 'number' ? held : (copyOfVector(held) ?? copyOfPlain(held))
    if (copy === null) return null
    entries.push([name, copy])
  }
  return Object.fromEntries(entries)
}

function copyOfVector(value: unknown): Float64Array | Uint8Array | Uint32Array | null {
  if (value instanceof Float64Array) return new Float64Array(value)
  if (value instanceof Uint32Array) return new Uint32Array(value)
  return value instanceof Uint8Array ? new Uint8Array(value) : null
}

/** Whether `kept` holds what `fresh`, a state before the first step, does; a vector without elements is made by a step. */
export function fits(fresh: PlainState, kept: PlainState): boolean {
  const names = Object.keys(fresh)
  return (
    names.length === Object.keys(kept).length &&
    names.every((name) => {
      const [before, after] = [fresh[name], kept[name]]
      if (typeof before !== 'object' || typeof after !== 'object') return typeof before === typeof after
      if (!ArrayBuffer.isView(before)) return !ArrayBuffer.isView(after) && fits(before, after)
      return (
        ArrayBuffer.isView(after) &&
        before.constructor === after.constructor &&
        (before.length === 0 || before.length === after.length)
      )
    })
  )
}
