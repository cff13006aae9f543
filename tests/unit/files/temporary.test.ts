import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sweepTemporaries, sweepTemporariesIn, temporaryOf } from '../../../src-main/files/temporary.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-temporary-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('what processes that were killed have left', () => {
  it.each([
    ['one file', () => sweepTemporaries(join(folder, 'store'))],
    ['a folder', () => sweepTemporariesIn(folder)],
  ])('of %s goes, and what cannot be removed stays', (_, sweep) => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    const left = (number: number): string => join(folder, `store.${pid}-1-${number}.tmp`)
    for (const number of [1, 3]) writeFileSync(left(number), '')
    // Of a folder, removing a file is refused everywhere.
    mkdirSync(left(2))
    expect(sweep()).toBe(false)
    expect(readdirSync(folder).map((name) => join(folder, name))).toEqual([left(2)])
    writeFileSync(temporaryOf(join(folder, 'store')), '')
    expect(sweep()).toBe(true)
  })
})
