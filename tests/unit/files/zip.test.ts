import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { zipArchive } from '../../../src-main/files/zip.ts'
import { listArchive } from '../../../src-main/ingest/formats/zip.ts'

const folder = mkdtempSync(join(tmpdir(), 'plateau-zip-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('zipArchive', () => {
  it('is read back by the reader of imports: names, bytes, checksums', async () => {
    const files = [
      { name: '01 沪深300：超额净值.png', bytes: Uint8Array.from({ length: 1000 }, (_, at) => at % 251) },
      { name: 'empty', bytes: new Uint8Array(0) },
      { name: 'folder/b', bytes: Buffer.from('b') },
    ]
    const path = join(folder, 'set.zip')
    writeFileSync(path, zipArchive(files))
    const archive = readFileSync(path)
    const entries = await listArchive(path)
    expect(entries.map(({ name }) => name)).toEqual(files.map(({ name }) => name))
    entries.forEach((entry, at) => {
      if (!('member' in entry)) throw new Error(entry.name)
      const { start, bytes, packedBytes, deflated, crc32: sum } = entry.member
      expect([deflated, packedBytes, bytes]).toEqual([false, files[at].bytes.length, files[at].bytes.length])
      expect(sum).toBe(crc32(files[at].bytes))
      expect([...archive.subarray(start, start + bytes)]).toEqual([...files[at].bytes])
    })
  })

  it('of nothing is an archive of nothing', async () => {
    const path = join(folder, 'none.zip')
    writeFileSync(path, zipArchive([]))
    expect(await listArchive(path)).toEqual([])
  })
})
