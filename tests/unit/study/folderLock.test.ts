import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { currentOwner } from '../../../src-main/files/owner.ts'
import { holdFolder } from '../../../src-main/study/folderLock.ts'

let folder: string

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'plateau-lock-')), 'run')
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

/** As disks without links answer, each system in its way. */
const noLinks = (code: string) => (): never => {
  throw Object.assign(new Error(`${code}: link`), { code })
}

/** A process that holds the folder, then does what `then` says. */
async function holder(then = 'setInterval(() => {}, 1000)') {
  const href = new URL('../../../src-main/study/folderLock.ts', import.meta.url).href
  const child = spawn(
    process.execPath,
    [
      '--input-type=module-typescript',
      '-e',
      `import { holdFolder } from ${JSON.stringify(href)}
       await holdFolder(${JSON.stringify(folder)})
       console.log('held')
       ${then}`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return child
}

describe.each([
  ['', linkSync],
  [' on a FAT disk', noLinks('EPERM')],
  [' on a network share', noLinks('ENOTSUP')],
  [' in a file system of a program', noLinks('ENOSYS')],
])('a held folder%s', (_, link) => {
  it('is made, holds one file, and none once it is given back', async () => {
    const release = await holdFolder(folder, link)
    expect(readdirSync(folder)).toEqual(['owner'])
    release()
    expect(readdirSync(folder)).toEqual([])
    const again = await holdFolder(folder, link)
    again()
  })

  it('is waited for while its process lives, and taken over when that has been killed', async () => {
    const child = await holder()
    let held = false
    const waiting = holdFolder(folder, link).then((release) => {
      held = true
      return release
    })
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(held).toBe(false)
    child.kill('SIGKILL')
    const release = await waiting
    expect(readdirSync(folder)).toEqual(['owner'])
    release()
  })
})

describe('a held folder', () => {
  it('is waited for when what its process writes is read half', async () => {
    const child = await holder()
    const path = join(folder, 'owner')
    const owner = readFileSync(path)
    writeFileSync(path, owner.subarray(0, owner.length / 2))
    let held = false
    const waiting = holdFolder(folder).then((release) => {
      held = true
      return release
    })
    await new Promise((resolve) => setTimeout(resolve, 200))
    writeFileSync(path, owner)
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(held).toBe(false)
    child.kill('SIGKILL')
    ;(await waiting)()
  })

  it('is touched again and again, so that its process is known to live', async () => {
    await holder()
    const path = join(folder, 'owner')
    for (let times = 0; times < 2; times++) {
      utimesSync(path, 0, 0)
      await vi.waitUntil(() => Date.now() - statSync(path).mtimeMs < 30_000, { timeout: 30_000 })
    }
  })

  it('is given back by a process that exits on its own', async () => {
    const child = await holder('setTimeout(() => process.exit(1), 100)')
    await once(child, 'exit')
    expect(readdirSync(folder)).toEqual([])
  })

  it('keeps no process from ending', async () => {
    const child = await holder('')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('is not waited for without end', { timeout: 30_000 }, async () => {
    const child = await holder()
    await expect(holdFolder(folder)).rejects.toMatchObject({
      code: 'interrupted',
      message: expect.stringContaining(String(child.pid)),
      place: { file: folder },
    })
    expect(readdirSync(folder)).toEqual(['owner'])
    child.kill('SIGKILL')
  })

  it.each([
    [
      'has ended',
      () => JSON.stringify({ ...currentOwner(), pid: spawnSync(process.execPath, ['--version']).pid }),
    ],
    ['ran before the machine was restarted', () => JSON.stringify({ ...currentOwner(), boot: 'another' })],
    ['cannot be read any more', () => '{"pid": 1'],
  ])('whose process %s is not waited for', async (_, owner) => {
    ;(await holdFolder(folder))()
    writeFileSync(join(folder, 'owner'), owner())
    const started = performance.now()
    ;(await holdFolder(folder))()
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})
