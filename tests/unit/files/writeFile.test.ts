import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { currentOwner } from '../../../src-main/files/owner.ts'
import { writeFileAtomic, writeFileDurable } from '../../../src-main/files/writeFile.ts'

let folder = ''
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plateau-write-'))
})
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

describe.each([
  ['writeFileAtomic', writeFileAtomic],
  ['writeFileDurable', writeFileDurable],
])('%s', (_, write) => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

  it('writes and replaces, leaving nothing beside', async () => {
    const file = path.join(folder, 'report.pdf')
    await write(file, bytes('first'))
    await write(file, new Uint8Array([1, 2, 3]))
    expect([...fs.readFileSync(file)]).toEqual([1, 2, 3])
    expect(fs.readdirSync(folder)).toEqual(['report.pdf'])
  })

  it('removes what a process that was killed has left of the file, and what is of another one stays', async () => {
    const inner = fs.mkdtempSync(path.join(folder, 'left-'))
    const file = path.join(inner, 'report.pdf')
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    const { started } = currentOwner()
    const others = [
      'report.pdf.old.tmp',
      `report.pdfs.${pid}-1-1.tmp`,
      `report.pdf.${process.pid}-${started}-9999.tmp`,
    ]
    for (const name of [`report.pdf.${pid}-1-1.tmp`, ...others]) fs.writeFileSync(path.join(inner, name), '')
    await write(file, bytes('x'))
    expect(fs.readdirSync(inner).sort()).toEqual(['report.pdf', ...others].sort())
    fs.rmSync(inner, { recursive: true })
  })

  it('names a missing folder', async () => {
    const file = path.join(folder, 'missing', 'report.pdf')
    await expect(write(file, bytes(''))).rejects.toMatchObject({ code: 'file_not_found', place: { file } })
  })

  it('names a path that is a folder', async () => {
    await expect(write(folder, bytes('x'))).rejects.toMatchObject({ place: { file: folder } })
    expect(fs.statSync(folder).isDirectory()).toBe(true)
  })

  const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mountWorks()
  describe.skipIf(!canMount)('on a small file system (needs root: mounts a tmpfs)', () => {
    let mounted = ''
    beforeAll(() => {
      mounted = fs.mkdtempSync(path.join(os.tmpdir(), 'plateau-mount-'))
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', mounted])
    })
    afterAll(() => {
      execFileSync('umount', [mounted])
      fs.rmdirSync(mounted)
    })

    it('reports a full disk and keeps the file that was there', async () => {
      const file = path.join(mounted, 'report.pdf')
      await write(file, bytes('old'))
      await expect(write(file, new Uint8Array(200_000))).rejects.toMatchObject({
        code: 'disk_full',
        place: { file },
      })
      expect(fs.readFileSync(file, 'utf8')).toBe('old')
      expect(fs.readdirSync(mounted)).toEqual(['report.pdf'])
    })

    it('reports a read-only disk', async () => {
      execFileSync('mount', ['-o', 'remount,ro', mounted])
      await expect(write(path.join(mounted, 'x.pdf'), bytes('x'))).rejects.toMatchObject({
        code: 'disk_readonly',
      })
    })
  })
})

/** Containers may refuse mounts even to root. */
function mountWorks(): boolean {
  const probe = fs.mkdtempSync(path.join(os.tmpdir(), 'plateau-probe-'))
  const works = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', probe], { stdio: 'ignore' }).status === 0
  if (works) execFileSync('umount', [probe])
  fs.rmdirSync(probe)
  return works
}
