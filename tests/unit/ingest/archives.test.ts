import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { listImports, listQuarantine } from '../../../src-main/store/imports.ts'
import { AUTOMATIC } from '../../../src-shared/domain/importing.ts'
import { costOf } from '../../fixtures/cost.ts'
import { trust } from '../../fixtures/trust.ts'
import { type ZipMember, zipOf } from '../../fixtures/zip.ts'
import { eachWorkspace, refusal } from './workspace.ts'

const workspace = eachWorkspace()
const BARS = 'date,symbol,open,high,low,close,volume\n'
const bars = (symbol: string): string =>
  `${BARS}2020-01-02,${symbol},1,1,1,1,1\n2020-01-03,${symbol},1,1,2,1,1\n`

describe('a zip archive', () => {
  it('is read member by member, packed or not, with the hash of the archive', async () => {
    const { store, write, import: run } = workspace()
    const zip = zipOf([
      { name: 'a/000001.csv', data: bars('A') },
      { name: 'b.csv', data: bars('B'), stored: true },
      { name: 'c.csv.gz', data: gzipSync(bars('C')) },
      { name: 'a/', data: '' },
    ])
    const path = write('market.zip', zip)
    const { files, totals, skipped, reasons } = await run()
    expect(files.map((file) => file.path)).toEqual(
      ['a/000001.csv', 'b.csv', 'c.csv.gz'].map((n) => `${path}#${n}`),
    )
    expect(totals).toMatchObject({ rowsIn: 6, rowsStored: 3, rowsQuarantined: 3 })
    expect([skipped, reasons]).toEqual([[], { high_below_low: 3 }])
    const sha256 = createHash('sha256').update(zip).digest('hex')
    expect(listImports(store).map((batch) => batch.sha256)).toEqual([sha256, sha256, sha256])
    const refused = ['a/000001.csv', 'b.csv', 'c.csv.gz'].map((name) => ({ path: `${path}#${name}`, row: 3 }))
    expect(listQuarantine(store, 10)).toMatchObject(refused)
    await run()
    expect(listQuarantine(store, 10)).toMatchObject(refused)
  })

  it('keeps what was refused of a member that is left out the next time, by another name too', async () => {
    const { folder, store, write, import: run } = workspace()
    const zip = zipOf(['a.csv', 'b.csv'].map((name) => ({ name, data: bars(name) })))
    const path = write('#1/market.zip', zip)
    await run()
    const refused = () => listQuarantine(store, 9).map((row) => row.path.slice(folder.length))
    expect(refused()).toEqual(['/#1/market.zip#a.csv', '/#1/market.zip#b.csv'])
    await run(undefined, { readings: { [`${path}#b.csv`]: { ...AUTOMATIC, skip: true } } })
    expect(refused()).toEqual(['/#1/market.zip#b.csv', '/#1/market.zip#a.csv'])
    rmSync(path)
    write('moved.zip', zip)
    await run()
    expect(refused()).toEqual(['/moved.zip#a.csv', '/moved.zip#b.csv'])
  })

  it('names a stock after its member, whose name may be in GBK', async () => {
    const { store, write, import: run } = workspace()
    const rows = 'date,open,high,low,close,volume\n2020-01-02,1,1,1,1,1\n'
    const gbk = Buffer.from('b9c9c6b1', 'hex')
    write(
      'm.zip',
      zipOf([
        { name: '股/sh.600000.csv', data: rows },
        { name: Buffer.concat([gbk, Buffer.from('.csv')]), data: bars('X') },
      ]),
    )
    const { files } = await run()
    expect(files[1].path.endsWith('#股票.csv')).toBe(true)
    expect(store.all('SELECT symbol FROM instrument ORDER BY symbol')).toEqual([
      { symbol: '600000.SH' },
      { symbol: 'X' },
    ])
  })

  it('leaves out what is no table, with the reason', async () => {
    const { write, import: run } = workspace()
    const path = write(
      'm.zip',
      zipOf([
        { name: 'a.csv', data: bars('A') },
        { name: 'secret.csv', data: bars('B'), encrypted: true },
        { name: 'inner.zip', data: zipOf([{ name: 'c.csv', data: bars('C') }]) },
        { name: 'book.xlsx', data: 'PK' },
        { name: '../out.csv', data: bars('D') },
        { name: '/root.csv', data: bars('E') },
        { name: '__MACOSX/a.csv', data: 'x' },
        { name: 'x/.hidden.csv', data: 'x' },
        { name: 'read.me', data: 'x' },
      ]),
    )
    const { files, skipped } = await run()
    expect(files).toHaveLength(1)
    expect(skipped.map((one) => [one.path.slice(path.length), one.reason])).toEqual([
      ['#secret.csv', 'encrypted'],
      ['#inner.zip', 'archive_in_archive'],
      ['#book.xlsx', 'binary_in_archive'],
      ['#../out.csv', 'outside_archive'],
      ['#/root.csv', 'outside_archive'],
      ['#__MACOSX/a.csv', 'hidden'],
      ['#x/.hidden.csv', 'hidden'],
      ['#read.me', 'not_data'],
    ])
  })

  it('that holds no table is nothing to import', async () => {
    const { write, import: run } = workspace()
    write('m.zip', zipOf([{ name: 'read.me', data: 'x' }]))
    expect((await refusal(() => run())).code).toBe('nothing_to_import')
    write('m.zip', zipOf([]))
    expect((await refusal(() => run())).code).toBe('nothing_to_import')
  })

  it('whose member is damaged is refused with the member', async () => {
    const { store, write, import: run } = workspace()
    const zip = zipOf([
      { name: 'a.csv', data: bars('A') },
      { name: 'b.csv', data: bars('B'), stored: true },
    ])
    zip[zip.indexOf('2020-01-03,B')] ^= 1
    const path = write('m.zip', zip)
    const error = await refusal(() => run())
    expect([error.code, error.place.file]).toEqual(['file_corrupt', `${path}#b.csv`])
    expect(listImports(store)).toEqual([])
  })
})

