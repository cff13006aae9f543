import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { nativeAvailability } from '../../../src-main/compute/addon.ts'
import { CATALOGUE, type EngineSource, missing } from '../../../src-main/compute/catalogue.ts'
import { randomCrossSection, TEST_MODEL } from '../../../src-main/compute/selfTest.ts'
import { source } from '../compute/sources.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { initialWeights } from '../../../src-main/nn/initialise.ts'
import { decideEngine, decideEngineApart, openEngine } from '../../../src-main/study/engine.ts'
import { engineChoice } from '../../../src-main/compute/choice.ts'
import { PlateauError } from '../../../src-shared/errors.ts'

afterEach(() => vi.unstubAllEnvs())

const VERSION = '0.0.0'
const { available, level } = nativeAvailability()
const absent: EngineSource = {
  name: 'webgpu',
  find: async () => missing('unavailable', { detail: 'no graphics driver' }),
}
const reference = CATALOGUE.find(({ name }) => name === 'reference')!

describe('PLATEAU_ENGINE', () => {
  it('refuses a name that is no engine, naming those there are', async () => {
    vi.stubEnv('PLATEAU_ENGINE', 'cuda')
    await expect(decideEngine('auto', VERSION)).rejects.toMatchObject({
      code: 'usage',
      remedy: expect.stringContaining('auto, native, wasm, webgpu, tensorflow, reference'),
    })
  })

  it('asks for the reference engine, whatever the study says', async () => {
    vi.stubEnv('PLATEAU_ENGINE', 'reference')
    for (const setting of ['auto', 'native'] as const)
      expect(await decideEngine(setting, VERSION)).toEqual({
        name: 'reference',
        order: ['reference'],
        processor: 'cpu',
        notes: [],
      })
  })

  it('names itself when its engine is missing', async () => {
    vi.stubEnv('PLATEAU_ENGINE', 'webgpu')
    await expect(decideEngine('auto', VERSION, [absent, reference])).rejects.toMatchObject({
      code: 'runtime_missing',
      message: expect.stringContaining('no graphics driver'),
      place: {},
      remedy: expect.stringContaining('unset PLATEAU_ENGINE'),
    })
  })
})

describe('the engine a study asks for', () => {
  it('is the native one or an error, never another', async () => {
    const decided = decideEngine('native', VERSION)
    if (available) {
      const { name, order } = await decided
      expect(name).toBe(`native ${level}`)
      expect(order[0]).toBe('native')
      expect(order.at(-1)).toBe('reference')
    } else await expect(decided).rejects.toMatchObject({ code: 'runtime_missing' })
  })

  it('names the setting when it is missing', async () => {
    await expect(decideEngine('webgpu', VERSION, [absent, reference])).rejects.toMatchObject({
      code: 'runtime_missing',
      message: 'The webgpu engine is missing: no graphics driver.',
      inChinese: { message: '计算引擎“WebGPU”缺失：no graphics driver。' },
      place: { field: 'training.engine' },
    })
  })

  it('is refused when it computes wrong', async () => {
    const wrong = source('wasm', { error: 1e-3 })
    await expect(decideEngine('wasm', VERSION, [wrong, reference])).rejects.toMatchObject({
      code: 'runtime_missing',
      message: expect.stringMatching(/gradient error \d\.\de-\d is above 1e-4/),
    })
  })
})

describe('the engine chosen on this machine', () => {
  it('leaves its place to the next when it computes wrong since it was measured', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'plateau-engine-'))
    vi.stubEnv('PLATEAU_COMPUTE_FILE', path.join(folder, 'compute.json'))
    const machine = (error: number): EngineSource[] => [
      source('native', { milliseconds: 60 }),
      source('webgpu', { milliseconds: 5, error }),
      reference,
    ]
    await engineChoice({ appVersion: VERSION, catalogue: machine(0) })
    expect((await decideEngine('auto', VERSION, machine(0))).order).toEqual(['webgpu', 'native', 'reference'])
    expect((await decideEngine('auto', VERSION, machine(1e-3))).order).toEqual(['native', 'reference'])
    rmSync(folder, { recursive: true })
  })
})

