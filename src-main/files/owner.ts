import { readFileSync, statSync } from 'node:fs'

/** A process, named so that no other one is taken for it. */
export interface Owner {
  readonly pid: number
  /** Ticks from the machine's start to the process's: a container gives the same pid at every start. */
  readonly started: string
  /** Changes with every start of the machine. Empty, like `started`, where the system tells none: the pid counts. */
  readonly boot: string
}

/** This process. */
export function currentOwner(): Owner {
  return { pid: process.pid, started: startTime(process.pid) ?? '', boot: bootId() }
}

/** A living owner is heard of every few seconds. */
export const HEARD_WITHIN_MS = 60_000

/**
 * Whether the process is still there. Where the system tells no start time another program may have its pid by now: there
 * an owner that was not `heard` of (ISO time) for a minute, or for `within` ms, is gone.
 */
export function isAlive(
  { pid, started, boot }: Owner,
  heard: string | null = null,
  within = HEARD_WITHIN_MS,
): boolean {
  if (boot !== bootId() || !existsProcess(pid)) return false
  const now = startTime(pid)
  if (now !== null) return now === started
  return heard === null || Date.now() - Date.parse(heard) < within
}

/** When the owner of what is at `path` was last heard of by it (ISO time): its last change. Null where nothing is there. */
export function changedAt(path: string): string | null {
  try {
    return statSync(path).mtime.toISOString()
  } catch {
    return null
  }
}

function existsProcess(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Fields of proc(5) stat after the name, which may hold spaces and brackets: 3 is the state, 22 the start time. */
function startTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // One that has ended, but that nobody has waited for, has no start time that could be anybody's.
    return fields[0] === 'Z' ? 'ended' : fields[22 - 3]
  } catch {
    return null
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}
