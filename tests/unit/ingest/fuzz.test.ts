import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import ExcelJS from 'exceljs'
import { describe, expect, it } from 'vitest'
import { type ImportReport, REASONS } from '../../../src-shared/domain/importing.ts'
import { listQuarantine } from '../../../src-main/store/imports.ts'
import { openStore, type ReadableStore } from '../../../src-main/store/store.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { createRandom, type Random } from '../../../src-shared/random.ts'
import { loops, trust } from '../../fixtures/trust.ts'
import { zipOf } from '../../fixtures/zip.ts'
import { eachWorkspace } from './workspace.ts'

/**
 * Damaged files of every format: whatever is done to one, an import ends in good time, in an error that says where, or
 * with every row stored, or in quarantine with its line and reason. The files are shared among the formats.
 */
const TOTAL = loops({ reduced: 560, full: 20_000 })
/** Of the processor, for one import. */
const SECONDS = 5
/** After which one that waits for ever is given up, on a machine with much else to do. */
const GIVEN_UP_MS = 120_000

const workspace = eachWorkspace()

const ROWS = Array.from(
  { length: 30 },
  (_, at) => `2020-01-${String(at + 1).padStart(2, '0')},000001.SZ,10.1,11,9,10,${100 * at},平安`,
)
const CSV = `date,symbol,open,high,low,close,volume,name\n${ROWS.join('\n')}\n"2020-02-03","000001.SZ",1,1,1,1,1,"a ""b"""\n`

/** A damaged copy: one to three times bits are flipped, or a piece is cut out, doubled, or put in. */
function damaged(bytes: Buffer, random: Random): Buffer {
  const at = random.below
  let copy = Buffer.from(bytes)
  for (let times = 1 + at(3); times > 0; times--) {
    const from = at(copy.length + 1)
    const to = Math.min(copy.length, from + 1 + at(random.uniform() < 0.5 ? 8 : copy.length))
    switch (at(5)) {
      case 0:
        for (let flips = 1 + at(8); flips > 0 && copy.length > 0; flips--) copy[at(copy.length)] ^= 1 << at(8)
        break
      case 1:
        copy = Buffer.concat([copy.subarray(0, from), copy.subarray(to)])
        break
      case 2:
        copy = Buffer.concat([copy.subarray(0, to), copy.subarray(from)])
        break
      case 3:
        copy = Buffer.concat([
          copy.subarray(0, from),
          Buffer.from(SPLINTERS[at(SPLINTERS.length)]),
          copy.subarray(from),
        ])
        break
      default:
        copy = copy.subarray(0, from)
    }
  }
  return copy
}

const SPLINTERS: readonly (string | Buffer)[] = [
  '"',
  ',',
  '\n',
  '\r',
  '\0',
  '"\n"',
  ',,,,,,,',
  '-',
  '1e999',
  '2020-02-30',
  '\ufeff',
  '平',
  Buffer.from([0xff]),
  Buffer.from([0xff, 0xff, 0xff, 0xff]),
  Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
  Buffer.alloc(64),
]

type Files = Readonly<Record<string, Buffer | string>>

async function workbook(): Promise<Buffer> {
  const book = new ExcelJS.Workbook()
  const sheet = book.addWorksheet('s')
  for (const row of CSV.split('\n').slice(0, 31)) sheet.addRow(row.split(','))
  sheet.addRow([new Date(0), '000001.SZ', 1, 1, 1, 1, { formula: '1+1', result: 2 }]).getCell(1).numFmt =
    'yyyy-mm-dd'
  return Buffer.from(await book.xlsx.writeBuffer())
}

