import { spawn } from 'node:child_process'
import type * as Files from 'node:fs'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { sweepTemporaries } from '../../../src-main/files/temporary.ts'
import { sweepScratch } from '../../../src-main/host/services/scratch.ts'

/** A system that tells no start time of a process: there what was not touched for long is nobody's. */
vi.mock('node:fs', async (original) => {
  const files = await original<typeof Files>()
  const readFileSync = (...args: Parameters<typeof files.readFileSync>) =>
    files.readFileSync(String(args[0]).startsWith('/proc/') ? join(folder, 'none') : args[0], args[1])
  return { ...files, readFileSync }
})

const HOUR = 3600

let folder: string
/** Of another program, which may have got it from the one that made the files. */
let pid: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-unheard-'))
  const program = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  onTestFinished(() => void program.kill('SIGKILL'))
  pid = program.pid!
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Made `hours` ago. */
function leave(name: string, hours: number): void {
  const path = join(folder, name)
  if (name.endsWith('.tmp')) writeFileSync(path, 'half')
  else mkdirSync(path)
  const at = Date.now() / 1000 - hours * HOUR
  utimesSync(path, at, at)
}

describe('what a process has left whose pid another program has got', () => {
  it('is no file that is being written once it has not grown for a day', () => {
    const path = join(folder, 'store.panel')
    leave(`store.panel.${pid}--1.tmp`, 25)
    expect(sweepTemporaries(path)).toBe(false)
    expect(readdirSync(folder)).toEqual([])

    leave(`store.panel.${pid}--2.tmp`, 23)
    expect(sweepTemporaries(path)).toBe(true)
    expect(readdirSync(folder)).toEqual([`store.panel.${pid}--2.tmp`])
  })

  it('is no scratch of a job once nothing was put into it for a week', () => {
    const [old, young] = [`plateau-landscape-${pid}--old`, `plateau-landscape-${pid}--young`]
    leave(old, 7 * 24 + 1)
    leave(young, 7 * 24 - 1)
    sweepScratch(folder)
    expect(readdirSync(folder)).toEqual([young])
  })
})
