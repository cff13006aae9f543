import { copyFileSync, existsSync, readFileSync, symlinkSync, truncateSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deflateRawSync } from 'node:zlib'
import ExcelJS from 'exceljs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { float32Text } from '../../../src-main/ingest/formats/cells.ts'
import { inspectFile, readRecords } from '../../../src-main/ingest/formats/index.ts'
import { inspectQlib } from '../../../src-main/ingest/formats/qlib.ts'
import { CELLS_ALONE } from '../../../src-main/ingest/layout.ts'
import type { Source } from '../../../src-main/ingest/source.ts'
import { AUTOMATIC, type Skipped } from '../../../src-shared/domain/importing.ts'
import { indexCloses, listIndices } from '../../../src-main/store/indices.ts'
import { costOf } from '../../fixtures/cost.ts'
import { trust } from '../../fixtures/trust.ts'
import { zipOf } from '../../fixtures/zip.ts'
import { eachWorkspace, refusal } from './workspace.ts'

const workspace = eachWorkspace()
const PARQUET = fileURLToPath(new URL('../../fixtures/parquet/', import.meta.url))
const BARS = 'date,symbol,open,high,low,close,volume\n'

/** Every record of a table that went through a structured clone, as a thread's does. */
async function recordsOf(source: Source): Promise<{ lines: number[]; cells: string[][] }> {
  const lines: number[] = []
  const cells: string[][] = []
  const read: number[] = []
  await readRecords(
    structuredClone(source),
    CELLS_ALONE,
    (row) => {
      lines.push(row.line)
      cells.push([...row.cells()])
    },
    (bytes) => void read.push(bytes),
  )
  expect(read).toEqual(read.toSorted((a, b) => a - b))
  expect(read.at(-1)).toBe(source.bytes)
  expect(source.sample).toEqual(cells.slice(0, 200))
  return { lines, cells }
}

/** The one table of what is found. */
async function only(found: AsyncIterable<Source | Skipped>): Promise<Source> {
  const sources: Source[] = []
  for await (const table of found) {
    if ('reason' in table) throw new Error(table.reason)
    sources.push(table)
  }
  expect(sources).toHaveLength(1)
  return sources[0]
}

async function onlySource(path: string): Promise<Source> {
  return only(inspectFile(path, { readingOf: () => AUTOMATIC, part: 'whole' }))
}

describe('a Parquet file', () => {
  it.each(['none', 'snappy', 'gzip', 'zstd'])(
    'packed by %s gives numbers, decimals and dates as their shortest texts, over its row groups',
    async (codec) => {
      const source = await onlySource(join(PARQUET, `bars_${codec}.parquet`))
      expect(source).toMatchObject({
        name: `bars_${codec}`,
        format: 'parquet',
        header: ['date', 'symbol', 'open', 'high', 'low', 'close', 'volume', 'amount'],
      })
      expect(await recordsOf(source)).toEqual({
        lines: [2, 3, 4, 5, 6],
        cells: [
          ['2020-01-02', '000001.SZ', '10.1', '11.5', '9.1', '10.1', '9007199254740993', '100000'],
          ['2020-01-03', '000001.SZ', '10.2', '11.5', '9.1', '10.29', '100', '1020'],
          ['2020-01-06', '000001.SZ', '10.3', '11.5', '9.1', '10.25', '0', ''],
          ['2020-01-07', '000001.SZ', '10.4', '11.5', '9.1', '10.4', '', ''],
          ['', '000001.SZ', '10.5', '11.5', '9.1', '10.45', '5', '1'],
        ],
      })
    },
  )

  it.each(['ms', 'us', 'ns', 'int96'])(
    'with times in %s gives days, and the time where there is one',
    async (unit) => {
      const { cells } = await recordsOf(await onlySource(join(PARQUET, `times_${unit}.parquet`)))
      expect(cells.map(([date]) => date)).toEqual(['2020-01-02', '2020-01-03 15:00:00.000'])
      if (unit !== 'int96') expect(cells.map(([, n]) => n)).toEqual(['1', '4294967295'])
    },
  )

  it.each([
    ['list', 'prices'],
    ['record', 'bar'],
  ])('with a nested column (%s) is refused with its name', async (name, column) => {
    const path = join(PARQUET, `${name}.parquet`)
    const error = await refusal(() => onlySource(path))
    expect([error.code, error.place]).toEqual(['file_not_recognised', { file: path, field: column }])
  })

  it('is imported: what lacks a date, or has an amount that its volume cannot have, goes to quarantine', async () => {
    const { folder, store, import: run } = workspace()
    copyFileSync(join(PARQUET, 'bars_snappy.parquet'), join(folder, 'bars.parquet'))
    const { totals, reasons } = await run()
    expect(totals).toMatchObject({ rowsIn: 5, rowsStored: 3, rowsQuarantined: 2 })
    expect(reasons).toEqual({ missing_field: 1, amount_off_price: 1 })
    expect(store.all('SELECT date, open, close FROM bar')).toEqual([
      { date: 20200103, open: 10.2, close: 10.29 },
      { date: 20200106, open: 10.3, close: 10.25 },
      { date: 20200107, open: 10.4, close: 10.4 },
    ])
  })

  it('cut off anywhere is refused', async () => {
    const { write, import: run } = workspace()
    const whole = readFileSync(join(PARQUET, 'bars_snappy.parquet'))
    for (const length of [4, 12, 1000, whole.length - 5000, whole.length - 4, whole.length - 1]) {
      const path = write('cut.parquet', whole.subarray(0, length))
      const error = await refusal(() => run())
      expect([error.code, error.place.file]).toEqual(['file_corrupt', path])
    }
  })
})

