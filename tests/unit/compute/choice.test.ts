import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CATALOGUE, type EngineSource, missing } from '../../../src-main/compute/catalogue.ts'
import { engineChoice, keptOrder, renewEngineChoice } from '../../../src-main/compute/choice.ts'
import { keptFile } from '../../../src-main/compute/kept.ts'
import { source } from './sources.ts'

const reference = CATALOGUE.find(({ name }) => name === 'reference')!
const VERSION = { appVersion: '1.0.0' }
let folder: string
let file: string
let opened: number

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'plateau-choice-'))
  file = path.join(folder, 'settings', 'compute.json')
  vi.stubEnv('PLATEAU_COMPUTE_FILE', file)
  opened = 0
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

const machine = (detail = ''): EngineSource[] => [
  source('native', { milliseconds: 60, onOpen: () => opened++ }),
  source('webgpu', { milliseconds: 5, detail, onOpen: () => opened++ }),
  reference,
]

describe('the kept choice', () => {
  it('is measured once', async () => {
    const first = await engineChoice({ ...VERSION, catalogue: machine() })
    expect(opened).toBe(4)
    expect(await engineChoice({ ...VERSION, catalogue: machine() })).toEqual(first)
    expect(opened).toBe(4)
    expect(await keptOrder()).toEqual(['webgpu', 'native', 'reference'])
  })

  it.each<[string, string, EngineSource[]]>([
    ['the app', '1.0.1', machine()],
    ['an adapter', '1.0.0', machine('another GPU')],
    ['the engines that are there', '1.0.0', [machine()[0], reference]],
    [
      'why one is missing',
      '1.0.0',
      [machine()[0], { name: 'webgpu', find: async () => missing('not_built') }, reference],
    ],
  ])('is measured again when %s changes', async (_what, appVersion, catalogue) => {
    await engineChoice({ ...VERSION, catalogue: machine() })
    opened = 0
    await engineChoice({ appVersion, catalogue })
    expect(opened).toBeGreaterThan(0)
  })

  it('is kept for each of the last four circumstances', async () => {
    const adapters = ['a', 'b', 'c', 'd', 'e']
    for (const adapter of adapters) await engineChoice({ ...VERSION, catalogue: machine(adapter) })
    opened = 0
    for (const adapter of adapters.slice(1)) await engineChoice({ ...VERSION, catalogue: machine(adapter) })
    expect(opened).toBe(0)
    await engineChoice({ ...VERSION, catalogue: machine('a') })
    expect(opened).toBeGreaterThan(0)
  })

  it('is not kept where an engine failed: it is measured again', async () => {
    const catalogue = [source('native'), source('webgpu', { lostAt: 1 }), reference]
    expect((await engineChoice({ ...VERSION, catalogue })).engines[1].reason.code).toBe('failed')
    await renewEngineChoice({ ...VERSION, catalogue })
    expect(existsSync(file)).toBe(false)
  })

  it('is renewed with every engine measured', async () => {
    const catalogue = [source('native', { milliseconds: 5 }), source('webgpu', { software: true })]
    await renewEngineChoice({ ...VERSION, catalogue })
    const kept = await engineChoice({ ...VERSION, catalogue })
    expect(kept.engines.every(({ gflops }) => gflops !== null)).toBe(true)
  })

  it.each(['', '{', '{"format":"plateau-compute-0"}', '[]', '\0\0\0\0'])(
    'is measured anew when its file holds %j',
    async (content) => {
      mkdirSync(path.dirname(file))
      writeFileSync(file, content)
      expect(await keptOrder()).toEqual(['native', 'wasm', 'reference'])
      const report = await engineChoice({ ...VERSION, catalogue: machine() })
      expect(report.engines.find(({ chosen }) => chosen)?.name).toBe('webgpu')
      expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ reports: [{ report }] })
    },
  )

  it('is made all the same where it cannot be kept', async () => {
    // A file where a folder is needed: nobody may write below it, root included.
    writeFileSync(path.join(folder, 'settings'), '')
    const report = await engineChoice({ ...VERSION, catalogue: machine() })
    expect(report.engines.find(({ chosen }) => chosen)?.name).toBe('webgpu')
    expect(existsSync(file)).toBe(false)
  })

  it.skipIf(process.getuid?.() === 0)('survives a folder without permission (needs a user)', async () => {
    mkdirSync(path.dirname(file))
    chmodSync(path.dirname(file), 0o500)
    const report = await engineChoice({ ...VERSION, catalogue: machine() })
    expect(report.engines.some(({ chosen }) => chosen)).toBe(true)
    chmodSync(path.dirname(file), 0o700)
  })
})

describe('the file', () => {
  it.skipIf(process.platform !== 'linux')('lies where XDG says (needs Linux)', () => {
    vi.stubEnv('PLATEAU_COMPUTE_FILE', '')
    vi.stubEnv('XDG_CONFIG_HOME', '/config')
    expect(keptFile()).toBe('/config/plateau/compute.json')
    vi.stubEnv('XDG_CONFIG_HOME', '')
    expect(keptFile()).toBe(path.join(homedir(), '.config/plateau/compute.json'))
  })
})
