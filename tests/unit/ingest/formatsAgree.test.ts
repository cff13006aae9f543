import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import ExcelJS from 'exceljs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dateOfEpochDay, formatDate } from '../../../src-shared/domain/date.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import { listInstruments } from '../../../src-main/store/instruments.ts'
import type { ReadableStore } from '../../../src-main/store/store.ts'
import { zipOf } from '../../fixtures/zip.ts'
import { eachWorkspace, type Workspace } from './workspace.ts'

const workspace = eachWorkspace()
const HEADER = 'date,symbol,name,open,high,low,close,preclose,volume,amount,adj_factor,turn,suspended,is_st'

/**
 * What the store holds of bars and factors, in the order of symbols and days, whatever batch it came in, and the hash by
 * which a study names it.
 */
function contentHash(store: ReadableStore): string {
  const hash = createHash('sha256')
  for (const query of [
    `SELECT symbol, date, open, high, low, close, preclose, volume, amount, float_cap, suspended, is_st
     FROM bar JOIN instrument ON instrument.id = bar.instrument ORDER BY symbol, date`,
    'SELECT symbol, date, factor FROM adjustment JOIN instrument ON instrument.id = instrument ORDER BY symbol, date',
  ])
    for (const row of store.scan(query)) hash.update(`${JSON.stringify(row)}\n`)
  return hash.update(loadMarket(store).hash).digest('hex')
}

/** Rows of `stocks` stocks over `days` days, by day: sound ones, suspended ones, some with holes, some that are refused. */
function rowsOf(stocks: number, days: number): string[] {
  const random = createRandom(7)
  const rows: string[] = []
  for (let day = 0; day < days; day++) {
    const date = formatDate(dateOfEpochDay(14_610 + day))
    for (let stock = 0; stock < stocks; stock++) {
      const symbol = String(stock + 1).padStart(6, '0')
      const price = (100 + random.below(900)) / 100
      const factor = 1 + Math.floor(day / 7) / 8
      const [volume, suspended] = random.below(10) === 0 ? [0, 1] : [100 * (1 + random.below(50)), 0]
      const low = random.below(25) === 0 ? price + 1 : price
      const amount = random.below(9) === 0 ? '' : (price * volume).toFixed(2)
      rows.push(
        [
          date,
          symbol,
          '平安',
          price,
          price,
          low,
          price,
          price,
          volume,
          amount,
          factor,
          1.25,
          suspended,
          0,
        ].join(','),
      )
    }
  }
  return rows
}

const csv = (rows: readonly string[]): string => `${[HEADER, ...rows].join('\n')}\n`

const ROWS = rowsOf(4, 20)
const SYMBOLS = ['000001.SZ', '000002.SZ', '000003.SZ', '000004.SZ']

async function hashOf(fill: (open: Workspace) => Promise<void> | void): Promise<string> {
  const open = workspace()
  await fill(open)
  const { totals } = await open.import()
  expect(totals.rowsIn).toBe(ROWS.length)
  expect(totals.rowsStored).toBeGreaterThan(0)
  expect(totals.rowsQuarantined).toBeGreaterThan(0)
  expect(totals.rowsStored + totals.rowsQuarantined).toBe(ROWS.length)
  expect(listInstruments(open.store).map(({ symbol }) => symbol)).toEqual(SYMBOLS)
  return contentHash(open.store)
}