/** The parts of a workbook: dates as numbers, texts shared, in place and as the result of a formula. */
function workbookParts(): Files {
  const names = CSV.split('\n')[0].split(',')
  const cells = (row: number, of: readonly string[]): string =>
    `<row r="${row}">${of.map((cell, at) => cell.replace('<c', `<c r="${'ABCDEFGH'[at]}${row}"`)).join('')}</row>`
  const rows = ROWS.map((text, at) => {
    const [, symbol, ...numbers] = text.split(',').slice(0, 7)
    return cells(at + 2, [
      `<c s="1"><v>${43_831 + at}</v></c>`,
      `<c t="inlineStr"><is><t>${symbol}</t></is></c>`,
      ...numbers.map((number) => `<c><v>${number}</v></c>`),
      `<c t="s"><v>${names.length}</v></c>`,
    ])
  })
  return {
    'xl/workbook.xml': '<workbook xmlns:r="r"><sheets><sheet name="s" r:id="r1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    'xl/sharedStrings.xml': `<sst>${[...names, '平安'].map((text) => `<si><t>${text}</t></si>`).join('')}</sst>`,
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${cells(
      1,
      names.map((_, at) => `<c t="s"><v>${at}</v></c>`),
    )}${rows.join('')}</sheetData></worksheet>`,
  }
}

const parquet = (codec: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/parquet/bars_${codec}.parquet`, import.meta.url)))

function qlib(): Files {
  const values = Buffer.from(new Float32Array([0, 1, NaN, 1]).buffer)
  return {
    'calendars/day.txt': '2020-01-02\n2020-01-03\n2020-01-06\n',
    ...Object.fromEntries(
      ['open', 'high', 'low', 'close', 'volume', 'factor'].map((field) => [
        `features/SH600000/${field}.day.bin`,
        values,
      ]),
    ),
  }
}

/** One file of every table but the bars. */
const TABLES: Files = {
  'calendar.csv': 'date\n2020-01-02\n2020-01-03\n',
  'instruments.csv': 'symbol,name,list_date\n000001.SZ,平安,19910403\n600000.SH,浦发,19991110\n',
  'factors.csv': 'symbol,date,factor\n000001.SZ,20200102,1\n000001.SZ,20200103,1.5\n600000.SH,20200102,2\n',
  'caps.csv': 'symbol,date,float_cap,is_st\n000001.SZ,20200102,1e9,0\n600000.SH,20200102,2e9,1\n',
  'beta.csv': 'date,symbol,beta,size\n20200102,000001.SZ,1.25,\n20200102,600000.SH,,7\n',
  'index_000300.csv': 'date,open,high,low,close,volume\n20200102,1,2,1,2,5\n20200103,2,2,2,2,0\n',
  'membership_000300.csv': 'symbol,in_date,out_date\n000001.SZ,20200102,\n600000.SH,20200102,20200103\n',
  'lists.csv': 'index,symbol,date\n000905,000001.SZ,20200102\n000905,600000.SH,20200103\n',
  'weights.csv': 'index,date,symbol,weight\n000300,20200102,000001.SZ,60\n000300,20200102,600000.SH,40\n',
  'industry.csv': 'symbol,industry,as_of\n000001.SZ,银行,20200102\n600000.SH,银行,20200102\n',
}

interface Format {
  readonly name: string
  /** The files of a folder to import; one of them is damaged at a time. */
  readonly files: () => Files | Promise<Files>
  /** What becomes of the files, one of them damaged, before they are imported; by default nothing. */
  readonly packed?: (files: Files) => Files
}

// 平安 in GBK; the rest is ASCII.
const GBK = Buffer.from(CSV.replaceAll('平安', '\xc6\xbd\xb0\xb2'), 'latin1')

const FORMATS: readonly Format[] = [
  { name: 'CSV', files: () => ({ 'bars.csv': CSV }) },
  { name: 'CSV in GBK', files: () => ({ 'bars.csv': GBK }) },
  { name: 'TSV with a byte order mark', files: () => ({ 'bars.tsv': `\ufeff${CSV.replaceAll(',', '\t')}` }) },
  { name: 'CSV of the other tables', files: () => TABLES },
  { name: 'gzip', files: () => ({ 'bars.csv.gz': gzipSync(CSV) }) },
  {
    name: 'gzip of what is damaged',
    files: () => ({ 'bars.csv': CSV }),
    packed: (files) => ({ 'bars.csv.gz': gzipSync(files['bars.csv']) }),
  },
  {
    name: 'zip',
    files: () => ({
      'bars.zip': zipOf([
        { name: 'a.csv', data: CSV },
        { name: 'b.csv', data: CSV, stored: true },
      ]),
    }),
  },
  ...['none', 'snappy', 'gzip', 'zstd'].map((codec) => ({
    name: `Parquet, ${codec}`,
    files: () => ({ 'bars.parquet': parquet(codec) }),
  })),
  { name: 'XLSX', files: async () => ({ 'bars.xlsx': await workbook() }) },
  {
    name: 'XLSX of damaged parts',
    files: workbookParts,
    packed: (files) => ({
      'bars.xlsx': zipOf(Object.entries(files).map(([name, data]) => ({ name, data }))),
    }),
  },
  { name: 'Qlib', files: qlib },
]

