import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inspectFile } from '../../../src-main/ingest/formats/index.ts'
import { readContent } from '../../../src-main/ingest/formats/text.ts'
import type { Content, Encoding, Source } from '../../../src-main/ingest/source.ts'
import { AUTOMATIC } from '../../../src-shared/domain/importing.ts'
import { refusal } from './workspace.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plateau-source-'))
})

afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

async function inspect(path: string, encoding: Encoding | 'auto' = 'auto'): Promise<Source> {
  for await (const table of inspectFile(path, {
    readingOf: () => ({ ...AUTOMATIC, encoding }),
    part: 'whole',
  })) {
    if ('reason' in table) throw new Error(table.reason)
    return table
  }
  throw new Error('no table')
}

const delimited = ({ content }: Source): Extract<Content, { format: 'delimited' }> => {
  if (content.format !== 'delimited') throw new Error(content.format)
  return content
}

async function textOf(path: string): Promise<string> {
  const { place, encoding } = delimited(await inspect(path))
  const chunks: Buffer[] = []
  for await (const chunk of readContent(place, path, () => {})) chunks.push(chunk)
  return new TextDecoder(encoding).decode(Buffer.concat(chunks))
}

/** 股票代码,名称 and 600000,浦发银行 in GBK. */
const GBK = Buffer.from('b9c9c6b1b4fac2eb2cc3fbb3c60a3630303030302cc6d6b7a2d2f8d0d00a', 'hex')

