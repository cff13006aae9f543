import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ENGINE_KINDS } from '../../../src-shared/domain/compute.ts'
import { answerOf, errorOf, plateau } from './plateau.ts'

const folder = mkdtempSync(join(tmpdir(), 'plateau-compute-'))
const file = join(folder, 'compute.json')
const env = { PLATEAU_COMPUTE_FILE: file }
afterAll(() => rmSync(folder, { recursive: true }))

interface Answer {
  readonly fmaPeakGflops: number | null
  readonly engines: readonly Record<string, unknown>[]
}

describe('plateau compute', () => {
  it('lists every engine with its verdict, and keeps the choice', async () => {
    const ended = await plateau(['compute', '--json'], { env })
    expect(ended.code).toBe(0)
    expect(ended.stderr).toBe('testing and measuring every engine\n')
    const { fmaPeakGflops, engines } = answerOf<Answer & Record<string, unknown>>(ended)
    expect(engines.map(({ name }) => name)).toEqual(ENGINE_KINDS)
    for (const engine of engines) {
      expect(Object.keys(engine)).toEqual([
        'name',
        'available',
        'reason',
        'device',
        'threads',
        'gradientError',
        'gflops',
        'shareOfPeak',
        'chosen',
      ])
      expect(engine['reason']).toMatch(/^(chosen|not chosen|not offered|missing): ./)
      expect(engine['gflops'] === null).toBe(!engine['available'])
    }
    expect(engines.filter(({ chosen }) => chosen)).toHaveLength(1)
    expect(fmaPeakGflops === null).toBe(!engines[0]['available'])
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { reports: { report: Answer }[] }
    expect(kept.reports[0].report.engines.map(({ gflops }) => gflops)).toEqual(
      engines.map(({ gflops }) => gflops),
    )
  }, 120_000)

  it('stops when it is told to, and ends its process first', async () => {
    const kept = readFileSync(file, 'utf8')
    let told = false
    const ended = await plateau(['compute', '--json'], {
      env,
      onStderr: (_text, kill) => {
        if (!told) kill('SIGINT')
        told = true
      },
    })
    expect(ended.code).toBe(3)
    expect(errorOf(ended).code).toBe('interrupted')
    expect(() => process.kill(-ended.pid, 0)).toThrow('ESRCH')
    expect(readFileSync(file, 'utf8')).toBe(kept)
  }, 120_000)

  it('shows the same to a person, a line for each engine', async () => {
    const { code, stdout } = await plateau(['compute'], { env })
    expect(code).toBe(0)
    for (const name of ENGINE_KINDS) expect(stdout).toMatch(new RegExp(`^${name} +\\S+.*: `, 'm'))
    expect(stdout).toMatch(/fused multiply-add peak (\d+|—) GFLOP\/s/)
  }, 120_000)
})
