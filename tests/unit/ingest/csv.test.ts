import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDelimited } from '../../../src-main/ingest/formats/delimited.ts'
import { CELLS_ALONE } from '../../../src-main/ingest/layout.ts'
import { DATE_ORDERS, type DateOrder, type Delimiter } from '../../../src-shared/domain/importing.ts'
import { refusal } from './workspace.ts'

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

interface Record {
  readonly line: number
  readonly raw: string
  readonly cells: readonly string[]
}

async function parse(
  text: string | Buffer,
  size = 7,
  delimiter: Delimiter = 'comma',
  encoding: 'utf-8' | 'gb18030' = 'utf-8',
) {
  const records: Record[] = []
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  await readDelimited(inPieces(bytes, size), { encoding, delimiter }, 'f.csv', CELLS_ALONE, (row) =>
    records.push({ line: row.line, raw: row.raw(), cells: row.cells() }),
  )
  return records
}

describe('readDelimited', () => {
  it('counts lines, keeps the raw text, passes over blank lines and takes both line ends', async () => {
    expect(await parse('a,b\r\n\r\n1,2\n"x\ny",3\n4,5')).toEqual([
      { line: 1, raw: 'a,b', cells: ['a', 'b'] },
      { line: 3, raw: '1,2', cells: ['1', '2'] },
      { line: 4, raw: '"x\ny",3', cells: ['x\ny', '3'] },
      { line: 6, raw: '4,5', cells: ['4', '5'] },
    ])
  })

  it('reads empty cells at both ends, doubled quotes and a quote inside an unquoted cell', async () => {
    expect((await parse(',"",\n"a""b","c,d",5" pipe\n')).map((record) => record.cells)).toEqual([
      ['', '', ''],
      ['a"b', 'c,d', '5" pipe'],
    ])
  })

  it('gives back any table that was written with quotes, however the text is cut', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '0', '"', ',', '\n', ' ', '平', ';') })
    const table = fc
      .integer({ min: 2, max: 4 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1 }))
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 40 }), async (rows, size) => {
        const text = rows.map((row) => row.map((c) => `"${c.replaceAll('"', '""')}"`).join(',')).join('\n')
        expect((await parse(text, size)).map((record) => record.cells)).toEqual(rows)
      }),
    )
  })

  it.each([
    ['a quote that is never closed', 'a,b\n1,2\n"x,2\n3,4\n', 3],
    ['a quote that is never closed in a long file', `a,b\n"x,2\n${'3,4\n'.repeat(40_000)}`, 2],
    ['text after a closing quote', 'a,b\n"x"y,2\n', 2],
    ['a line without end', `a,b\n1,2\n${'x'.repeat(70_000)}`, 3],
  ])('refuses %s, with its row', async (_, text, row) => {
    const error = await refusal(() => parse(text, 10_000))
    expect([error.code, error.place.file, error.place.row]).toEqual(['file_corrupt', 'f.csv', row])
  })
})

describe('the fields of a record', () => {
  const columns = { symbol: 0, date: 1, open: 2, suspended: 3 }
  const fields = async (line: string, dates: DateOrder = 'ymd') => {
    const read: unknown[] = []
    await readDelimited(
      inPieces(Buffer.from(line), 3),
      { encoding: 'utf-8', delimiter: 'comma' },
      'f',
      { columns, dates },
      (row) => {
        const take = (value: () => unknown): unknown => {
          try {
            return value()
          } catch (error) {
            return (error as { reason: string }).reason
          }
        }
        read.push([
          take(() => row.text('symbol')),
          take(() => row.date('date')),
          take(() => row.number('open')),
          take(() => row.flag('suspended')),
        ])
      },
    )
    return read
  }

  it('are the same from bare bytes as from quoted text', async () => {
    const cell = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.integer({ min: -99999, max: 99999 }).map((n) => (n / 100).toFixed(2)),
      fc.constantFrom(
        '',
        '-',
        'nan',
        'NULL',
        '1e5',
        '.5',
        '5.',
        '+3',
        '-0',
        '1.2.3',
        '12x',
        ' 7 ',
        '0',
        '1',
        'true',
        '12345678901234567890',
        '0.1234567890123456789',
      ),
    )
    const date = fc.constantFrom(
      '2020-01-02',
      '20200102',
      '2020/1/2',
      '2020-13-01',
      '2020/01-02',
      '2020-02-30',
      '31/12/2020',
      '3.1.2020',
      '30/02/2020',
      '1/2-2020',
      '',
      'x',
    )
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(cell, date, cell, cell),
        fc.constantFrom(...DATE_ORDERS),
        async (cells, dates) => {
          const bare = cells.join(',')
          const quoted = cells.map((text) => `"${text}"`).join(',')
          if (bare.trim() === '') return
          expect(await fields(bare, dates)).toEqual(await fields(quoted, dates))
        },
      ),
      { numRuns: 400 },
    )
  })

  it('have dates of the order that is said, where they do not begin with their year', async () => {
    const date = async (text: string, order: DateOrder) => (await fields(`A,${text},1,0`, order))[0]
    const of = (record: unknown) => (record as readonly unknown[])[1]
    const read = async (text: string) =>
      Promise.all(DATE_ORDERS.map(async (order) => of(await date(text, order))))
    expect(await read('03/04/2020')).toEqual(['bad_date', 20200403, 20200304])
    expect(await read('31-12-2020')).toEqual(['bad_date', 20201231, 'bad_date'])
    expect(await read('2.1.2020')).toEqual(['bad_date', 20200102, 20200201])
    expect(await read('2020-03-04')).toEqual([20200304, 20200304, 20200304])
    expect(await read('03/04/20')).toEqual(['bad_date', 'bad_date', 'bad_date'])
  })

  it('are texts in GB18030 too, and a symbol that repeats is itself', async () => {
    const gbk = Buffer.from('b9c9c6b1b4fac2eb2cc3fbb3c60a3630303030302cc6d6b7a2d2f8d0d00a', 'hex')
    expect((await parse(gbk, 5, 'comma', 'gb18030')).map((record) => record.cells)).toEqual([
      ['股票代码', '名称'],
      ['600000', '浦发银行'],
    ])
    expect(await fields('000001.SZ,,,\n000001.SZ,,,\n000002.SZ,,,\n0000,,,')).toEqual([
      ['000001.SZ', null, null, null],
      ['000001.SZ', null, null, null],
      ['000002.SZ', null, null, null],
      ['0000', null, null, null],
    ])
  })
})
