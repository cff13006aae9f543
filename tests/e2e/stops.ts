import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { commandOf, processTree } from './fixtures.ts'

const LONGEST_MS = 800
const APART_MS = 250
/** By their command lines. Processes that compute are left alone: tests stop those themselves. */
const KINDS = {
  window: /--type=renderer/,
  gpu: /--type=gpu-process/,
  shell: /\/electron\0(?!.*--type=)/s,
  service: /\/out\/main\/host\.js/,
  test: /workerProcessEntry/,
}

/**
 * Until `over`, stop a process that this one has started, directly or not, for up to 0.8 s, then another one: what is right only while
 * every process is in time shows. Linux.
 */
export async function stopAtRandom(over: AbortSignal): Promise<void> {
  let stopped: number | null = null
  const goOn = (): void => {
    if (stopped !== null) send(stopped, 'SIGCONT')
    stopped = null
  }
  process.on('exit', goOn)
  while (!over.aborted) {
    await delay(randomInt(APART_MS))
    const kinds = [...Map.groupBy(processTree(process.pid).slice(1), kindOf)].filter(
      ([kind]) => kind !== null,
    )
    if (kinds.length === 0) continue
    const [, pids] = kinds[randomInt(kinds.length)]!
    stopped = pids[randomInt(pids.length)]!
    send(stopped, 'SIGSTOP')
    await delay(randomInt(LONGEST_MS))
    goOn()
  }
  process.off('exit', goOn)
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended.
  }
}

function kindOf(pid: number): string | null {
  const command = commandOf(pid)
  return Object.entries(KINDS).find(([, form]) => form.test(command))?.[0] ?? null
}