describe('a workbook', () => {
  async function book(fill: (workbook: ExcelJS.Workbook) => void): Promise<Buffer> {
    const workbook = new ExcelJS.Workbook()
    fill(workbook)
    return Buffer.from(await workbook.xlsx.writeBuffer())
  }
  const NAMES = ['date', 'symbol', 'open', 'high', 'low', 'close', 'volume']
  const day = (date: number): Date => new Date(Date.UTC(2020, 0, date))

  it('gives dates, numbers, shared and rich strings, and what formulas came to', async () => {
    const { write } = workspace()
    const path = write(
      'book.xlsx',
      await book((workbook) => {
        const sheet = workbook.addWorksheet('日线 & more')
        sheet.addRow([])
        sheet.addRow(NAMES)
        sheet.addRow([day(2), '000001', 10.1, 11, 9.25, 10, 9007199254740991]).getCell(1).numFmt =
          'yyyy-mm-dd'
        sheet.addRow([])
        const row = sheet.addRow([
          { formula: 'A3+1', result: 43_833 },
          { richText: [{ text: '0000' }, { text: '02' }] },
          { formula: '1+1', result: 2.5 },
          { error: '#N/A' },
          true,
        ])
        row.getCell(1).numFmt = 'd" of "mmm yyyy'
        sheet.addRow(['2020-01-06', 'A<&>B', 1, 1, 1, 1, 1, 'one too many'])
      }),
    )
    const source = await onlySource(path)
    expect(source).toMatchObject({
      path: `${path}#日线 & more`,
      name: 'book',
      format: 'workbook',
      header: NAMES,
    })
    expect(await recordsOf(source)).toEqual({
      lines: [3, 5, 6],
      cells: [
        ['2020-01-02', '000001', '10.1', '11', '9.25', '10', '9007199254740991'],
        ['2020-01-03', '000002', '2.5', '#N/A', 'true', '', ''],
        ['2020-01-06', 'A<&>B', '1', '1', '1', '1', '1', 'one too many'],
      ],
    })
  })

  it('counts days from 1904 where it says so', async () => {
    const { write } = workspace()
    const content = await book((workbook) => {
      workbook.properties.date1904 = true
      const sheet = workbook.addWorksheet('s')
      sheet.addRow(['date'])
      sheet.addRow([day(2)]).getCell(1).numFmt = 'yyyy-mm-dd'
    })
    expect((await recordsOf(await onlySource(write('mac.xlsx', content)))).cells).toEqual([['2020-01-02']])
  })

  it('is imported sheet by sheet; hidden, empty and unknown ones are named as skipped', async () => {
    const { write, store, import: run } = workspace()
    const path = write(
      'book.xlsx',
      await book((workbook) => {
        workbook.addWorksheet('notes').addRow(['hello', 'world'])
        for (const name of ['600000', '000001']) {
          const sheet = workbook.addWorksheet(name)
          sheet.addRow(NAMES.filter((column) => column !== 'symbol'))
          for (let row = 2; row < 20; row++) sheet.addRow([`2020-01-${row + 10}`, 10, 11, 9, 10, 100])
        }
        workbook.addWorksheet('secret', { state: 'hidden' }).addRow(NAMES)
        workbook.addWorksheet('very secret', { state: 'veryHidden' }).addRow(NAMES)
        workbook.addWorksheet('empty')
      }),
    )
    const { totals, skipped } = await run()
    expect(totals).toMatchObject({ rowsIn: 36, rowsStored: 36 })
    expect(store.all('SELECT symbol FROM instrument ORDER BY symbol')).toEqual([
      { symbol: '000001.SZ' },
      { symbol: '600000.SH' },
    ])
    expect(skipped.map((one) => [one.path.slice(path.length), one.reason])).toEqual([
      ['#notes', 'unknown_sheet'],
      ['#secret', 'hidden_sheet'],
      ['#very secret', 'hidden_sheet'],
      ['#empty', 'empty_sheet'],
    ])
  })

  it('without a sheet that is a table is refused', async () => {
    const { write, import: run } = workspace()
    write('book.xlsx', await book((workbook) => workbook.addWorksheet('notes').addRow(['hello', 'world'])))
    expect((await refusal(() => run())).code).toBe('file_not_recognised')
  })

  const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const PARTS = {
    'xl/workbook.xml': `<workbook xmlns:r="${RELATION}"><sheets><sheet name="s" sheetId="7" r:id="rId9"/></sheets></workbook>`,
    // As openpyxl writes it: from the root of the archive.
    'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="rId9" Type="${RELATION}/worksheet" Target="/xl/worksheets/table.xml"/></Relationships>`,
    'xl/worksheets/table.xml':
      '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>date</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>2020-01-02</t></is></c></row></sheetData></worksheet>',
  }
  const bare = (parts: Readonly<Record<string, string>>): Buffer =>
    zipOf(Object.entries({ ...PARTS, ...parts }).map(([name, data]) => ({ name, data })))

  it('of no shared strings or styles, with a sheet of any name, is read too', async () => {
    const { write } = workspace()
    const source = await onlySource(write('bare.xlsx', bare({})))
    expect(source.path.endsWith('#s')).toBe(true)
    expect((await recordsOf(source)).cells).toEqual([['2020-01-02']])
  })

  const text = (rows: string): Record<string, string> => ({
    'xl/worksheets/table.xml': `<x:worksheet xmlns:x="x"><x:sheetData>${rows}</x:sheetData></x:worksheet>`,
  })

  it('keeps characters of more than a byte whole, wherever its parts are cut', async () => {
    const names = Array.from({ length: 60_000 }, (_, at) => `平安${at}`)
    const { write } = workspace()
    const path = write(
      'long.xlsx',
      bare({
        'xl/sharedStrings.xml': `<sst><si><t>name</t></si>${names.map((name) => `<si><t>${name}</t></si>`).join('')}</sst>`,
        ...text(
          names
            .map(
              (name, at) =>
                `<x:row><x:c t="s"><x:v>${at}</x:v></x:c><x:c t="str"><x:v>${name}</x:v></x:c></x:row>`,
            )
            .join(''),
        ),
      }),
    )
    const { cells } = await recordsOf(await onlySource(path))
    // The first row, of the string "name", is the header.
    expect(cells).toEqual(names.slice(1).map((name, at) => [names[at], name]))
  })

  it('joins the runs of a text, leaves out how it is read aloud, and places cells without references', async () => {
    const { write } = workspace()
    const path = write(
      'runs.xlsx',
      bare({
        'xl/sharedStrings.xml':
          '<sst><si><t>name</t></si><si><r><t>平</t></r><r><t>安</t></r><rPh sb="0" eb="1"><t>ping</t></rPh></si></sst>',
        ...text(
          '<x:row><x:c t="s"><x:v>0</x:v></x:c><x:c t="inlineStr"><x:is><x:r><x:t>a</x:t></x:r><x:r><x:t>b</x:t></x:r></x:is></x:c></x:row>' +
            '<x:row r="5"><x:c t="s"><x:v>1</x:v></x:c><x:c t="d"><x:v>2020-01-02T00:00:00</x:v></x:c></x:row>',
        ),
      }),
    )
    const source = await onlySource(path)
    expect(source.header).toEqual(['name', 'ab'])
    expect(await recordsOf(source)).toEqual({ lines: [5], cells: [['平安', '2020-01-02']] })
  })

  it('keeps what is not of the type of its cell, so that its row can be refused', async () => {
    const { write } = workspace()
    const cell = (type: string, value: string, style = 0): string =>
      `<x:c t="${type}" s="${style}"><x:v>${value}</x:v></x:c>`
    const path = write(
      'cells.xlsx',
      bare({
        'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        ...text(
          `<x:row>${['a', 'b', 'c', 'd'].map((name) => cell('str', name)).join('')}</x:row>` +
            `<x:row>${cell('n', '12.3.4')}${cell('n', '43x', 1)}${cell('d', 'soon')}${cell('b', 'maybe')}</x:row>` +
            `<x:row>${cell('n', '12.50')}${cell('n', '43832', 1)}${cell('d', '2020-01-02')}${cell('b', '0')}</x:row>`,
        ),
      }),
    )
    expect((await recordsOf(await onlySource(path))).cells).toEqual([
      ['12.3.4', '43x', 'soon', 'maybe'],
      ['12.5', '2020-01-02', '2020-01-02', 'false'],
    ])
  })

  const laughs = `<!DOCTYPE w [<!ENTITY a "${'ha'.repeat(5000)}">${'bcdefgh'
    .split('')
    .map((name, at) => `<!ENTITY ${name} "${`&${'abcdefg'[at]};`.repeat(10)}">`)
    .join('')}]>`
  it.each<[string, () => Buffer, RegExp]>([
    [
      'entities that expand to a flood',
      () =>
        bare({
          'xl/worksheets/table.xml': `${laughs}${PARTS['xl/worksheets/table.xml'].replace('2020-01-02', '&h;')}`,
        }),
      /undefined entity|damaged/,
    ],
    [
      'shared strings that shrank a thousand times',
      () => bare({ 'xl/sharedStrings.xml': `<sst>${'<si><t>x</t></si>'.repeat(4_000_000)}</sst>` }),
      /more than 200 times/,
    ],
    [
      'more shared strings than memory should hold',
      () =>
        zipOf([
          ...Object.entries(PARTS).map(([name, data]) => ({ name, data })),
          {
            name: 'xl/sharedStrings.xml',
            data: Buffer.alloc(3 * 2 ** 20),
            stored: true,
            claim: { bytes: 300 * 2 ** 20 },
          },
        ]),
      /shared strings|mismatch/,
    ],
    [
      'markup that never closes',
      () => bare({ 'xl/worksheets/table.xml': PARTS['xl/worksheets/table.xml'].slice(0, -30) }),
      /cut off/,
    ],
    [
      'a sheet that is not what was packed',
      () => {
        const bytes = bare({})
        const at = bytes.indexOf(deflateRawSync(PARTS['xl/worksheets/table.xml']))
        bytes[at + 60] ^= 1
        return bytes
      },
      /damaged|not those|out of its order/,
    ],
    ...['2', '0', 'x', '1e99'].map((number): [string, () => Buffer, RegExp] => [
      `row ${number} after row 2`,
      () =>
        bare(
          text(
            ['2', number]
              .map((r) => `<x:row r="${r}"><x:c r="A${r}" t="str"><x:v>date</x:v></x:c></x:row>`)
              .join(''),
          ),
        ),
      /follows row 2/,
    ]),
    [
      'a cell that comes twice',
      () => bare(text('<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="A1"><x:v>2</x:v></x:c></x:row>')),
      /Cell A1 is none, or out of its order/,
    ],
    [
      'a shared string that is not there',
      () => bare(text('<x:row><x:c t="s"><x:v>3</x:v></x:c></x:row>')),
      /no shared string/,
    ],
    [
      'a cell beyond the last column',
      () => bare(text('<x:row><x:c r="ZZZ1"><x:v>3</x:v></x:c></x:row>')),
      /Cell ZZZ1 is none, or out of its order/,
    ],
    ['no list of its sheets', () => zipOf([{ name: 'xl/workbook.xml', data: '' }]), /does not say/],
  ])('with %s is refused', async (what, content, message) => {
    const { write, import: run } = workspace()
    const path = write('bomb.xlsx', content())
    const { value: error, seconds, bytes } = await costOf(() => refusal(() => run()))
    expect(seconds).toBeLessThan(2)
    expect(bytes).toBeLessThan(300 * 2 ** 20)
    expect(error.code).toBe('file_corrupt')
    expect(error.message).toMatch(message)
    expect(error.place.file?.startsWith(path)).toBe(true)
    trust('bombs', {
      [`a workbook with ${what}`]: 'refused',
      seconds: seconds.toFixed(2),
      MB: (bytes / 1e6).toFixed(0),
    })
  })
})

