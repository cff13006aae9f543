import { cancelledEvaluation, checkCancelled } from './holdings.ts'

/** Runs what is asked of an engine one after the other, in the order it was asked. */
export interface Turns {
  /**
   * `work` in its turn. Rejects with `cancelled` as soon as `signal` aborts; work that waits is then left out, work that has
   * begun has until its end before the next one's turn.
   */
  take<T>(signal: AbortSignal | undefined, work: () => T | Promise<T>): Promise<T>
}

export function createTurns(): Turns {
  /** Fulfilled when what was asked so far has ended. */
  let idle: Promise<void> = Promise.resolve()
  return {
    take: (signal, work) =>
      new Promise((resolve, reject) => {
        checkCancelled(signal)
        const leave = (): void => reject(cancelledEvaluation())
        signal?.addEventListener('abort', leave)
        const turn = idle.then(() => {
          checkCancelled(signal)
          return work()
        })
        idle = turn.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave))
      }),
  }
}
