import { describe, expect, it, vi } from 'vitest'
import { computeReport, type ComputeReport, ENGINE_KINDS } from '../../../src-shared/domain/compute.ts'
import { CATALOGUE, type Finding, missing } from '../../../src-main/compute/catalogue.ts'
import { engineOrder } from '../../../src-main/compute/choice.ts'
import { ANSWER_WITHIN_MS } from '../../../src-main/compute/measure.ts'
import { measureEngines } from '../../../src-main/compute/report.ts'
import { type Device, source } from './sources.ts'

const FAST = { milliseconds: 5 }
const SLOW = { milliseconds: 60 }
const reference = CATALOGUE.find(({ name }) => name === 'reference')!

const verdicts = ({ engines }: ComputeReport) =>
  Object.fromEntries(engines.map(({ name, reason }) => [name, reason.code]))
const chosen = ({ engines }: ComputeReport) =>
  engines.filter((engine) => engine.chosen).map(({ name }) => name)

describe('the choice among engines', () => {
  it('is the fastest, whatever its place in the catalogue', async () => {
    for (const [native, webgpu] of [
      [FAST, SLOW],
      [SLOW, FAST],
    ]) {
      const report = await measureEngines({
        catalogue: [source('native', native), source('webgpu', webgpu), reference],
      })
      const [winner, other] = native === FAST ? ['native', 'webgpu'] : ['webgpu', 'native']
      expect(chosen(report)).toEqual([winner])
      expect(verdicts(report)).toEqual({ [winner]: 'fastest', [other]: 'slower', reference: 'oracle' })
      expect(engineOrder(report)).toEqual([winner, other, 'reference'])
      expect(report.engines.find(({ name }) => name === other)?.reason.values['chosen']).toBe(winner)
    }
  })

  it('passes over an engine that computes wrong, fails, or is missing, and says so', async () => {
    const report = await measureEngines({
      catalogue: [
        { name: 'native', find: async () => missing('not_built') },
        source('wasm', { ...FAST, error: 1e-3 }),
        source('webgpu', { lostAt: 1 }),
        source('tensorflow', SLOW),
        reference,
      ],
    })
    expect(chosen(report)).toEqual(['tensorflow'])
    expect(verdicts(report)).toEqual({
      native: 'not_built',
      wasm: 'inaccurate',
      webgpu: 'failed',
      tensorflow: 'only_one',
      reference: 'oracle',
    })
    const wasm = report.engines.find(({ name }) => name === 'wasm')!
    expect(wasm.available).toBe(false)
    expect(wasm.gradientError).toBeCloseTo(1e-3, 8)
    expect(report.engines.find(({ name }) => name === 'webgpu')!.reason.values).toEqual({
      detail: 'webgpu went away',
    })
    expect(engineOrder(report)).toEqual(['tensorflow', 'reference'])
  })

  it('waits for no engine that never answers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const hanging = source('webgpu')
    const found = { ...(await hanging.find()), open: () => new Promise<never>(() => {}) } as Finding
    const report = measureEngines({ catalogue: [{ ...hanging, find: async () => found }, reference] })
    await vi.advanceTimersByTimeAsync(ANSWER_WITHIN_MS)
    vi.useRealTimers()
    expect((await report).engines[0].reason).toEqual({ code: 'no_answer', values: { seconds: '30' } })
  })

  it('is the reference engine where nothing else is, never an emulated GPU', async () => {
    const software = source('webgpu', { ...FAST, software: true })
    const beside = await measureEngines({ catalogue: [source('wasm', SLOW), software, reference] })
    expect(verdicts(beside)).toEqual({ wasm: 'only_one', webgpu: 'software', reference: 'oracle' })
    expect(engineOrder(beside)).toEqual(['wasm', 'reference'])
    const alone = await measureEngines({ catalogue: [software, reference] })
    expect(verdicts(alone)).toEqual({ webgpu: 'software', reference: 'last_resort' })
    expect(engineOrder(alone)).toEqual(['reference'])
    // It is offered all the same.
    expect(alone.engines.map(({ available }) => available)).toEqual([true, true])
  })

  it('opens an engine without a rival for its self-test only, and closes what it opens', async () => {
    const opened: string[] = []
    const counted = (device: Device, name: string): Device => ({ ...device, onOpen: () => opened.push(name) })
    const only = await measureEngines({ catalogue: [source('native', counted(FAST, 'native')), reference] })
    expect(opened).toEqual(['native'])
    expect(only.engines.map(({ gflops }) => gflops)).toEqual([null, null])
    expect(only.fmaPeakGflops).toBeNull()
  })
})

describe('the report of this machine', () => {
  it('lists every engine, all measured when everything is asked for, and fits its schema', async () => {
    const report = await measureEngines({ everything: true })
    expect(computeReport.parse(report)).toEqual(report)
    expect(report.engines.map(({ name }) => name)).toEqual(ENGINE_KINDS)
    expect(chosen(report)).toHaveLength(1)
    for (const engine of report.engines) {
      expect(engine.gflops === null, engine.name).toBe(!engine.available)
      if (engine.available) expect(engine.gradientError, engine.name).toBeLessThanOrEqual(1e-4)
    }
    const native = report.engines[0]
    expect(native.shareOfPeak).toBe(
      native.gflops === null || report.fmaPeakGflops === null ? null : native.gflops / report.fmaPeakGflops,
    )
  })
})
