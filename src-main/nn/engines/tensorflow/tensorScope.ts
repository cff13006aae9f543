import type * as tfjs from '@tensorflow/tfjs-core'

/** TensorFlow.js with the backend that is to compute: tfjs-core, or a package that exports it. */
export type TensorFlow = typeof tfjs

/**
 * The tensors of one evaluation. tf.tidy alone will not do: it cannot span the breaths between pieces of work, and
 * whatever ends the evaluation, none may be left behind.
 */
export interface TensorScope {
  /** Run `compute`; its result stays until it is freed or the scope ends, what it made on the way goes at once. */
  keep<Kept extends tfjs.TensorContainer>(compute: () => Kept): Kept
  free(kept: tfjs.TensorContainer): void
  end(): void
}

export function createTensorScope(tf: TensorFlow): TensorScope {
  const held = new Set<tfjs.TensorContainer>()
  return {
    keep(compute) {
      const kept = tf.tidy(compute)
      held.add(kept)
      return kept
    },
    free(kept) {
      held.delete(kept)
      tf.dispose(kept)
    },
    end() {
      for (const kept of held) tf.dispose(kept)
      held.clear()
    },
  }
}
