import { fork, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { constants, getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runPool } from '../../../src-main/jobs/pool.ts'
import { runJob } from '../../../src-main/jobs/process.ts'
import { PlateauError } from '../../../src-shared/errors.ts'

let entry: URL
let callerEntry: URL

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plateau-job-'))
  const file = join(folder, 'entry.ts')
  const job = new URL('../../../src-main/jobs/process.ts', import.meta.url)
  const errors = new URL('../../../src-shared/errors.ts', import.meta.url)
  await writeFile(
    file,
    `import { getPriority } from 'node:os'
     import { runJob, serveJob, withOrderlyStop } from ${JSON.stringify(job.href)}
     import { PlateauError } from ${JSON.stringify(errors.href)}
     serveJob(async (task, report) => {
       report(process.pid)
       if (task === 'refuse') throw new PlateauError('data_insufficient', 'too little', { place: { field: 'x' }, remedy: 'more' })
       if (task === 'priority') return getPriority()
       if (task === 'priority of a child')
         return runJob(new URL(import.meta.url), 'priority', { signal: new AbortController().signal, onProgress: () => {} })
       if (task === 'die') process.kill(process.pid, 'SIGKILL')
       if (task === 'busy job') for (;;);
       if (task === 'family' || task === 'busy family') {
         let told = 0
         await withOrderlyStop((signal) => Promise.all(['busy job', 'hang'].map((child) =>
           runJob(new URL(import.meta.url), child, { signal, onProgress: (pid) => {
             report(pid)
             if (++told === 2 && task === 'busy family') setTimeout(() => { for (;;); }, 50)
           } }))))
       }
       if (task === 'last words') return withOrderlyStop((signal) => new Promise((resolve) => {
         const work = setInterval(() => {}, 1_000)
         signal.addEventListener('abort', () => setTimeout(() => { clearInterval(work); resolve('said') }, 4_000))
         report('listening')
       }))
       if (task === 'nothing to wait for') await new Promise(() => {})
       if (task === 'hang') await new Promise((resolve) => setTimeout(resolve, 60_000))
       return task
     })`,
  )
  entry = pathToFileURL(file)
  const caller = join(folder, 'caller.ts')
  await writeFile(
    caller,
    `import { runJob } from ${JSON.stringify(job.href)}
     await runJob(new URL('./entry.ts', import.meta.url), process.argv[2], {
       signal: new AbortController().signal, onProgress: (pid) => console.log(pid) })`,
  )
  callerEntry = pathToFileURL(caller)
})

/** Processes heard of: none may outlive a failed test. */
const heardOf: number[] = []
afterAll(() => {
  for (const pid of heardOf.filter(isRunning)) process.kill(pid, 'SIGKILL')
})

const isListening = (message: unknown): boolean => (message as { value: unknown }).value === 'listening'

const start = (
  task: unknown,
  signal = new AbortController().signal,
  onProgress: (value: unknown) => void = () => {},
) => runJob<unknown, unknown, unknown>(entry, task, { signal, onProgress })