describe('a folder', () => {
  it('is read with the folders inside it; hidden files are named as skipped, a circle of links ends', async () => {
    const { folder, write, import: run } = workspace()
    write('a.csv', `${BARS}2020-01-02,A,1,1,1,1,1\n`)
    write('sh/600000.csv', 'date,open,high,low,close,volume\n2020-01-02,1,1,1,1,1\n')
    write('sh/.hidden.csv', 'x')
    write('.git/a.csv', 'x')
    write('sh/deep/notes.md', 'x')
    symlinkSync(folder, join(folder, 'sh', 'up'))
    const { files, skipped } = await run()
    expect(files.map((file) => file.path)).toEqual([`${folder}/a.csv`, `${folder}/sh/600000.csv`])
    expect(skipped).toEqual([
      { path: `${folder}/.git`, reason: 'hidden' },
      { path: `${folder}/sh/.hidden.csv`, reason: 'hidden' },
      { path: `${folder}/sh/deep/notes.md`, reason: 'not_data' },
    ])
  })

  it('too deep is refused', async () => {
    const { write, import: run } = workspace()
    write(`${'d/'.repeat(13)}a.csv`, BARS)
    expect((await refusal(() => run())).code).toBe('file_unreadable')
  })
})

/** A column as Qlib writes it. */
function column(first: number, values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * (values.length + 1))
  for (const [at, value] of [first, ...values].entries()) bytes.writeFloatLE(value, 4 * at)
  return bytes
}

