import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openMemory } from '../../../src-main/shell/memory.ts'

const NOTHING = { window: null, store: null, dataFolder: null, server: null }
const PLACE = { x: -1200, y: 40, width: 1400, height: 800, maximised: true }
let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-memory-'))
  file = join(folder, 'profile', 'shell.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the shell’s memory', () => {
  it('has what was kept at the last start, and nothing at the first', () => {
    const memory = openMemory(file)
    expect(memory.value).toEqual(NOTHING)
    memory.keep({ store: '/data/a.sqlite' })
    memory.keep({ window: PLACE })
    expect(openMemory(file).value).toEqual({ ...NOTHING, store: '/data/a.sqlite', window: PLACE })
    expect(readdirSync(join(folder, 'profile'))).toEqual(['shell.json'])
  })

  it('takes the defaults for what cannot be read, and keeps the rest', () => {
    openMemory(file).keep({ store: '/data/a.sqlite' })
    for (const text of ['', '{', 'null', '[1]', '"x"', '\0\0\0']) {
      writeFileSync(file, text)
      expect(openMemory(file).value).toEqual(NOTHING)
    }
    writeFileSync(
      file,
      '{"window":{"x":1,"y":2,"width":-3,"height":4,"maximised":false},"store":"/b","dataFolder":7}',
    )
    expect(openMemory(file).value).toEqual({ ...NOTHING, store: '/b' })
  })

  it('writes what changed only, and goes on where nothing can be written', () => {
    const memory = openMemory(file)
    memory.keep({ store: '/data/a.sqlite' })
    writeFileSync(file, 'untouched')
    memory.keep({ store: '/data/a.sqlite' })
    expect(readFileSync(file, 'utf8')).toBe('untouched')

    const told = vi.spyOn(console, 'error').mockImplementation(() => {})
    const nowhere = openMemory(join(file, 'below-a-file', 'shell.json'))
    nowhere.keep({ dataFolder: '/data' })
    expect(nowhere.value.dataFolder).toBe('/data')
    expect(told).toHaveBeenCalledOnce()
    told.mockRestore()
  })
})
