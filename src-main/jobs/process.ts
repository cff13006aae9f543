import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type ErrorData, PlateauError } from '../../src-shared/errors.ts'

/**
 * One long job in a process of its own: a crash takes the job, never its caller. The child gets one task, answers
 * any number of progress messages and then one result or error. Structured clone carries typed arrays.
 */

type ToParent =
  | { readonly type: 'progress'; readonly value: unknown }
  | { readonly type: 'result'; readonly value: unknown }
  | { readonly type: 'error'; readonly error: ErrorData }

/** Time a child gets to end after SIGTERM before it is killed. */
const KILL_AFTER_MS = 3_000

/**
 * Run `task` in a new process that executes `entry`. Rejects with the child's own error, with `cancelled` when
 * `signal` aborts, and with `interrupted` when the process dies without an answer.
 */
export function runJob<Task, Progress, Result>(
  entry: URL,
  task: Task,
  options: { onProgress: (value: Progress) => void; signal: AbortSignal },
): Promise<Result> {
  const { onProgress, signal } = options
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new PlateauError('cancelled', 'The job was cancelled before it started.'))
      return
    }
    const child = fork(fileURLToPath(entry), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Inside Electron the executable is Electron itself; this makes the child a plain Node process.
      ...(process.versions['electron'] === undefined
        ? {}
        : { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } }),
    })
    let stderr = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-4_000)
    })

    let settled = false
    const settle = (act: () => void): void => {
      if (settled) return
      settled = true
      signal.removeEventListener('abort', cancel)
      act()
    }
    const cancel = (): void => {
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS).unref()
    }
    signal.addEventListener('abort', cancel, { once: true })

    child.on('message', (message) => {
      const answer = message as ToParent
      if (answer.type === 'progress') onProgress(answer.value as Progress)
      else if (answer.type === 'result') settle(() => resolve(answer.value as Result))
      else settle(() => reject(PlateauError.fromData(answer.error)))
    })
    child.on('error', (error) => settle(() => reject(PlateauError.from(error))))
    child.on('exit', (code, killedBy) =>
      settle(() =>
        reject(
          signal.aborted
            ? new PlateauError('cancelled', 'The job was cancelled.')
            : new PlateauError(
                'interrupted',
                `The job's process ended without an answer (${killedBy ?? `exit code ${code}`}).${stderr === '' ? '' : `\n${stderr}`}`,
                { remedy: 'Start it again; what it had not finished is lost.' },
              ),
        ),
      ),
    )
    child.send({ task })
  })
}

/**
 * The other end: call once in the process that `runJob` starts. The process ends with its answer, and at once when
 * its parent is gone, so that no orphan keeps computing.
 */
export function serveJob<Task, Progress, Result>(
  work: (task: Task, report: (value: Progress) => void) => Promise<Result>,
): void {
  const send = (message: ToParent, then?: () => void): void => {
    if (process.connected) process.send?.(message, undefined, undefined, then)
  }
  process.on('disconnect', () => process.exit(3))
  process.once('message', (message) => {
    const { task } = message as { task: Task }
    work(task, (value) => send({ type: 'progress', value })).then(
      (value) => send({ type: 'result', value }, () => process.exit(0)),
      (error: unknown) =>
        send({ type: 'error', error: PlateauError.from(error).toData() }, () => process.exit(1)),
    )
  })
}
