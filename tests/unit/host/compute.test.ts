import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ComputeReport, computeReport, ENGINE_KINDS } from '../../../src-shared/domain/compute.ts'
import { createComputeService, type ComputeService } from '../../../src-main/host/services/compute.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)
let folder: string
let file: string
let service: ComputeService

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-compute-'))
  file = join(folder, 'compute.json')
  vi.stubEnv('PLATEAU_COMPUTE_FILE', file)
  service = createComputeService(WORKER)
})
afterEach(async () => {
  await service.close()
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})
const kept = (): ComputeReport =>
  (JSON.parse(readFileSync(file, 'utf8')) as { reports: { report: ComputeReport }[] }).reports[0].report

describe('the compute service', () => {
  it('reports what is kept, and measures in a process of its own while this one works on', async () => {
    let ticks = 0
    const clock = setInterval(() => ticks++, 20)
    const report = await service.report()
    clearInterval(clock)
    expect(computeReport.parse(report)).toEqual(report)
    expect(report.engines.map(({ name }) => name)).toEqual(ENGINE_KINDS)
    expect(ticks).toBeGreaterThan(5)
    expect(kept()).toEqual(report)
    expect(await service.report()).toBe(report)
    expect(await createComputeService(WORKER).report()).toEqual(report)
  })

  it('measures once for all who ask at once, and reports that from then on', async () => {
    const first = service.report()
    const [measured, same] = await Promise.all([service.measure(), service.measure()])
    expect(same).toBe(measured)
    expect((await first).engines.at(-1)!.gflops).toBeNull()
    expect(measured.engines.at(-1)!.gflops).toBeGreaterThan(0)
    expect(await service.report()).toBe(measured)
    expect(kept()).toEqual(measured)
  })

  it('tells of a process that a driver ended, and tries again when asked again', async () => {
    const entry = join(folder, 'dying.ts')
    const job = new URL('../../../src-main/jobs/process.ts', import.meta.url)
    writeFileSync(
      entry,
      `import { serveJob } from ${JSON.stringify(job.href)}
       serveJob(async () => process.kill(process.pid, 'SIGSEGV'))`,
    )
    const dying = createComputeService(pathToFileURL(entry))
    const error = { code: 'interrupted', message: expect.stringContaining('SIGSEGV') }
    await expect(dying.report()).rejects.toMatchObject(error)
    await expect(dying.measure()).rejects.toMatchObject(error)
    await expect(dying.report()).rejects.toMatchObject(error)
  })

  it('stops measuring when it is closed', async () => {
    const report = service.report()
    const stopped = expect(report).rejects.toMatchObject({ code: 'cancelled' })
    await service.close()
    await stopped
  })
})
