import { type ChildProcess, fork } from 'node:child_process'
import { constants, getPriority, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type ErrorData, PlateauError } from '../../src-shared/errors.ts'
import { failure } from '../../src-shared/failure.ts'
import { serviceErrors } from '../../src-shared/locales/errors/service.ts'
import { KILL_AFTER_MS, watchParent } from './watchdog.ts'

/**
 * One long job in a process of its own: a crash takes the job, never its caller. The child gets one task, answers
 * any number of progress messages and then one result or error. Structured clone carries typed arrays.
 */

interface ToChild<Task> {
  readonly task: Task
  /** Process id of the sender. */
  readonly parent: number
}

/** Asks a process to end, as SIGTERM does. */
const STOP = 'stop'

type Answer =
  { readonly type: 'result'; readonly value: unknown } | { readonly type: 'error'; readonly error: ErrorData }
type ToParent = { readonly type: 'progress'; readonly value: unknown } | Answer

/** Niceness, or the class that stands for it on Windows. */
const BACKGROUND = constants.priority.PRIORITY_BELOW_NORMAL

/** To be called before the process has threads, which take its priority over from the one that starts them. */
function sendToBackground({ pid }: ChildProcess): void {
  if (pid === undefined || getPriority() >= BACKGROUND) return
  try {
    setPriority(pid, BACKGROUND)
  } catch {
    // It has ended, which its exit tells, or the system does not allow it: it works all the same.
  }
}

/**
 * Run `task` in a new process that executes `entry`; settles when that process has ended. Rejects with the child's own
 * error, with `cancelled` when `signal` aborts, with `interrupted` when the process dies without an answer, and with
 * what `onProgress` throws, which ends the process. A process that is asked to end has `killAfter` ms to answer what it has.
 * `flags` are Node's own. In the background it and the processes that it starts leave the processor to others first: to the window
 * of whoever waits for it.
 */
export function runJob<Task, Progress, Result>(
  entry: URL,
  task: Task,
  options: {
    onProgress: (value: Progress) => void
    signal: AbortSignal
    killAfter?: number
    flags?: readonly string[]
    background?: boolean
  },
): Promise<Result> {
  const { onProgress, signal, killAfter = KILL_AFTER_MS, flags = [], background = false } = options
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(failure(serviceErrors.jobNotBegun, {}))
      return
    }
    const child = fork(fileURLToPath(entry), [], {
      serialization: 'advanced',
      execArgv: [...process.execArgv, ...flags],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    if (background) sendToBackground(child)
    let stderr = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-4_000)
    })

    let answer: Answer | null = null
    /** What went wrong on this side: the child could not be started, or its progress not be taken. */
    let fault: { readonly error: unknown } | null = null
    const cancel = (): void => end(child, killAfter)
    signal.addEventListener('abort', cancel, { once: true })

    child.on('message', (message) => {
      const received = message as ToParent
      if (received.type !== 'progress') answer = received
      else if (fault === null) {
        try {
          onProgress(received.value as Progress)
        } catch (error) {
          fault = { error }
          end(child, KILL_AFTER_MS)
        }
      }
    })
    child.on('error', (error) => {
      // Any other failure of a process that did start ends in its 'close'.
      if (child.pid !== undefined) return
      fault = { error: PlateauError.from(error) }
      settle(null, null)
    })
    // Not 'exit': the last messages may still be unread then.
    child.on('close', (code, killedBy) => settle(code, killedBy))

    const settle = (code: number | null, killedBy: NodeJS.Signals | null): void => {
      signal.removeEventListener('abort', cancel)
      if (fault !== null) reject(fault.error)
      else if (answer?.type === 'result') resolve(answer.value as Result)
      else if (signal.aborted) reject(failure(serviceErrors.jobCancelled, {}))
      else if (answer !== null) reject(PlateauError.fromData(answer.error))
      else {
        const log = stderr === '' ? '' : `\n${stderr}`
        reject(
          killedBy === null
            ? failure(serviceErrors.jobEnded, { exitCode: String(code), log })
            : failure(serviceErrors.jobKilled, { signal: killedBy, log }),
        )
      }
    }
    const message: ToChild<Task> = { task, parent: process.pid }
    child.send(message)
  })
}

/** Ask a process to end, and kill it if it does not. */
function end(child: ChildProcess, killAfter: number): void {
  // On Windows no process hears of a signal: it is simply killed.
  if (process.platform === 'win32' && child.connected) child.send(STOP)
  else child.kill('SIGTERM')
  const kill = setTimeout(() => child.kill('SIGKILL'), killAfter).unref()
  child.once('exit', () => clearTimeout(kill))
}

/**
 * The other end: call once in the process that `runJob` starts. The process ends with its answer, and soon after its
 * parent is gone, however busy it is, so that no orphan keeps computing.
 */
export function serveJob<Task, Progress, Result>(
  work: (task: Task, report: (value: Progress) => void) => Promise<Result>,
): void {
  const send = (message: ToParent, then?: () => void): void => {
    if (process.connected) process.send?.(message, undefined, undefined, then)
    else then?.()
  }
  process.once('message', (message) => {
    const { task, parent } = message as ToChild<Task>
    watchParent(parent)
    process.on('message', (later) => {
      if (later === STOP && !process.emit('SIGTERM', 'SIGTERM')) process.exit(1)
    })
    // A task that waits for nothing and does not answer ends all the same.
    process.channel?.unref()
    work(task, (value) => send({ type: 'progress', value })).then(
      (value) => send({ type: 'result', value }, () => process.exit(0)),
      (error: unknown) =>
        send({ type: 'error', error: PlateauError.from(error).toData() }, () => process.exit(1)),
    )
  })
}

/**
 * Run a part of a job that has jobs of its own: until it has ended, a SIGTERM aborts its signal instead of ending the
 * process, so that they can be ended first. Whoever sent it kills this process if that takes too long.
 */
export async function withOrderlyStop<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const abort = (): void => stop.abort()
  process.on('SIGTERM', abort)
  try {
    return await work(stop.signal)
  } finally {
    process.off('SIGTERM', abort)
  }
}
