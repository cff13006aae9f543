import { PlateauError } from '../../src-shared/errors.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Signals so soon after the first ask for the same: systemd, `timeout` and schedulers signal a whole group of processes, and
 * npm and what set the process up pass on what they get.
 */
const SAME_REQUEST_MS = 1000
/** Most of them come within this. A process that ends before would be killed by them, as Node gives up its handlers first. */
const STAYS_MS = 300

/**
 * A signal that aborts with an `interrupted` error when the process is asked to end. Only the first request is taken:
 * a second one ends the process at once.
 */
export function createInterruption(): AbortSignal {
  const controller = new AbortController()
  const abort = (): void => {
    if (controller.signal.aborted) return
    const letGo = (): void => SIGNALS.forEach((signal) => process.off(signal, abort))
    setTimeout(letGo, SAME_REQUEST_MS).unref()
    setTimeout(() => {}, STAYS_MS)
    controller.abort(
      new PlateauError('interrupted', 'The command was stopped; nothing half-written is left.', {
        remedy: 'Run it again.',
      }),
    )
  }
  for (const signal of SIGNALS) process.on(signal, abort)
  return controller.signal
}
