import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { runPool } from '../../../src-main/jobs/pool.ts'
import { runJob } from '../../../src-main/jobs/process.ts'

let entry: URL

beforeAll(async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'plateau-job-')), 'entry.ts')
  const job = new URL('../../../src-main/jobs/process.ts', import.meta.url)
  const errors = new URL('../../../src-shared/errors.ts', import.meta.url)
  await writeFile(
    file,
    `import { serveJob } from ${JSON.stringify(job.href)}
     import { PlateauError } from ${JSON.stringify(errors.href)}
     serveJob(async (task, report) => {
       report(process.pid)
       if (task === 'refuse') throw new PlateauError('data_insufficient', 'too little', { place: { field: 'x' }, remedy: 'more' })
       if (task === 'die') process.kill(process.pid, 'SIGKILL')
       if (task === 'hang') await new Promise((resolve) => setTimeout(resolve, 60_000))
       return task
     })`,
  )
  entry = pathToFileURL(file)
})

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
    expect(() => process.kill(pid, 0)).toThrow()
  })
})

describe('runPool', () => {
  it('keeps results in index order and never runs more than its width', async () => {
    let running = 0
    let most = 0
    const results = await runPool(9, 3, new AbortController().signal, async (index) => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 9 - index))
      running--
      return index
    })
    expect(results).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(most).toBe(3)
  })

  it('aborts the others on the first failure and throws it', async () => {
    const started: number[] = []
    const pool = runPool(5, 2, new AbortController().signal, async (index, signal) => {
      started.push(index)
      if (index === 1) throw new Error('first')
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      throw new Error('aborted')
    })
    await expect(pool).rejects.toThrow('first')
    expect(started).toEqual([0, 1])
  })
})