describe("Qlib's folder", () => {
  const DAYS = '2020-01-02\n2020-01-03\n2020-01-06\n2020-01-07\n'
  const fields = (first: number, price: readonly number[], factor: number): Record<string, Buffer> => ({
    ...Object.fromEntries(['open', 'high', 'low', 'close'].map((field) => [field, column(first, price)])),
    volume: column(
      first,
      price.map((value) => (Number.isNaN(value) ? NaN : 1000)),
    ),
    factor: column(
      first,
      price.map(() => factor),
    ),
  })

  it('gives a table per instrument: raw bars of stocks, levels of indices', async () => {
    const { folder, store, write, import: run } = workspace()
    write('calendars/day.txt', DAYS)
    write('instruments/all.txt', 'SH600000\t2020-01-02\t2020-01-07\n')
    const instruments = { SH600000: fields(1, [20.2, 20.4, 20.6], 2), SH000300: fields(0, [4000.5, 4001], 1) }
    for (const [code, columns] of Object.entries(instruments))
      for (const [field, bytes] of Object.entries(columns)) write(`features/${code}/${field}.day.bin`, bytes)
    write('features/SZ000001/close.1min.bin', 'x')
    write('features/SH600000/change.day.bin', column(0, [1]))
    write('features/SH000300/change.day.bin', column(0, [1]))
    write('calendars/1min.txt', '')
    write('membership.csv', 'x')
    write('.DS_Store', '')
    const { files, skipped, totals } = await run()
    expect(files.map(({ path, preset, table, rowsIn }) => [path, preset, table, rowsIn])).toEqual([
      [`${folder}/features/SH600000`, 'qlib', 'bars', 3],
      [`${folder}/features/SH000300`, 'qlib', 'indexBars', 2],
    ])
    expect(skipped.map(({ path, reason }) => [path.slice(folder.length + 1), reason])).toEqual([
      ['.DS_Store', 'hidden'],
      ['calendars/1min.txt', 'other_calendar'],
      ['instruments/all.txt', 'member_intervals'],
      ['membership.csv', 'no_part_of_qlib'],
      ['features/SZ000001', 'no_daily_values'],
      ['features/*/change.day.bin', 'field_not_read'],
    ])
    expect(skipped.at(-1)!.number).toBe(2)
    expect(totals.rowsQuarantined).toBe(0)
    expect(store.all('SELECT date, close, volume FROM bar')).toEqual([
      { date: 20200103, close: 10.1, volume: 1000 },
      { date: 20200106, close: 10.2, volume: 1000 },
      { date: 20200107, close: 10.3, volume: 1000 },
    ])
    expect(listIndices(store).map((index) => index.symbol)).toEqual(['000300.SH'])
    expect(indexCloses(store, '000300.SH')).toEqual([
      { date: 20200102, close: 4000.5 },
      { date: 20200103, close: 4001 },
    ])
  })

  it.each([
    // Mean prices are adjusted as the others are, and go before amounts.
    ['vwap', { vwap: column(0, [20.2, 20.4]), amount: column(0, [1, 1]) }, [10_100, 10_200]],
    ['amount', { amount: column(0, [10_000, 11_000]) }, [10_000, 11_000]],
  ])('gives the amount of its %s', async (_, more, amounts) => {
    const { store, write, import: run } = workspace()
    write('calendars/day.txt', DAYS)
    for (const [field, bytes] of Object.entries<Buffer>({ ...fields(0, [20.2, 20.4], 2), ...more }))
      write(`features/SH600000/${field}.day.bin`, bytes)
    expect((await run()).totals).toMatchObject({ rowsIn: 2, rowsStored: 2 })
    const stored = store.all<{ amount: number }>('SELECT amount FROM bar ORDER BY date')
    stored.forEach(({ amount }, at) => expect(amount).toBeCloseTo(amounts[at], 1))
  })

  it('is not read where its files are larger than what they can hold', async () => {
    const { folder, write, import: run } = workspace()
    const refused = async (name: string): Promise<string> => {
      truncateSync(join(folder, name), 2 ** 40)
      const { code, place } = await refusal(() => run())
      expect(place.file).toBe(join(folder, name))
      return code
    }
    write('calendars/day.txt', DAYS)
    write('features/SH600000/close.day.bin', column(0, [1]))
    // A terabyte of nothing, which no memory takes.
    expect(await refused('features/SH600000/close.day.bin')).toBe('file_corrupt')
    write('features/SH600000/close.day.bin', column(0, [1, 2, 3, 4]))
    expect(await refused('calendars/day.txt')).toBe('file_corrupt')
  })

  it('has no record of a day without any value, and an empty cell for one that is missing', async () => {
    const { folder, write } = workspace()
    write('calendars/day.txt', DAYS)
    write('features/SH600000/close.day.bin', column(0, [1.1, NaN, 1.3]))
    write('features/SH600000/volume.day.bin', column(2, [5, NaN]))
    expect(
      await recordsOf(await only(inspectQlib(folder, { readingOf: () => AUTOMATIC, part: 'whole' }))),
    ).toEqual({
      lines: [2, 3],
      cells: [
        ['2020-01-02', '1.1', ''],
        ['2020-01-06', '1.3', '5'],
      ],
    })
  })

  it.each<[string, string, Buffer, string]>([
    ['values beyond the calendar', DAYS, column(3, [1, 2]), 'features/SH600000/close.day.bin'],
    ['half a value', DAYS, column(0, [1]).subarray(0, 6), 'features/SH600000/close.day.bin'],
    ['a first day between two', DAYS, column(0.5, [1]), 'features/SH600000/close.day.bin'],
    ['a calendar that is none', '2020-01-02\nx\n', column(0, [1]), 'calendars/day.txt'],
  ])('with %s is refused with the file', async (_, days, close, place) => {
    const { folder, write, import: run } = workspace()
    write('calendars/day.txt', days)
    write('features/SH600000/close.day.bin', close)
    const error = await refusal(() => run())
    expect([error.code, error.place.file]).toEqual(['file_corrupt', join(folder, place)])
  })

  const DATA = resolve(
    fileURLToPath(new URL('../../..', import.meta.url)),
    process.env['PLATEAU_DATA'] ?? '../shared/data',
    'vendors/qlib',
  )
  it.skipIf(!existsSync(DATA))(
    'as people pass it round is read whole (skipped without PLATEAU_DATA)',
    async () => {
      const { store, import: run } = workspace()
      const { files, totals } = await run(undefined, { paths: [DATA] })
      expect(files.map(({ table, rowsIn }) => [table, rowsIn])).toEqual([
        ['bars', 3966],
        ['bars', 3966],
        ['bars', 3966],
        ['bars', 1917],
        ['indexBars', 3966],
      ])
      expect(totals).toMatchObject({ rowsIn: 17_781, rowsStored: totals.rowsIn - totals.rowsQuarantined })
      // 600519 closed at 169.94 on 2010-01-04.
      const close = store.get<{ close: number }>(
        "SELECT close FROM bar JOIN instrument ON instrument.id = bar.instrument WHERE symbol = '600519.SH' AND date = 20100104",
      )!.close
      expect(close).toBeCloseTo(169.94, 4)
    },
  )
})

describe('float32Text', () => {
  it('is the shortest text that reads back as the same float32', () => {
    expect([10.1, 0.1, 1 / 3, 16_777_217, 1e-7].map(Math.fround).map(float32Text)).toEqual([
      '10.1',
      '0.1',
      '0.33333334',
      '16777216',
      '1e-7',
    ])
    expect(float32Text(NaN)).toBe('')
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (value) =>
        Object.is(Math.fround(Number(float32Text(value))), value + 0),
      ),
    )
  })
})
