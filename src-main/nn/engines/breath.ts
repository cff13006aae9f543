import { checkCancelled } from './holdings.ts'

/** How long an evaluation may keep the thread before it looks whether it was cancelled. */
const BREATH_MS = 40

/** Called between pieces of work; what it answers is waited for. */
export type Breathe = () => Promise<void> | undefined

/**
 * For engines that compute on the JavaScript thread: every 40 ms other work of the thread has its turn, and then an
 * evaluation whose `signal` has aborted rejects with `cancelled`.
 */
export function createBreather(signal: AbortSignal | undefined): Breathe {
  let last = performance.now()
  return () => {
    if (performance.now() - last < BREATH_MS) return undefined
    return pause().then(() => {
      checkCancelled(signal)
      last = performance.now()
    })
  }
}

/** Let timers, messages and signals of this thread have their turn. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}