describe('inspectFile', () => {
  it('knows gzip by its bytes, not its name', async () => {
    const source = await inspect(file('zipped.csv', gzipSync('a;b\n1;2\n')))
    expect(source).toMatchObject({ name: 'zipped', header: ['a', 'b'] })
    expect(delimited(source)).toMatchObject({ place: { gzip: true }, delimiter: 'semicolon' })
    expect(await textOf(source.path)).toBe('a;b\n1;2\n')
  })

  it('hashes the bytes on disk', async () => {
    for (const path of [
      file('h.csv', 'a\n'.repeat(300_000)),
      file('h.csv.gz', gzipSync('a\n'.repeat(300_000))),
    ]) {
      const expected = createHash('sha256').update(readFileSync(path)).digest('hex')
      expect((await inspect(path)).sha256).toBe(expected)
    }
  })

  it('reads UTF-8 with and without a byte order mark, and GBK', async () => {
    expect((await inspect(file('utf8.csv', '日期,收盘\n'))).header).toEqual(['日期', '收盘'])
    expect((await inspect(file('bom.csv', '\ufeff日期,收盘\n'))).header).toEqual(['日期', '收盘'])
    const gbk = await inspect(file('gbk.csv', GBK))
    expect(gbk.header).toEqual(['股票代码', '名称'])
    expect(delimited(gbk).encoding).toBe('gb18030')
    expect(await textOf(gbk.path)).toBe('股票代码,名称\n600000,浦发银行\n')
  })

  it('takes the encoding that is ordered, and refuses text that is not in it', async () => {
    const utf8 = file('ordered.csv', '日期\n平平\n')
    expect((await inspect(utf8, 'utf-8')).header).toEqual(['日期'])
    // These bytes are GB18030 too, of other characters.
    expect((await inspect(utf8, 'gb18030')).header).toEqual([
      new TextDecoder('gb18030').decode(Buffer.from('日期')),
    ])
    const error = await refusal(() => inspect(file('gbk.csv', GBK), 'utf-8'))
    expect([error.code, error.place.row]).toEqual(['file_corrupt', 1])
  })

  it('tells GBK from UTF-8 by the whole file, not by its start', async () => {
    const late = Buffer.concat([Buffer.from('a,b\n'.repeat(200_000)), GBK])
    expect(delimited(await inspect(file('late.csv', late))).encoding).toBe('gb18030')
  })

  it('decodes characters cut by a chunk boundary', async () => {
    for (const shift of ['', 'x', 'xy']) {
      const text = `${shift}\n${'平原,1\n'.repeat(100_000)}`
      expect(await textOf(file('cut.csv', text))).toBe(text)
    }
  })

  const gz = gzipSync(Array.from({ length: 5000 }, (_, i) => `${i},${i * i}\n`).join(''))
  it.each<[string, string, string | Uint8Array, string, number | undefined]>([
    ['a PDF', 'pdf.csv', '%PDF-1.7\n', 'file_not_recognised', undefined],
    ['an archive cut off', 'zip.csv', 'PK\x03\x04....', 'file_corrupt', undefined],
    ['a Parquet file cut off', 'parquet.csv', 'PAR1....', 'file_corrupt', undefined],
    ['a compressed archive', 'zip.csv.gz', gzipSync('PK\x03\x04....'), 'file_not_recognised', undefined],
    ['UTF-16', 'utf16.csv', Buffer.from('\ufeffa,b\n', 'utf16le'), 'file_not_recognised', undefined],
    ['a compressed PDF', 'pdf.csv.gz', gzipSync('%PDF-1.7\n'), 'file_not_recognised', undefined],
    ['text named .gz', 'text.csv.gz', 'a,b\n1,2\n', 'file_not_recognised', undefined],
    ['an empty file', 'empty.csv', '', 'file_not_recognised', undefined],
    ['a file of blank lines', 'blank.csv', '\n\n  \n', 'file_not_recognised', undefined],
    ['NUL bytes', 'nul.csv', 'a,b\n1,2\n3,\0\n', 'file_corrupt', 3],
    [
      'neither UTF-8 nor GBK',
      'bad.csv',
      Buffer.concat([Buffer.from('a,b\n1,2\n'), Buffer.from([0xff, 0x0a])]),
      'file_corrupt',
      3,
    ],
    [
      'broken UTF-8 with a mark',
      'badbom.csv',
      Buffer.concat([Buffer.from('\ufeffa,b\n'), GBK]),
      'file_corrupt',
      2,
    ],
    [
      'text that ends inside a character',
      'end.csv',
      Buffer.from('\ufeffa,b\n平').subarray(0, -1),
      'file_corrupt',
      2,
    ],
    [
      'a damaged gzip',
      'damaged.csv.gz',
      Buffer.concat([gz.subarray(0, 200), Buffer.alloc(50), gz.subarray(250)]),
      'file_corrupt',
      1,
    ],
  ])('refuses %s', async (_, name, content, code, row) => {
    const error = await refusal(() => inspect(file(name, content)))
    expect([error.code, error.place.row]).toEqual([code, row])
    expect(error.place.file).toBe(join(folder, name))
    expect(error.remedy).toBeTruthy()
  })

  it.each([
    ['in the same read', 5],
    ['in a read of its own', 70_000],
  ])('refuses a gzip member behind padding, which zlib passes over in silence, %s', async (_, rows) => {
    const member = gzipSync(Array.from({ length: rows }, (__, at) => `${at},${Math.sqrt(at + 2)}\n`).join(''))
    const both = (between: number): Buffer =>
      Buffer.concat([member, Buffer.alloc(between), gzipSync('1,2\n')])
    expect((await inspect(file('both.csv.gz', both(0)))).bytes).toBe(both(0).length)
    for (const padding of [1, 3, 600_000]) {
      const error = await refusal(() => inspect(file('padded.csv.gz', both(padding))))
      expect([error.code, error.message]).toEqual(['file_corrupt', expect.stringContaining('not gzip')])
    }
  })

  it('refuses a gzip that is cut off, at any length, with the row', async () => {
    for (const length of [3, 12, 400, gz.length - 9, gz.length - 1]) {
      const error = await refusal(() => inspect(file('cut.csv.gz', gz.subarray(0, length))))
      expect(error.code).toBe('file_corrupt')
      expect(error.place.row).toBeGreaterThan(0)
    }
  })

  it('refuses what is not there', async () => {
    expect((await refusal(() => inspect(join(folder, 'none.csv')))).code).toBe('file_not_found')
  })
})
