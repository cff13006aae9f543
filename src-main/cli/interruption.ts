import { PlateauError } from '../../src-shared/errors.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * A signal that aborts with an `interrupted` error when the process is asked to end. Only the first request is taken:
 * a second one ends the process at once.
 */
export function createInterruption(): AbortSignal {
  const controller = new AbortController()
  const abort = (): void => {
    for (const signal of SIGNALS) process.off(signal, abort)
    controller.abort(
      new PlateauError('interrupted', 'The command was stopped; nothing half-written is left.', {
        remedy: 'Run it again.',
      }),
    )
  }
  for (const signal of SIGNALS) process.on(signal, abort)
  return controller.signal
}