describe('runJob', () => {
  it('carries typed arrays both ways and progress before the result', async () => {
    const progress: unknown[] = []
    const task = { weights: Float64Array.of(1, 2.5, NaN) }
    expect(await start(task, undefined, (value) => progress.push(value))).toEqual(task)
    expect(progress).toEqual([expect.any(Number)])
  })

  it.each(['priority', 'priority of a child'])('has a lower %s in the background', async (task) => {
    const quiet = { signal: new AbortController().signal, onProgress: () => {} }
    const own = getPriority()
    expect(await runJob(entry, task, quiet)).toBe(own)
    expect(await runJob(entry, task, { ...quiet, background: true })).toBe(
      Math.max(own, constants.priority.PRIORITY_BELOW_NORMAL),
    )
  })

  it("rejects with the child's own error", async () => {
    await expect(start('refuse')).rejects.toMatchObject({
      code: 'data_insufficient',
      remedy: 'more',
      place: { field: 'x' },
    })
  })

  it('rejects with interrupted when the process is killed', async () => {
    await expect(start('die')).rejects.toMatchObject({ code: 'interrupted' })
  })

  it('ends the process when cancelled', async () => {
    const abort = new AbortController()
    let pid = 0
    const job = start('hang', abort.signal, (value) => {
      pid = value as number
      abort.abort()
    })
    await expect(job).rejects.toMatchObject({ code: 'cancelled' })
    expect(isRunning(pid)).toBe(false)
  })

  it('takes what a cancelled process has to say as long as it may take to say it', async () => {
    const abort = new AbortController()
    const job = runJob(entry, 'last words', {
      signal: abort.signal,
      killAfter: 60_000,
      onProgress: (told) => {
        if (told === 'listening') abort.abort()
      },
    })
    expect(await job).toBe('said')
  })

  it('rejects with interrupted when a process has nothing left to do and has not answered', async () => {
    await expect(start('nothing to wait for')).rejects.toMatchObject({ code: 'interrupted' })
  })

  // What `runJob` sends on Windows, where no signal is heard.
  it.each([
    ['last words', [expect.anything(), { type: 'result', value: 'said' }], 0],
    ['hang', [expect.anything()], 1],
  ] as const)('is asked to end by a message as by a signal: %s', async (task, told, code) => {
    const child = fork(fileURLToPath(entry), [], { serialization: 'advanced' })
    heardOf.push(child.pid!)
    const messages: unknown[] = []
    child.on('message', (message) => {
      messages.push(message)
      if (messages.length === (task === 'hang' ? 1 : 2)) child.send('stop')
    })
    child.send({ task, parent: process.pid })
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(code)
    expect(messages.filter((message) => !isListening(message))).toEqual(told)
  })

  it('ends the process and rejects with what the receiver of its progress throws', async () => {
    let pid = 0
    const job = start('busy job', undefined, (value) => {
      pid = value as number
      throw new PlateauError('disk_full', 'no room')
    })
    await expect(job).rejects.toMatchObject({ code: 'disk_full' })
    expect(isRunning(pid)).toBe(false)
  })

  it.each(['family', 'busy family'])('leaves no process when a %s is cancelled', async (task) => {
    const abort = new AbortController()
    const pids: number[] = []
    const job = start(task, abort.signal, (value) => {
      heardOf.push(value as number)
      if (pids.push(value as number) === 3) abort.abort()
    })
    await expect(job).rejects.toMatchObject({ code: 'cancelled' })
    expect(pids).toHaveLength(3)
    await ended(pids)
  })

  it.each(['busy job', 'family', 'busy family'])(
    'leaves no process when the caller of a %s is killed',
    async (task) => {
      const size = task === 'busy job' ? 1 : 3
      // A caller in a process of its own, which tells the pids of the jobs it hears of.
      const caller = spawn(process.execPath, [fileURLToPath(callerEntry), task], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const pids: number[] = []
      for await (const line of createInterface(caller.stdout)) {
        heardOf.push(Number(line))
        if (pids.push(Number(line)) === size) break
      }
      expect(pids.every(isRunning)).toBe(true)
      caller.kill('SIGKILL')
      await ended(pids)
    },
  )
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  // A process that nobody waits for stays in the table when it has ended.
  const stat = `/proc/${pid}/stat`
  return !existsSync(stat) || !/\) [ZX] /.test(readFileSync(stat, 'latin1'))
}

/** Resolves when none of the processes runs any more; the test's own limit is the bound. */
async function ended(pids: readonly number[]): Promise<void> {
  while (pids.some(isRunning)) await new Promise((resolve) => setTimeout(resolve, 50))
}

describe('runPool', () => {
  it('keeps results in index order and never runs more than its width', async () => {
    let running = 0
    let most = 0
    const results = await runPool(
      9,
      () => 3,
      new AbortController().signal,
      async (index) => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setTimeout(resolve, 9 - index))
        running--
        return index
      },
    )
    expect(results).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(most).toBe(3)
  })

  it('asks for its width before each start, and waits for those beyond one that became less', async () => {
    let width = 3
    let running = 0
    const beside: number[] = []
    await runPool(
      8,
      () => width,
      new AbortController().signal,
      async (index) => {
        beside.push(++running)
        if (index === 2) width = 1
        if (index === 5) width = 2
        await new Promise((resolve) => setTimeout(resolve, 5))
        running--
      },
    )
    expect(beside).toEqual([1, 2, 3, 1, 1, 1, 2, 2])
  })

  it('aborts the others on the first failure and throws it', async () => {
    const started: number[] = []
    const pool = runPool(
      5,
      () => 2,
      new AbortController().signal,
      async (index, signal) => {
        started.push(index)
        if (index === 1) throw new Error('first')
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        throw new Error('aborted')
      },
    )
    await expect(pool).rejects.toThrow('first')
    expect(started).toEqual([0, 1])
  })
})
