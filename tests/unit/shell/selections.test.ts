import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSelections } from '../../../src-main/shell/selections.ts'
import { selection } from '../../../src-shared/contract/imports.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-selections-'))
  mkdirSync(join(folder, 'data'))
  writeFileSync(join(folder, 'a.csv'), 'date\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('chosen files', () => {
  it('are told to the window by name and size alone, and known by the id', async () => {
    const selections = createSelections()
    const paths = [join(folder, 'a.csv'), join(folder, 'data')]
    const kept = await selections.keep(paths)
    expect(selection.parse(kept)).toEqual(kept)
    expect(kept.entries).toEqual([
      { name: 'a.csv', folder: false, bytes: 5 },
      { name: 'data', folder: true, bytes: null },
    ])
    expect(JSON.stringify(kept)).not.toContain(folder)
    expect(selections.pathsOf(kept.id)).toEqual(paths)
  })

  it.each(['', 'a.csv', './a.csv', '/nowhere/a.csv'])('of the path %j are none', async (path) => {
    await expect(createSelections().keep([path])).rejects.toMatchObject({ code: 'file_not_found' })
  })

  it('are forgotten after sixteen others, and then have to be chosen again', async () => {
    const selections = createSelections()
    const kept: { id: string }[] = []
    for (let at = 0; at < 17; at++) kept.push(await selections.keep([join(folder, 'a.csv')]))
    expect(() => selections.pathsOf(kept[0].id)).toThrow('not known any more')
    expect(selections.pathsOf(kept[1].id)).toHaveLength(1)
    expect(() => selections.pathsOf('none')).toThrow('not known any more')
  })
})
