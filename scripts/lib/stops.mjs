import { randomInt } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

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
export async function stopAtRandom(over) {
  let stopped = null
  const goOn = () => stopped !== null && send(stopped, 'SIGCONT')
  process.on('exit', goOn)
  while (!over.aborted) {
    await delay(randomInt(APART_MS))
    const kinds = [...Map.groupBy(descendants(), kindOf)].filter(([kind]) => kind !== null)
    if (kinds.length === 0) continue
    const [, pids] = kinds[randomInt(kinds.length)]
    stopped = pids[randomInt(pids.length)]
    send(stopped, 'SIGSTOP')
    await delay(randomInt(LONGEST_MS))
    goOn()
    stopped = null
  }
  process.off('exit', goOn)
}

function send(pid, signal) {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended.
  }
}

function descendants() {
  const children = Map.groupBy(
    readdirSync('/proc').filter((name) => /^\d+$/.test(name)),
    parentOf,
  )
  const below = (pid) => (children.get(pid) ?? []).flatMap((child) => [Number(child), ...below(child)])
  return below(String(process.pid))
}

// After the command in parentheses, which may hold anything, come state and parent.
const parentOf = (pid) => read(`/proc/${pid}/stat`).split(') ').at(-1).split(' ')[1]

function kindOf(pid) {
  const command = read(`/proc/${pid}/cmdline`)
  return Object.keys(KINDS).find((kind) => KINDS[kind].test(command)) ?? null
}

/** Empty of a process that has ended. */
function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
