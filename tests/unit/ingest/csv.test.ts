import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CsvRecord, csvRecords } from '../../../src-main/ingest/csv.ts'
import { refusal } from './workspace.ts'

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}

async function parse(text: string, size = 7, delimiter = ','): Promise<CsvRecord[]> {
  const records: CsvRecord[] = []
  for await (const batch of csvRecords(inPieces(text, size), delimiter, 'f.csv')) records.push(...batch)
  return records
}

describe('csvRecords', () => {
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
