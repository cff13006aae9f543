import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatCount, formatIc, formatNumber, formatPercent } from '../../../src-shared/format.ts'
import { ROW_HEIGHT, visibleRows } from '../../../src-renderer/components/rowWindow.ts'
import { cellOf, type Column } from '../../../src-renderer/components/table.ts'
import { numberFormat, textWidth } from '../../../src-shared/exportSheet.ts'
import { tableContent, widestTexts } from '../../../src-renderer/components/tableExport.ts'
import { nextOrder, sortedRows, type TableOrder } from '../../../src-renderer/components/tableSort.ts'

interface Row {
  readonly name: string
  readonly excess: number | null
}
const name: Column<Row> = { key: 'name', title: '模型', text: (row) => row.name, align: 'left' }
const excess: Column<Row> = {
  key: 'excess',
  title: '年化超额',
  text: (row) => formatPercent(row.excess, 'always'),
  value: (row) => row.excess,
}
const rows: readonly Row[] = [
  { name: 'SAM', excess: 0.123456789 },
  { name: 'AdamW', excess: -0.05 },
  { name: 'GSAM', excess: null },
]

describe('tableContent', () => {
  it('has numbers in full, missing cells as null and the formats of what is shown', () => {
    expect(tableContent([name, excess], rows)).toEqual({
      table: {
        columns: ['模型', '年化超额'],
        rows: [
          ['SAM', 0.123456789],
          ['AdamW', -0.05],
          ['GSAM', null],
        ],
      },
      formats: [
        ['', '+0.00%;-0.00%;0.00%'],
        ['', '0.00%'],
        ['', ''],
      ],
      widths: [6, 8],
    })
  })

  it('has the parts of a column that shows several quantities', () => {
    const both: Column<Row> = { ...name, text: () => '1 / 2', parts: [name, excess] }
    expect(tableContent([both], rows).table.columns).toEqual(['模型', '年化超额'])
  })
})

describe('cellOf', () => {
  const text = (written: string): Column<Row> => ({ key: 'text', title: '', text: () => written })
  const value = (of: number | undefined): Column<Row> => ({ ...text('1'), value: () => of })

  it('takes text as other programs read it', () => {
    expect(cellOf(text('\u22120.5 ± 0.1'), rows[0])).toBe('-0.5 ± 0.1')
    expect(cellOf(text('—'), rows[0])).toBe(null)
    expect(cellOf(text(''), rows[0])).toBe(null)
  })

  it('has no number where there is none', () => {
    for (const none of [NaN, Infinity, undefined]) expect(cellOf(value(none), rows[0])).toBe(null)
    expect(cellOf(value(0), rows[0])).toBe(0)
  })
})

describe('numberFormat', () => {
  it.each([
    ['12.34%', '0.00%'],
    ['+12.3%', '+0.0%;-0.0%;0.0%'],
    ['\u22120.0123', '0.0000'],
    ['1,234', '#,##0'],
    ['\u22121,234.50', '#,##0.00'],
    ['7', '0'],
    ['5.4e\u22127', '0.0E+0'],
    ['—', ''],
    ['1:23', ''],
    ['2024-01-31', ''],
    ['0.12 ± 0.01', ''],
    ['10 × 10', ''],
  ])('of %s is %j', (text, expected) => {
    expect(numberFormat(text)).toBe(expected)
  })

  it('is one the contract takes, for whatever the window writes', () => {
    const written = fc
      .tuple(fc.double({ noNaN: true, min: -1e7, max: 1e7 }), fc.integer({ min: 0, max: 6 }))
      .chain(([value, digits]) =>
        fc.constantFrom(
          formatNumber(value, digits, 'always'),
          formatPercent(value, 'negative', digits),
          formatIc(value),
          formatCount(value),
        ),
      )
    fc.assert(
      fc.property(written, (text) => {
        expect(numberFormat(text)).toMatch(/^[#0,.%+\-;E]+$/)
      }),
    )
  })
})

describe('sorting', () => {
  it('goes ascending, descending and back, and begins anew with another column', () => {
    const first = nextOrder(null, 'excess')
    expect(first).toEqual({ key: 'excess', direction: 'ascending' })
    const second = nextOrder(first, 'excess')
    expect(second).toEqual({ key: 'excess', direction: 'descending' })
    expect(nextOrder(second, 'excess')).toBe(null)
    expect(nextOrder(second, 'name')).toEqual({ key: 'name', direction: 'ascending' })
  })

  const names = (order: TableOrder | null, locale = 'en') =>
    sortedRows(rows, [name, excess], order, locale).map((row) => row.name)

  it('is by the number and not by its text, with missing values last either way', () => {
    expect(names({ key: 'excess', direction: 'ascending' })).toEqual(['AdamW', 'SAM', 'GSAM'])
    expect(names({ key: 'excess', direction: 'descending' })).toEqual(['SAM', 'AdamW', 'GSAM'])
    expect(names({ key: 'name', direction: 'ascending' })).toEqual(['AdamW', 'GSAM', 'SAM'])
    expect(names(null)).toEqual(['SAM', 'AdamW', 'GSAM'])
  })

  it('orders Chinese by pinyin and numbers in text as numbers', () => {
    const sorted = (texts: readonly string[]) =>
      sortedRows(
        texts.map((text) => ({ name: text, excess: null })),
        [name],
        { key: 'name', direction: 'ascending' },
        'zh-CN',
      ).map((row) => row.name)
    expect(sorted(['银行', '电子', '食品'])).toEqual(['电子', '食品', '银行'])
    expect(sorted(['run 10', 'run 9'])).toEqual(['run 9', 'run 10'])
  })

  it('keeps equal rows as they came', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 3 }))), fc.boolean(), (values, up) => {
        const given = values.map((value, at) => ({ name: String(at), excess: value }))
        const order = { key: 'excess', direction: up ? 'ascending' : 'descending' } as const
        const sorted = sortedRows(given, [excess], order, 'en')
        const groups = Map.groupBy(sorted, (row) => row.excess)
        for (const group of groups.values())
          expect(group).toEqual(given.filter((row) => row.excess === group[0].excess))
        expect(sorted).toHaveLength(given.length)
      }),
    )
  })
})

describe('visibleRows', () => {
  it('holds every row in view, whatever the place', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200_000 }),
        fc.integer({ min: 0, max: 2_000 }),
        fc.integer({ min: 0, max: 5_000 }),
        (asked, height, count) => {
          const top = Math.min(asked, Math.max(0, count * ROW_HEIGHT - height))
          const { first, end } = visibleRows(top, height, count)
          expect(first).toBeGreaterThanOrEqual(0)
          expect(first).toBeLessThanOrEqual(Math.floor(top / ROW_HEIGHT))
          expect(end).toBe(Math.min(count, end))
          expect(end).toBeGreaterThanOrEqual(Math.min(count, Math.ceil((top + height) / ROW_HEIGHT)))
          expect(end - first).toBeLessThan(height / ROW_HEIGHT + 60)
        },
      ),
    )
  })
})

describe('widestTexts', () => {
  it('takes Chinese for twice as wide', () => {
    const texts = ['abc', '平原', 'abcd', '平']
    expect(
      widestTexts(
        [name],
        texts.map((text) => ({ name: text, excess: null })),
      ),
    ).toEqual(['平原'])
    expect(textWidth('平a')).toBe(3)
  })
})
