import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { previewPaths } from '../../../src-main/ingest/preview.ts'
import {
  AUTOMATIC,
  type DateOrder,
  mappingFile,
  type Readings,
} from '../../../src-shared/domain/importing.ts'
import { zipOf } from '../../fixtures/zip.ts'
import { eachWorkspace, refusal } from './workspace.ts'

const workspace = eachWorkspace()

const BARS = 'date,symbol,open,high,low,close,volume\n2020-01-02,A,1,1,1,1,1\n2020-01-03,A,2,2,2,2,2\n'
/** `日期,股票代码,开盘,收盘,最高,最低,成交量,成交额,换手率` and a row, in GBK. */
const GBK = Buffer.concat([
  Buffer.from('c8d5c6da2cb9c9c6b1b4fac2eb2cbfaac5cc2ccad5c5cc2cd7eeb8df2cd7eeb5cd2c', 'hex'),
  Buffer.from('b3c9bdbbc1bf2cb3c9bdbbb6ee2cbbbbcad6c2ca0a', 'hex'),
  Buffer.from('2020-01-02,000001,10,11,12,9,100,105000,1.25\n'),
])
const all = { only: null, rows: 20 }
const read = (path: string, reading: Partial<Readings[string]>): Readings => ({
  [path]: { ...AUTOMATIC, ...reading },
})

describe('a preview', () => {
  it('gives the first records, the preset with its evidence, and the same as a mapping', async () => {
    const { write } = workspace()
    const path = write('bars.csv', BARS)
    const { files } = await previewPaths([path], {}, { only: null, rows: 1 })
    expect(files).toMatchObject([
      {
        path,
        bytes: BARS.length,
        format: 'delimited',
        encoding: 'utf-8',
        header: ['date', 'symbol', 'open', 'high', 'low', 'close', 'volume'],
        rows: [['2020-01-02', 'A', '1', '1', '1', '1', '1']],
        garbled: false,
        read: { preset: 'generic', mapping: { table: 'bars', columns: { volume: 'volume' } } },
        error: null,
      },
    ])
    expect(files[0].read!.evidence.map(({ code }) => code)).toContain('date_shape')
  })

  it('shows text of the wrong encoding as the nonsense it is, with the error, and reads it in the right one', async () => {
    const { write } = workspace()
    const path = write('000001.csv', GBK)
    const asUtf8 = await previewPaths([path], read(path, { encoding: 'utf-8' }), all)
    expect(asUtf8.files[0]).toMatchObject({
      garbled: true,
      encoding: 'utf-8',
      read: null,
      error: { code: 'file_corrupt', message: 'The text is not UTF-8.', place: { file: path } },
    })
    expect(asUtf8.files[0].rows[0]).toContain('105000')
    for (const encoding of ['gb18030', 'auto'] as const) {
      const right = await previewPaths([path], read(path, { encoding }), all)
      expect(right.files[0]).toMatchObject({
        garbled: false,
        encoding: 'gb18030',
        read: { preset: 'akshare' },
      })
      expect(right.files[0].header[0]).toBe('日期')
    }
  })

  it('reads a text by its first 64 kB, also a packed one', async () => {
    const { write } = workspace()
    const rows = Array.from({ length: 40_000 }, (_, at) => `2020-01-02,S${at},1,1,1,1,1\n`).join('')
    // What follows cannot be read, and is not looked at.
    const long = Buffer.concat([Buffer.from(BARS + rows), Buffer.from([0, 0xff, 0])])
    const paths = [
      write('a.csv', long),
      write('b.csv.gz', gzipSync(long)),
      write('c.zip', zipOf([{ name: 'd.csv', data: long }])),
    ]
    const { files } = await previewPaths(paths, {}, all)
    expect(files.map(({ read: known, rows: shown, error }) => [known?.preset, shown.length, error])).toEqual(
      paths.map(() => ['generic', 20, null]),
    )
    // A cut in the middle of a character is no wrong encoding.
    const chinese = `日期,开盘,最高,最低,收盘,成交量\n${'二〇二〇年一月二日,一,一,一,一,一\n'.repeat(2000)}`
    for (const pad of ['', 'x', 'xx']) {
      const [{ encoding, garbled }] = (await previewPaths([write('c.csv', pad + chinese)], {}, all)).files
      expect([encoding, garbled]).toEqual(['utf-8', false])
    }
  })

  it('holds what cannot be read with its error beside what can, and what is skipped', async () => {
    const { folder, write } = workspace()
    const paths = [
      write('bad.csv', '%PDF-1.7\n'),
      write('good.csv', BARS),
      write('other.csv', 'a,b\n1,2\n'),
      write('twice.csv', 'date,date\n1,2\n'),
      write('notes.md', 'x'),
    ]
    const { files, skipped } = await previewPaths([folder], {}, all)
    expect(files.map(({ path, error }) => [path, error?.code, error?.place?.file])).toEqual([
      [paths[0], 'file_not_recognised', paths[0]],
      [paths[1], undefined, undefined],
      [paths[2], 'file_not_recognised', paths[2]],
      [paths[3], 'file_not_recognised', paths[3]],
    ])
    expect(files[3].rows).toEqual([['1', '2']])
    expect(skipped).toEqual([{ path: paths[4], reason: 'not_data' }])
  })

  it('reads a file as a mapping or another preset says, leaves one out, and looks into the named ones alone', async () => {
    const { folder, write } = workspace()
    const odd = write('odd.csv', 'Tag,Kurs\n2020-01-02,1\n')
    const bars = write('bars.csv', BARS)
    const mapping = {
      ...(await previewPaths([bars], {}, all)).files[0].read!.mapping,
      table: 'calendar' as const,
      columns: { date: 'Tag' },
    }
    const mapped = await previewPaths(
      [folder],
      { ...read(odd, { mapping }), ...read(bars, { skip: true }) },
      all,
    )
    expect(mapped.files.map(({ path, read: known }) => [path, known?.preset, known?.mapping.table])).toEqual([
      [odd, 'mapping', 'calendar'],
    ])
    expect(mapped.skipped).toEqual([{ path: bars, reason: 'left_out' }])
    const one = await previewPaths([folder], read(bars, { preset: 'tushare' }), { only: [bars], rows: 0 })
    expect(one.files).toMatchObject([{ path: bars, rows: [], error: { code: 'column_missing' } }])
  })

  it('of nothing is refused', async () => {
    const { folder } = workspace()
    expect((await refusal(() => previewPaths([folder], {}, all))).code).toBe('nothing_to_import')
    expect((await refusal(() => previewPaths([`${folder}/none`], {}, all))).code).toBe('file_not_found')
  })
})

