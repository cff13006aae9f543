import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDelimited } from '../../../src-main/ingest/formats/delimited.ts'
import { CELLS_ALONE } from '../../../src-main/ingest/layout.ts'
import { readNumber } from '../../../src-main/ingest/row.ts'
import { type ExportTable, exportTable } from '../../../src-shared/domain/exportTable.ts'
import { csvText, neutralText, tsvText } from '../../../src-shared/exportText.ts'
import { FORMULAS } from '../../fixtures/formulas.ts'
import { trust } from '../../fixtures/trust.ts'

/** Read back as a file of market data is. */
async function readBack(text: string): Promise<string[][]> {
  const records: string[][] = []
  const bytes = Buffer.from(text)
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
  async function* chunks(): AsyncGenerator<Buffer> {
    yield bytes.subarray(3)
  }
  await readDelimited(chunks(), { encoding: 'utf-8', delimiter: 'comma' }, 'f.csv', CELLS_ALONE, (row) =>
    records.push([...row.cells()]),
  )
  return records
}

const text = fc.string({
  unit: fc.constantFrom(...'a0 ",;\n\t=+-@\'平原ü−％', '＝', '😀'),
  minLength: 1,
  maxLength: 8,
})
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.integer(),
)
const negative = fc.double({ noNaN: true, min: -1e12, max: 0, maxExcluded: true }).map((value) => value || -1)
const table: fc.Arbitrary<ExportTable> = fc.integer({ min: 1, max: 4 }).chain((width) =>
  fc.record({
    columns: fc.array(text, { minLength: width, maxLength: width }),
    rows: fc.array(
      fc.array(fc.oneof(text, number, fc.constant(null)), { minLength: width, maxLength: width }),
      { maxLength: 6 },
    ),
  }),
)

describe('csvText', () => {
  it('is read back as the same cells, numbers to the last bit, by the reader of imports', async () => {
    await fc.assert(
      fc.asyncProperty(table, async (written) => {
        const [header, ...rows] = await readBack(csvText(exportTable.parse(written)))
        expect(header).toEqual(written.columns.map(neutralText))
        expect(rows).toHaveLength(written.rows.length)
        rows.forEach((row, at) =>
          row.forEach((read, column) => {
            const cell = written.rows[at][column]
            if (cell === null) expect(read).toBe('')
            else if (typeof cell === 'number') expect(readNumber(read, '')).toBe(cell)
            else expect(read).toBe(neutralText(cell))
          }),
        )
      }),
      { numRuns: 300 },
    )
  })

  it('begins with a byte order mark and ends lines with CRLF', () => {
    expect(csvText({ columns: ['日期', '收益'], rows: [['2024-01-31', -0.00025]] })).toBe(
      '\uFEFF日期,收益\r\n2024-01-31,-0.00025\r\n',
    )
  })

  it('leaves what is missing or no number empty', () => {
    expect(csvText({ columns: ['a', 'b', 'c'], rows: [[null, NaN, Infinity]] })).toBe('\uFEFFa,b,c\r\n,,\r\n')
  })
})

describe('neutralText', () => {
  it.each(FORMULAS)('puts an apostrophe before %j', (payload) => {
    expect(neutralText(payload)).toBe(`'${payload}`)
  })

  it.each(['SAM', '600000.SH', 'a=b', '平原', '2024-01-31', ''])('leaves %j', (plain) => {
    expect(neutralText(plain)).toBe(plain)
  })

  it('lets no text of a CSV be a formula, and no negative number be anything else', async () => {
    const texts = await readBack(csvText({ columns: ['x'], rows: FORMULAS.map((text) => [text]) }))
    expect(texts.slice(1)).toEqual(FORMULAS.map((text) => [`'${text}`]))
    const numbers = fc.sample(negative, { numRuns: 10_000, seed: 1 })
    const [, ...rows] = await readBack(csvText({ columns: ['x'], rows: numbers.map((value) => [value]) }))
    expect(rows.map(([text]) => Number(text))).toEqual(numbers)
    expect(rows.filter(([text]) => !text.startsWith('-'))).toEqual([])
    trust('formula injection', {
      'formulas neutral in CSV': FORMULAS.length,
      'negative numbers as they were': numbers.length,
      'altered ones': 0,
    })
  })
})

describe('tsvText', () => {
  it('has one line a row whatever the cells hold, and the note under the table', () => {
    expect(
      tsvText(
        {
          columns: ['a\tb', 'c'],
          rows: [
            ['x\ny', -1.5],
            ['=2', null],
          ],
        },
        'SYNTHETIC DATA',
      ),
    ).toBe("a b\tc\nx y\t-1.5\n'=2\t\n\nSYNTHETIC DATA")
    expect(tsvText({ columns: ['a'], rows: [] }, null)).toBe('a')
  })
})

describe('exportTable', () => {
  it('refuses rows that are not as wide as the header', () => {
    expect(exportTable.safeParse({ columns: ['a', 'b'], rows: [[1]] }).success).toBe(false)
  })
})
