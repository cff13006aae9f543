import type { OnProgress } from '../../../src-shared/contract/progress.ts'
import { failure } from '../../../src-shared/failure.ts'
import { serviceErrors } from '../../../src-shared/locales/errors/service.ts'
import type { ProcedureContext } from '../router.ts'

interface Job<T> {
  readonly made: Promise<T>
  readonly abort: AbortController
  /** One for each caller that waits. */
  readonly waiting: Set<{ readonly report: OnProgress }>
}

/** Waits to the end, and hears nothing on the way. */
const patient: ProcedureContext = { signal: new AbortController().signal, report: () => {} }

/**
 * Work for everyone who waits for it: begun by the first, kept once it is done, given up when the last has gone. What was given up or
 * has failed is begun anew. Rejects with the work's own error, and with `cancelled` whom others outstay.
 */
export function joined<T>(
  begin: (context: ProcedureContext) => Promise<T>,
): (context?: ProcedureContext) => Promise<T> {
  let job: Job<T> | null = null
  const start = (): Job<T> => {
    const abort = new AbortController()
    const waiting: Job<T>['waiting'] = new Set()
    const report: OnProgress = (progress) => waiting.forEach((each) => each.report(progress))
    const started = { made: begin({ signal: abort.signal, report }), abort, waiting }
    started.made.catch(() => {
      if (job === started) job = null
    })
    return started
  }
  return ({ signal, report } = patient) => {
    const own = job === null || job.abort.signal.aborted ? (job = start()) : job
    const me = { report }
    own.waiting.add(me)
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        own.waiting.delete(me)
        // The last one waits for its end.
        if (own.waiting.size === 0) own.abort.abort()
        else reject(failure(serviceErrors.callCancelled, {}))
      }
      const settled = (): void => {
        own.waiting.delete(me)
        signal.removeEventListener('abort', leave)
      }
      if (signal.aborted) leave()
      else signal.addEventListener('abort', leave, { once: true })
      own.made.then(resolve, reject).finally(settled)
    })
  }
}