/** 100 MiB of rows that shrink a thousand times. */
const repeated = Buffer.alloc(100 * 2 ** 20, '2020-01-02,A,1,1,1,1,1\n')

describe('a bomb is refused in under 2 s of the processor and 300 MB', () => {
  const honest = zipOf([{ name: 'a.csv', data: repeated }])
  const lying = zipOf([{ name: 'a.csv', data: repeated, claim: { bytes: 1000 } }])
  const overlapping = zipOf(
    Array.from({ length: 200 }, (_, at): ZipMember => ({
      name: `${at}.csv`,
      ...(at === 0
        ? { data: Buffer.alloc(2 ** 20, '2020-01-02,A,1,1,1,1,1\n') }
        : { data: '', claim: { bytes: 2 ** 20, packed: 100_000, offset: 0 } }),
    })),
  )
  const many = zipOf(Array.from({ length: 20_001 }, (_, at): ZipMember => ({ name: `${at}.csv`, data: '' })))
  it.each<[string, string, Buffer, RegExp]>([
    ['an archive', 'a.zip', honest, /more than 200 times/],
    ['an archive that hides its size', 'a.zip', lying, /not those it was packed from/],
    ['an archive whose members lie over each other', 'a.zip', overlapping, /more bytes than it has/],
    ['an archive of very many members', 'a.zip', many, /more than 20000 members/],
    ['a .gz', 'a.csv.gz', gzipSync(repeated), /more than 200 times/],
    [
      'a .gz in an archive',
      'b.zip',
      zipOf([{ name: 'a.csv.gz', data: gzipSync(repeated) }]),
      /more than 200 times/,
    ],
    ['an archive in a .gz', 'b.csv.gz', gzipSync(gzipSync(repeated)), /NUL bytes|not CSV|neither/],
  ])('%s', async (what, name, content, message) => {
    const { write, import: run } = workspace()
    write(name, content)
    const { value: error, seconds, bytes } = await costOf(() => refusal(() => run()))
    expect(error.message).toMatch(message)
    expect(error.place.file).toContain(name)
    expect(seconds).toBeLessThan(2)
    expect(bytes).toBeLessThan(300 * 2 ** 20)
    trust('bombs', { [what]: 'refused', seconds: seconds.toFixed(2), MB: (bytes / 1e6).toFixed(0) })
  })

  it('but a small file of one repeated row is not one', async () => {
    const { write, import: run } = workspace()
    write('a.csv.gz', gzipSync(BARS + '2020-01-02,A,1,1,1,1,1\n'.repeat(20_000)))
    expect((await run()).totals.rowsIn).toBe(20_000)
  })
})
