import { afterEach, describe, expect, it, vi } from 'vitest'
import { engineName, openEngine } from '../../../src-main/study/engine.ts'
import { nativeAvailability } from '../../../src-main/compute/addon.ts'

afterEach(() => vi.unstubAllEnvs())

describe('PLATEAU_ENGINE', () => {
  const { available, level } = nativeAvailability()

  it('refuses a name that is no engine, naming those there are', () => {
    vi.stubEnv('PLATEAU_ENGINE', 'cuda')
    for (const ask of [engineName, () => openEngine({ inputSize: 1, hiddenSize: 1, layers: 1 }, 1)])
      expect(ask).toThrow(
        expect.objectContaining({ code: 'usage', remedy: expect.stringContaining('reference or native') }),
      )
  })

  it('asks for the reference engine', () => {
    vi.stubEnv('PLATEAU_ENGINE', 'reference')
    expect(engineName()).toBe('reference')
  })

  it('unset takes the native engine where it runs', () => {
    vi.stubEnv('PLATEAU_ENGINE', undefined)
    expect(engineName()).toBe(available ? `native ${level}` : 'reference')
  })

  it('never puts another engine in the place of the native one', () => {
    vi.stubEnv('PLATEAU_ENGINE', 'native')
    if (available) expect(engineName()).toBe(`native ${level}`)
    else expect(engineName).toThrow(expect.objectContaining({ code: 'runtime_missing' }))
  })
})