describe('an engine decided in a process of its own', () => {
  const worker = new URL('../../../src-main/host/worker.ts', import.meta.url)
  const { signal } = new AbortController()

  it('is the one that would be decided here, or the same error', async () => {
    vi.stubEnv('PLATEAU_ENGINE', 'reference')
    expect(await decideEngineApart('auto', VERSION, worker, signal)).toEqual(
      await decideEngine('auto', VERSION),
    )
    vi.stubEnv('PLATEAU_ENGINE', 'cuda')
    await expect(decideEngineApart('auto', VERSION, worker, signal)).rejects.toMatchObject({ code: 'usage' })
  })

  it('needs no driver when that process dies, unless the study asks for one', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'plateau-engine-'))
    vi.stubEnv('PLATEAU_COMPUTE_FILE', path.join(folder, 'compute.json'))
    const dying = path.join(folder, 'dying.mjs')
    writeFileSync(dying, "process.once('message', () => process.kill(process.pid, 'SIGKILL'))")
    const entry = pathToFileURL(dying)
    const { name, order, notes } = await decideEngineApart('auto', VERSION, entry, signal)
    expect(['native', 'wasm', 'reference'].slice(-order.length)).toEqual(order)
    expect(name.split(' ')[0]).toBe(order[0])
    expect(notes).toEqual([{ code: 'engine_choice_died', values: { engine: name } }])
    await expect(decideEngineApart('webgpu', VERSION, entry, signal)).rejects.toMatchObject({
      code: 'interrupted',
    })
    rmSync(folder, { recursive: true })
  })
})

describe('openEngine', () => {
  const section = randomCrossSection(20, 3)
  const weights = initialWeights(TEST_MODEL, 1)

  it('goes on with the next engine when the decided one is lost already', async () => {
    const handovers: unknown[] = []
    const engine = await openEngine(
      ['webgpu', 'reference'],
      TEST_MODEL,
      {},
      (handover) => handovers.push(handover),
      [absent, reference],
    )
    expect(handovers).toEqual([{ lost: 'webgpu', by: 'reference', reason: 'missing: no graphics driver' }])
    const alone = createReferenceEngine(TEST_MODEL)
    expect(await engine.lossAndGradient(weights, engine.upload(section))).toEqual(
      await alone.lossAndGradient(weights, alone.upload(section)),
    )
    engine.close()
  })

  it('lets no engine go on that computes wrong, and names engines as results do', async () => {
    const handovers: unknown[] = []
    const engine = await openEngine(
      ['webgpu', 'wasm', 'native', 'reference'],
      TEST_MODEL,
      {},
      (handover) => handovers.push(handover),
      [
        source('webgpu', { lostAt: 1, detail: 'GPU' }),
        source('wasm', { error: 1e-3 }),
        source('native', { detail: 'avx2' }),
        reference,
      ],
    )
    await engine.predict(weights, engine.upload(section))
    expect(handovers).toEqual([{ lost: 'webgpu GPU', by: 'native avx2', reason: 'webgpu went away' }])
    engine.close()
  })

  it('begins from the one that has gone on before, tested anew, and goes back to none', async () => {
    const from = (error: number) => {
      const handovers: unknown[] = []
      const devices = [source('webgpu'), source('wasm', { error }), source('native', { detail: 'avx2' })]
      const tell = (handover: unknown) => handovers.push(handover)
      return {
        handovers,
        opened: openEngine(['webgpu', 'wasm', 'native'], TEST_MODEL, {}, tell, devices, 'wasm'),
      }
    }
    const same = from(0)
    expect((await same.opened).name).toBe('wasm')
    expect(same.handovers).toEqual([])
    const next = from(1e-3)
    expect((await next.opened).name).toBe('native')
    expect(next.handovers).toEqual([
      { lost: 'wasm', by: 'native avx2', reason: expect.stringContaining('is above 1e-4') },
    ])
  })

  it('fails when none is left, and passes on what is not a lost device', async () => {
    const failing: EngineSource = {
      name: 'wasm',
      find: async () => ({
        available: true,
        device: '',
        detail: '',
        threads: 1,
        processor: 'cpu',
        software: false,
        open: () => Promise.reject(new PlateauError('usage', 'no such loss')),
      }),
    }
    const open = (source: EngineSource) => openEngine([source.name], TEST_MODEL, {}, () => {}, [source])
    await expect(open(absent)).rejects.toMatchObject({
      code: 'runtime_missing',
      message: expect.stringContaining('no graphics driver'),
    })
    await expect(open(failing)).rejects.toMatchObject({ code: 'usage' })
  })
})
