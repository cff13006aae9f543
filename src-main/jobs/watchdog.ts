import { Worker } from 'node:worker_threads'

/** Time a process gets to end after SIGTERM before it is killed. */
export const KILL_AFTER_MS = 3_000
const LOOK_EVERY_MS = 250

/**
 * Runs in a thread: the main one may compute for minutes without looking at its events. A process whose parent has
 * died belongs to another one from then on; Windows keeps the dead one's id, so that is asked for too.
 */
const WATCH = `
const { workerData: { parent, lookEvery, killAfter } } = require('node:worker_threads')
const orphaned = () => {
  if (process.ppid !== parent) return true
  try {
    process.kill(parent, 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}
const timer = setInterval(() => {
  if (!orphaned()) return
  clearInterval(timer)
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), killAfter)
  process.kill(process.pid, 'SIGTERM')
}, lookEvery)
`

/** From now on this process gets SIGTERM when the process `parent` is gone, and is killed if it does not end. */
export function watchParent(parent: number): void {
  new Worker(WATCH, {
    eval: true,
    workerData: { parent, lookEvery: LOOK_EVERY_MS, killAfter: KILL_AFTER_MS },
  }).unref()
}
