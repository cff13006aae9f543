import { PlateauError } from '../../src-shared/errors.ts'

export interface EvaluateOptions {
  /** Evaluations asked for at once: as many as there are workers to share them. 1 unless given. */
  readonly lanes?: number
  /** Of each one as it comes. */
  readonly onLoss?: (index: number, loss: number | null) => void
}

/**
 * The loss of each item, begun in the items' order. Once an evaluation rejects with `cancelled` no more are begun and what
 * there is comes back, null for the rest; any other error is thrown.
 */
export async function evaluateEach<T>(
  items: readonly T[],
  evaluate: (item: T) => Promise<number | null>,
  { lanes = 1, onLoss }: EvaluateOptions = {},
): Promise<(number | null)[]> {
  const losses = items.map((): number | null => null)
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++
      try {
        losses[index] = await evaluate(items[index])
      } catch (error) {
        next = items.length
        if (error instanceof PlateauError && error.code === 'cancelled') return
        throw error
      }
      onLoss?.(index, losses[index])
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return losses
}