const RUNS = Math.ceil(TOTAL / FORMATS.length)

/** Every row stored, or in quarantine under its line, with its reason and, of a text, as it stands there. */
function accounted(store: ReadableStore, { totals, reasons, files }: ImportReport): void {
  expect(files.length).toBeGreaterThan(0)
  const quarantined = listQuarantine(store, 1e6)
  expect(totals.rowsIn).toBe(totals.rowsStored + quarantined.length)
  expect(Object.values(reasons).reduce((sum, count) => sum + count, 0)).toBe(quarantined.length)
  if (files.every(({ table }) => table === 'bars'))
    expect(store.get('SELECT count(*) AS n FROM bar')).toEqual({ n: totals.rowsStored })
  const texts = new Map<string, readonly string[]>()
  for (const { path, row, reason, raw } of quarantined) {
    expect(REASONS).toContain(reason)
    expect(row).toBeGreaterThan(1)
    if (!/\.[ct]sv$/.test(path) || !existsSync(path)) continue
    if (!texts.has(path)) texts.set(path, linesOf(readFileSync(path)))
    expect(texts.get(path)![row - 1]?.startsWith(raw.split('\n')[0]), `${row}: ${raw}`).toBe(true)
  }
}

function linesOf(bytes: Buffer): readonly string[] {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).split('\n')
  } catch {
    return new TextDecoder('gb18030').decode(bytes).split('\n')
  }
}

describe(`of ${RUNS} damaged files each ends in an error with its place, or with every row accounted for:`, () => {
  it.each(FORMATS)(
    '$name',
    async ({ name, files, packed = (all) => all }) => {
      const open = workspace()
      const whole = await files()
      const random = createRandom(20_260_101)
      let errors = 0
      for (let run = -1; run < RUNS; run++) {
        const names = Object.keys(whole)
        const at = names[random.below(names.length)]
        const content = run === -1 ? whole[at] : damaged(Buffer.from(whole[at]), random)
        for (const [file, bytes] of Object.entries(packed({ ...whole, [at]: content })))
          open.write(file, bytes)
        const store = openStore(':memory:', { mode: 'write' })
        const start = process.cpuUsage()
        try {
          const signal = AbortSignal.timeout(GIVEN_UP_MS)
          const report = await open.import(undefined, { store, signal })
          accounted(store, report)
          if (run === -1) expect(report.totals.rowsStored).toBeGreaterThan(1)
        } catch (error) {
          const shown = `${name}, run ${run}, ${at}: ${(error as Error).message}`
          if (!(error instanceof PlateauError) || error.code === 'internal' || run === -1)
            throw new Error(shown, { cause: error })
          errors++
          expect(error.place.file?.startsWith(open.folder), shown).toBe(true)
          expect(store.get('SELECT count(*) AS n FROM import_batch'), shown).toEqual({ n: 0 })
        } finally {
          store.close()
        }
        const { user, system } = process.cpuUsage(start)
        expect((user + system) / 1e6, `${name}, run ${run}`).toBeLessThan(SECONDS)
      }
      // Damage shows, but not always.
      expect(errors).toBeGreaterThan(0)
      trust('damaged imports', {
        [name]: RUNS,
        'refused with their place': errors,
        crashes: 0,
        'rows lost': 0,
      })
    },
    60_000 + 1000 * RUNS,
  )
})
