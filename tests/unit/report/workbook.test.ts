import ExcelJS from 'exceljs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sheetName, tableWorkbook } from '../../../src-main/report/workbook.ts'
import { type ExportSheet, exportSheet } from '../../../src-shared/domain/exportTable.ts'
import { FORMULAS } from '../../fixtures/formulas.ts'
import { trust } from '../../fixtures/trust.ts'

async function readBack(sheet: ExportSheet) {
  const bytes = await tableWorkbook(exportSheet.parse(sheet))
  const workbook = new ExcelJS.Workbook()
  await workbook.xlsx.load(bytes.buffer)
  return { workbook, sheet: workbook.worksheets[0] }
}

const plain = { name: '绩效', formats: [], widths: [], note: null }
const text = fc.string({ unit: fc.constantFrom(...'a0 "<&>=+-@\'平原ü_x', '😀'), minLength: 1, maxLength: 8 })
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
const table = fc.integer({ min: 1, max: 4 }).chain((width) => {
  const row = <Value>(cell: fc.Arbitrary<Value>) => fc.array(cell, { minLength: width, maxLength: width })
  return fc.record({
    columns: row(text),
    rows: fc.array(row(fc.oneof(text, number, fc.constant(null))), { maxLength: 6 }),
  })
})

describe('tableWorkbook', () => {
  it('is read back as the same cells, numbers as numbers and no text as a formula', async () => {
    await fc.assert(
      fc.asyncProperty(table, async (written) => {
        const { sheet } = await readBack({ ...plain, table: written })
        ;[written.columns, ...written.rows].forEach((cells, at) =>
          cells.forEach((value, column) => {
            const cell = sheet.getCell(at + 1, column + 1)
            expect(cell.type).toBe(
              value === null
                ? ExcelJS.ValueType.Null
                : typeof value === 'number'
                  ? ExcelJS.ValueType.Number
                  : ExcelJS.ValueType.String,
            )
            expect(cell.value).toBe(value)
          }),
        )
      }),
      { numRuns: 40 },
    )
  })

  it('lets no text be a formula, and no negative number be anything else', async () => {
    const numbers = fc.sample(number, { numRuns: 10_000, seed: 1 }).map((value) => -Math.abs(value || 1))
    const cells = [...FORMULAS, ...numbers]
    const { sheet } = await readBack({
      ...plain,
      table: { columns: FORMULAS.slice(0, 1), rows: cells.map((value) => [value]) },
    })
    const read = cells.map((_, at) => sheet.getCell(at + 2, 1))
    expect([sheet.getCell('A1'), ...read].filter(({ type }) => type === ExcelJS.ValueType.Formula)).toEqual(
      [],
    )
    expect(read.slice(0, FORMULAS.length).map(({ type }) => type)).toEqual(
      FORMULAS.map(() => ExcelJS.ValueType.String),
    )
    expect(read.slice(FORMULAS.length).map(({ value }) => value)).toEqual(numbers)
    trust('formula injection', {
      'formulas neutral in XLSX': FORMULAS.length,
      'negative numbers as they were': numbers.length,
      'altered ones': 0,
    })
  })

  it('freezes the header, formats numbers cell by cell and is as wide as the texts', async () => {
    const { sheet } = await readBack({
      ...plain,
      table: {
        columns: ['name', 'value'],
        rows: [
          ['TE', 0.0512],
          ['IR', -1.25],
        ],
      },
      formats: [
        ['', '0.00%'],
        ['', '0.00'],
      ],
      widths: [12, 8],
    })
    expect(sheet.name).toBe('绩效')
    expect(sheet.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 })
    expect(sheet.getCell('B2').numFmt).toBe('0.00%')
    expect(sheet.getCell('B3').numFmt).toBe('0.00')
    expect(sheet.getCell('A1').font.bold).toBe(true)
    expect([1, 2].map((at) => sheet.getColumn(at).width)).toEqual([14, 10])
  })

  it('says below the table and in the file’s properties what a reader has to know', async () => {
    const { sheet, workbook } = await readBack({
      ...plain,
      table: { columns: ['x'], rows: [[1]] },
      note: '合成数据',
    })
    expect(sheet.getCell('A3').value).toBe(null)
    expect(sheet.getCell('A4').value).toBe('合成数据')
    expect(workbook.keywords).toBe('合成数据')
  })
})

describe('sheetName', () => {
  it.each([
    ['2024 年 [SAM]: A/B', '2024 年  SAM   A B'],
    ["'quoted'", 'quoted'],
    ['History', 'Plateau'],
    ['', 'Plateau'],
    ['x'.repeat(40), 'x'.repeat(31)],
  ])('of %j is %j', (name, expected) => {
    expect(sheetName(name)).toBe(expected)
  })
})
