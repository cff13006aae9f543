import { spawn } from 'node:child_process'
import type * as Files from 'node:fs'
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { currentOwner } from '../../../src-main/files/owner.ts'
import { holdFolder } from '../../../src-main/study/folderLock.ts'

/** A system that tells no start time of a process: there one that was not heard of for a minute is gone. */
vi.mock('node:fs', async (original) => {
  const files = await original<typeof Files>()
  const readFileSync = (...args: Parameters<typeof files.readFileSync>) =>
    files.readFileSync(String(args[0]).startsWith('/proc/') ? join(folder, 'none') : args[0], args[1])
  return { ...files, readFileSync }
})

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-unheard-'))
  path = join(folder, 'owner')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** The folder as a process has left it that was killed `seconds` ago, and whose pid another program has got since. */
function leave(seconds: number): void {
  const program = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  onTestFinished(() => void program.kill('SIGKILL'))
  writeFileSync(path, JSON.stringify({ pid: program.pid, started: '', boot: '' }))
  setBack(seconds)
}

function setBack(seconds: number): void {
  const at = Date.now() / 1000 - seconds
  utimesSync(path, at, at)
}

const pidInFile = (): number => (JSON.parse(readFileSync(path, 'utf8')) as { pid: number }).pid

describe('a folder whose pid another program has got', () => {
  it('is taken over when nothing was heard of its process for a minute', async () => {
    expect(currentOwner()).toMatchObject({ started: '', boot: '' })
    leave(61)
    const release = await holdFolder(folder)
    expect(pidInFile()).toBe(process.pid)
    release()
  })

  it('is waited for until that minute is over', async () => {
    leave(0)
    let held = false
    const holding = holdFolder(folder).then((release) => {
      held = true
      return release
    })
    await delay(500)
    expect(held).toBe(false)
    setBack(61)
    ;(await holding)()
  })

  it('is waited for longer than one whose process may live on for a moment', async () => {
    leave(48)
    ;(await holdFolder(folder))()
  })
})
