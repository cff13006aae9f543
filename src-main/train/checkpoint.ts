import { seal, unseal } from './sealed.ts'
import { copyOfState, type TrainingState } from './trainingState.ts'

/** A training's state as bytes; `key` as in seal. */
export function encodeCheckpoint({ epochs, best, weights, course }: TrainingState, key: string): Uint8Array {
  return seal({ epochs, best, weights, course }, key)
}

/**
 * The state that `encodeCheckpoint` was given with this key, with vectors of its own. Null for bytes that are not whole or of
 * another run, and for a value that is no state; never throws.
 */
export function decodeCheckpoint(checkpoint: Uint8Array, key: string): TrainingState | null {
  try {
    return copyOfState(unseal(checkpoint, key))
  } catch {
    // A value that holds itself.
    return null
  }
}