describe('an import of files that are read each in its own way', () => {
  it('reads each as asked, leaves out what was left out, and tells the first refused rows', async () => {
    const { folder, write, import: run, store } = workspace()
    const lots = write(
      'lots.csv',
      'Day,Code,O,H,L,C,V\n2020-01-02,000001,1,1,1,1,3\n2020-01-03,000001,1,1,2,1,3\n',
    )
    write('bars.csv', BARS)
    const broken = write('broken.csv', 'x\0y')
    const columns = { date: 'Day', symbol: 'Code', open: 'O', high: 'H', low: 'L', close: 'C', volume: 'V' }
    const units = { volume: 100, amount: 1, floatCap: 1, turn: 100 }
    const mapping = { table: 'bars', columns, units, prices: 'raw', dates: 'ymd', extra: {} } as const
    const report = await run(undefined, {
      readings: { ...read(lots, { mapping }), ...read(broken, { skip: true }) },
    })
    expect(report.files.map(({ path, preset }) => [path.slice(folder.length + 1), preset])).toEqual([
      ['bars.csv', 'generic'],
      ['lots.csv', 'mapping'],
    ])
    expect(report.skipped).toEqual([{ path: broken, reason: 'left_out' }])
    expect(store.all('SELECT volume FROM bar ORDER BY volume')).toEqual([
      { volume: 1 },
      { volume: 2 },
      { volume: 300 },
    ])
    expect(report.quarantined).toEqual([
      { path: lots, row: 3, field: 'high', reason: 'high_below_low', raw: '2020-01-03,000001,1,1,2,1,3' },
    ])
  })

  it('takes the delimiter and the order of dates that it is told', async () => {
    const { write, import: run, store } = workspace()
    const file = write(
      'european.csv',
      'Tag|Code|O|H|L|C|V\n03/01/2020|000001|1|1|1|1|3\n31/01/2020|000001|2|2|2|2|3\n',
    )
    const columns = { date: 'Tag', symbol: 'Code', open: 'O', high: 'H', low: 'L', close: 'C', volume: 'V' }
    const reading = (dates: DateOrder) => read(file, { mapping: mappingFile.parse({ columns, dates }) })
    const days = () => store.all('SELECT date, open FROM bar ORDER BY date')

    // The bar is among those that are recognised; a comma is not in it.
    const [seen] = (await previewPaths([file], reading('dmy'), all)).files
    expect([seen.delimiter, seen.header[0], seen.error]).toEqual(['pipe', 'Tag', null])
    expect(seen.read!.evidence).toContainEqual({
      code: 'date_shape',
      values: { shape: '03/01/2020', date: '2020-01-03' },
    })
    expect(seen.read!.mapping.dates).toBe('dmy')
    const commas = { [file]: { ...AUTOMATIC, delimiter: 'comma' as const } }
    expect((await previewPaths([file], commas, all)).files[0]).toMatchObject({
      delimiter: 'comma',
      header: ['Tag|Code|O|H|L|C|V'],
    })

    const refused = await run(undefined, { readings: reading('ymd') })
    expect(refused.reasons).toEqual({ bad_date: 2 })
    expect((await run(undefined, { readings: reading('mdy') })).reasons).toEqual({ bad_date: 1 })
    expect(days()).toEqual([{ date: 20200301, open: 1 }])
    expect((await run(undefined, { readings: reading('dmy') })).totals.rowsInserted).toBe(2)
    expect(days()).toEqual([
      { date: 20200103, open: 1 },
      { date: 20200131, open: 2 },
      { date: 20200301, open: 1 },
    ])
  })
})
