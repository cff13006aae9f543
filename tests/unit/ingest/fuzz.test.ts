import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import ExcelJS from 'exceljs'
import { describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../../src-shared/random.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { zipOf } from '../../fixtures/zip.ts'
import { eachWorkspace, type Workspace } from './workspace.ts'

/**
 * Damaged files of every format: whatever is done to one, an import ends in good time, in an error that says where, or
 * with every row stored or quarantined. PLATEAU_FUZZ is how many of each format, 20000 for a run in earnest.
 */
const RUNS = Number(process.env['PLATEAU_FUZZ'] ?? 40)
const SECONDS = 5

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

async function workbook(): Promise<Buffer> {
  const book = new ExcelJS.Workbook()
  const sheet = book.addWorksheet('s')
  for (const row of CSV.split('\n').slice(0, 31)) sheet.addRow(row.split(','))
  sheet.addRow([new Date(0), '000001.SZ', 1, 1, 1, 1, { formula: '1+1', result: 2 }]).getCell(1).numFmt =
    'yyyy-mm-dd'
  return Buffer.from(await book.xlsx.writeBuffer())
}

const parquet = (codec: string) => (): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/parquet/bars_${codec}.parquet`, import.meta.url)))

const QLIB = 'features/SH600000/close.day.bin'

function qlibFolder({ write }: Workspace): void {
  write('calendars/day.txt', '2020-01-02\n2020-01-03\n2020-01-06\n')
  for (const field of ['open', 'high', 'low', 'close', 'volume', 'factor'])
    write(`features/SH600000/${field}.day.bin`, Buffer.from(new Float32Array([0, 1, NaN, 1]).buffer))
}

describe(`of ${RUNS} damaged files each ends in an error with its place, or with every row accounted for:`, () => {
  it.each<[string, string, () => Buffer | Promise<Buffer>, ((workspace: Workspace) => void)?]>([
    ['csv', 'bars.csv', () => Buffer.from(CSV)],
    ['csv.gz', 'bars.csv.gz', () => gzipSync(CSV)],
    [
      'zip',
      'bars.zip',
      () =>
        zipOf([
          { name: 'a.csv', data: CSV },
          { name: 'b.csv', data: CSV, stored: true },
        ]),
    ],
    ['parquet, plain', 'bars.parquet', parquet('none')],
    ['parquet, snappy', 'bars.parquet', parquet('snappy')],
    ['parquet, gzip', 'bars.parquet', parquet('gzip')],
    ['parquet, zstd', 'bars.parquet', parquet('zstd')],
    ['xlsx', 'bars.xlsx', workbook],
    ['qlib values', QLIB, () => Buffer.from(new Float32Array([0, 1, NaN, 1]).buffer), qlibFolder],
    [
      'qlib calendar',
      'calendars/day.txt',
      () => Buffer.from('2020-01-02\n2020-01-03\n2020-01-06\n'),
      qlibFolder,
    ],
  ])(
    '%s',
    async (format, name, whole, prepare) => {
      const open = workspace()
      prepare?.(open)
      const bytes = await whole()
      open.write(name, bytes)
      expect((await open.import(undefined, { dryRun: true })).totals.rowsIn).toBeGreaterThan(0)
      const random = createRandom(20_260_101)
      let errors = 0
      for (let run = 0; run < RUNS; run++) {
        const content = damaged(bytes, random)
        const path = open.write(name, content)
        const start = performance.now()
        const shown = `${format}, run ${run}`
        try {
          const { totals, files } = await open.import(undefined, { dryRun: true })
          expect(totals.rowsIn, shown).toBe(totals.rowsStored + totals.rowsQuarantined)
          expect(files.length, shown).toBeGreaterThan(0)
        } catch (error) {
          errors++
          if (!(error instanceof PlateauError)) throw new Error(shown, { cause: error })
          expect(error.code, `${shown}: ${error.message}`).not.toBe('internal')
          expect(error.place.file?.startsWith(open.folder), `${shown}: ${error.message} (${path})`).toBe(true)
        }
        expect((performance.now() - start) / 1000, shown).toBeLessThan(SECONDS)
      }
      // Damage shows, but not always.
      expect(errors).toBeGreaterThan(0)
      expect(open.store.all('SELECT count(*) AS n FROM import_batch')).toEqual([{ n: 0 }])
    },
    60_000 + 100 * RUNS,
  )
})
