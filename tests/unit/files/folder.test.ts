import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeFolder, requireWritable } from '../../../src-main/files/folder.ts'
import { writeError } from '../../../src-main/files/writeError.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { canMount, smallDisk } from '../../fixtures/smallDisk.ts'

const root = mkdtempSync(join(tmpdir(), 'plateau-files-'))
afterAll(() => rmSync(root, { recursive: true }))

describe('a folder to write into', () => {
  it('may be there or may be made; asking makes nothing', async () => {
    await requireWritable(root)
    await requireWritable(join(root, 'a', 'b'))
    expect(readdirSync(root)).toEqual([])
    await makeFolder(join(root, 'a', 'b'))
    await makeFolder(join(root, 'a', 'b'))
    expect(existsSync(join(root, 'a', 'b'))).toBe(true)
  })

  it.each([['file'], ['file/below']])('is not a file or below one: %s', async (name) => {
    writeFileSync(join(root, 'file'), '')
    for (const ask of [requireWritable, makeFolder])
      await expect(ask(join(root, name))).rejects.toMatchObject({
        code: 'usage',
        place: { file: join(root, name) },
        remedy: expect.stringContaining('choose another folder'),
      })
  })

  it.skipIf(!canMount)('is not on a read-only disk (needs root: mounts a tmpfs)', async () => {
    const disk = smallDisk(65_536)
    try {
      disk.makeReadOnly()
      for (const ask of [requireWritable, makeFolder])
        await expect(ask(join(disk.folder, 'a', 'b'), 'name one with --out')).rejects.toMatchObject({
          code: 'disk_readonly',
          remedy: expect.stringContaining('name one with --out'),
        })
    } finally {
      disk.remove()
    }
  })

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'is not one without permission (skipped on Windows and for root, whom permissions do not bind)',
    async () => {
      const closed = join(root, 'closed')
      await makeFolder(closed)
      chmodSync(closed, 0o555)
      await expect(requireWritable(join(closed, 'x'))).rejects.toMatchObject({ code: 'disk_readonly' })
      chmodSync(closed, 0o755)
    },
  )
})

describe('writeError', () => {
  it('leaves our own errors as they are, and calls the unforeseen internal', () => {
    const own = new PlateauError('interrupted', 'stopped')
    expect(writeError(own, 'x')).toBe(own)
    expect(writeError(new TypeError('a bug'), 'x')).toMatchObject({ code: 'internal', message: 'a bug' })
  })
})