describe('the same rows make the same store', () => {
  it('in any order, cut into any files, imported in any calls and again', async () => {
    const expected = await hashOf(({ write }) => void write('bars.csv', csv(ROWS)))
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(ROWS, { minLength: ROWS.length }),
        fc.array(fc.nat({ max: ROWS.length }), { maxLength: 4 }),
        fc.constantFrom('one call', 'a call per file'),
        async (rows, cuts, calls) => {
          const { store, write, import: run } = workspace()
          const ends = [0, ...cuts.toSorted((a, b) => a - b), rows.length]
          const names = ends.slice(1).map((end, at) => {
            write(`${at}.csv`, csv(rows.slice(ends[at], end)))
            return `${at}.csv`
          })
          const import_ = async (): Promise<void> => {
            if (calls === 'one call') await run()
            else for (const name of names) await run([name])
          }
          await import_()
          expect(contentHash(store)).toBe(expected)
          await import_()
          expect(contentHash(store)).toBe(expected)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('in any format', async () => {
    const text = csv(ROWS)
    // 平安 in GBK; the rest is ASCII.
    const gbk = Buffer.from(text.replaceAll('平安', '\xc6\xbd\xb0\xb2'), 'latin1')
    const book = new ExcelJS.Workbook()
    const sheet = book.addWorksheet('s')
    for (const [at, row] of [HEADER, ...ROWS].entries()) {
      const [date, symbol, name, ...numbers] = row.split(',')
      if (at === 0) sheet.addRow(row.split(','))
      else
        sheet
          .addRow([
            new Date(date),
            symbol,
            name,
            ...numbers.map((cell) => (cell === '' ? null : Number(cell))),
          ])
          .getCell(1).numFmt = 'yyyy-mm-dd'
    }
    const xlsx = Buffer.from(await book.xlsx.writeBuffer())
    const quoted = text.replaceAll(/[^,\n]+/g, '"$&"')
    const half = ROWS.length / 2
    const hashes = await Promise.all([
      hashOf(({ write }) => void write('a.csv', text)),
      hashOf(({ write }) => void write('a.csv.gz', gzipSync(text))),
      hashOf(({ write }) => void write('a.csv', gbk)),
      hashOf(({ write }) => void write('a.csv', `\ufeff${quoted.replaceAll('\n', '\r\n')}`)),
      hashOf(({ write }) => void write('a.tsv', text.replaceAll(',', '\t'))),
      hashOf(({ write }) => void write('a.xlsx', xlsx)),
      hashOf(({ write }) => {
        write(
          'a.zip',
          zipOf([
            { name: 'a.csv', data: csv(ROWS.slice(0, half)) },
            { name: 'b.csv.gz', data: gzipSync(csv(ROWS.slice(half))), stored: true },
          ]),
        )
      }),
    ])
    expect(new Set(hashes).size).toBe(1)
  })

  it('read on a thread of its own or on this one', async () => {
    const rows = rowsOf(30, 2500)
    let threads = 0
    const count = (): void => void threads++
    process.on('worker', count)
    try {
      const whole = workspace()
      whole.write('bars.csv', csv(rows))
      const { totals, reasons } = await whole.import()
      expect([threads, totals.rowsIn]).toEqual([1, rows.length])

      const parts = workspace()
      const together = { rowsIn: 0, rowsStored: 0, rowsQuarantined: 0 }
      for (let at = 0; at < rows.length; at += 30_000) {
        parts.write('part.csv', csv(rows.slice(at, at + 30_000)))
        const part = await parts.import()
        together.rowsIn += part.totals.rowsIn
        together.rowsStored += part.totals.rowsStored
        together.rowsQuarantined += part.totals.rowsQuarantined
      }
      expect(threads).toBe(1)
      expect(totals).toMatchObject(together)
      expect(reasons).toEqual({ high_below_low: together.rowsQuarantined })
      expect(contentHash(parts.store)).toBe(contentHash(whole.store))
    } finally {
      process.off('worker', count)
    }
  })
})

/**
 * Tables by stock and day beside the bars, with rows that are refused and keys that come once. A factor that comes back to
 * what it was is left out: of two equal ones the store keeps the earlier, and a third between them that comes later holds on.
 */
const DAILY: Readonly<Record<string, { readonly header: string; readonly rows: readonly string[] }>> = {
  factors: {
    header: 'symbol,date,factor',
    rows: ['000001,20200102,1', '000001,20200106,2', '000001,20200108,3', '000002,20200103,3', '000002,x,3'],
  },
  caps: {
    header: 'symbol,date,float_cap,is_st',
    rows: ['000001,20200102,5,0', '000001,20200103,6,1', '000002,20200102,7,', '000002,20200103,-1,0'],
  },
  beta: {
    header: 'symbol,date,beta,size',
    rows: ['000001,20200102,1.5,2', '000001,20200103,,3', '000002,20200102,0.5,', '000002,20200103,,'],
  },
  industry: {
    header: 'symbol,industry,as_of',
    rows: ['000001,银行,20200101', '000001,地产,20210101', '000002,,'],
  },
  membership_000300: {
    header: 'symbol,in_date,out_date',
    rows: ['000001,20200102,20200106', '000001,20200107,', '000002,20200102,', '000002,20200109,20200103'],
  },
}

describe('the same rows of other tables make the same store', () => {
  const dump = (store: ReadableStore): unknown =>
    [
      'SELECT symbol, date, factor FROM adjustment JOIN instrument ON id = instrument ORDER BY 1, 2',
      'SELECT symbol, date, float_cap, suspended, is_st FROM daily_value JOIN instrument ON id = instrument ORDER BY 1, 2',
      `SELECT f.name, symbol, date, value FROM extra_factor_value JOIN extra_factor f ON f.id = factor
       JOIN instrument i ON i.id = instrument ORDER BY 1, 2, 3`,
      'SELECT symbol, as_of, name FROM industry ORDER BY 1, 2',
      'SELECT index_symbol, symbol, in_date, out_date FROM index_membership ORDER BY 1, 2, 3',
    ].map((query) => store.all(query))

  it('in any order, cut into any files, imported in any calls and again', async () => {
    const whole = workspace()
    for (const [name, { header, rows }] of Object.entries(DAILY))
      whole.write(`${name}.csv`, `${[header, ...rows].join('\n')}\n`)
    const { totals } = await whole.import()
    expect(totals).toMatchObject({ rowsIn: 20, rowsStored: 15, rowsQuarantined: 5 })
    const expected = dump(whole.store)
    const orders = fc.tuple(
      ...Object.entries(DAILY).map(([name, { rows }]) =>
        fc.record({
          name: fc.constant(name),
          rows: fc.shuffledSubarray([...rows], { minLength: rows.length }),
          cut: fc.nat({ max: rows.length }),
        }),
      ),
    )
    await fc.assert(
      fc.asyncProperty(orders, fc.boolean(), async (tables, apart) => {
        const { store, write, import: run } = workspace()
        const names: string[] = []
        for (const { name, rows, cut } of tables)
          for (const [part, some] of [rows.slice(0, cut), rows.slice(cut)].entries()) {
            // A table is known by its columns and by numbers in them.
            if (some.length === 0) continue
            names.push(`${part}/${name}.csv`)
            write(names.at(-1)!, `${[DAILY[name].header, ...some].join('\n')}\n`)
          }
        for (let time = 0; time < 2; time++) {
          const reports = apart ? [] : [await run()]
          if (apart) for (const name of names) reports.push(await run([name]))
          expect(reports.reduce((sum, report) => sum + report.totals.rowsIn, 0)).toBe(20)
          expect(reports.reduce((sum, report) => sum + report.totals.rowsQuarantined, 0)).toBe(5)
          expect(dump(store)).toEqual(expected)
        }
      }),
      { numRuns: 25 },
    )
  })
})
