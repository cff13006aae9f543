import { describe, expect, it } from 'vitest'
import type { ChartStyle } from '../../../src-shared/charts/index.ts'
import type { Coverage } from '../../../src-shared/domain/coverage.ts'
import {
  memberCounts,
  namedStocks,
  nextRowOrder,
  orderedRows,
} from '../../../src-renderer/views/data/coverageRows.ts'
import {
  cellAt,
  DAYS_LEFT,
  fittingScale,
  HEAD_HEIGHT,
  type MatrixView,
  paintMatrix,
  ROW_HEIGHT,
  rowsInView,
  SCALES,
  stateColours,
} from '../../../src-renderer/views/data/matrix.ts'
import { removalOf } from '../../../src-renderer/views/data/removal.ts'

/** Three stocks, January and February 2020; the third has no bars. */
const coverage: Coverage = {
  symbols: ['000001.SZ', '600000.SH', '600001.SH'],
  months: Int32Array.of(202001, 202002),
  days: Int32Array.of(20200102, 20200103, 20200203, 20200204),
  traded: Uint8Array.of(2, 2, 1, 0, 0, 0),
  suspended: Uint8Array.of(0, 0, 0, 1, 0, 0),
  missing: Uint8Array.of(0, 0, 1, 0, 0, 0),
  quarantined: Uint8Array.of(0, 0, 0, 1, 0, 0),
  first: Int32Array.of(20200102, 20200102, 0),
  last: Int32Array.of(20200204, 20200203, 0),
  bars: Int32Array.of(4, 2, 0),
  missingDays: Int32Array.of(0, 1, 0),
  factorChanges: Int32Array.of(3, 0, 0),
  indices: [
    { symbol: 'I', member: Uint8Array.of(2, 1, 0) },
    { symbol: 'J', member: Uint8Array.of(2, 2, 0) },
  ],
  calendarDerived: false,
  barsOutside: 0,
  quarantineUnplaced: 0,
}
const stocks = {
  symbols: ['600000.SH', '000001.SZ'],
  names: ['浦发银行', '平安银行'],
  initials: ['pfyh', 'payh'],
}
const named = namedStocks(coverage, stocks)
const members = memberCounts(coverage)
const rows = (query: string, order: Parameters<typeof orderedRows>[4] = null) =>
  orderedRows(coverage, named, members, query, order)

describe('the rows of the coverage', () => {
  it('have the names of their symbols, whatever their order', () => {
    expect(named.names).toEqual(['平安银行', '浦发银行', ''])
    expect([...members]).toEqual([2, 1, 0])
  })

  it('are those that answer, in the order of a column, stocks without bars last', () => {
    expect(rows('')).toEqual([0, 1, 2])
    expect(rows('pf')).toEqual([1])
    expect(rows('', { column: 'missing', descending: true })).toEqual([1, 0, 2])
    expect(rows('', { column: 'first', descending: false })).toEqual([0, 1, 2])
    expect(rows('', { column: 'factorChanges', descending: false })).toEqual([1, 0, 2])
    expect(rows('', { column: 'symbol', descending: true })).toEqual([2, 1, 0])
    expect(rows('yh', { column: 'name', descending: true })).toEqual([1, 0])
  })

  it('are ordered up, down, and not, by clicks', () => {
    const once = nextRowOrder(null, 'bars')
    expect(once).toEqual({ column: 'bars', descending: false })
    const twice = nextRowOrder(once, 'bars')
    expect(twice).toEqual({ column: 'bars', descending: true })
    expect(nextRowOrder(twice, 'bars')).toBeNull()
    expect(nextRowOrder(twice, 'last')).toEqual({ column: 'last', descending: false })
  })
})

const style: ChartStyle = {
  locale: 'en',
  fontFamily: 'Test Sans',
  fontSize: 12,
  palette: {
    up: '#aa0000',
    down: '#00aa00',
    flat: '#888888',
    series: ['#100000', '#001000', '#000010', '#101000', '#100010'],
    text: '#111111',
    grid: '#eeeeee',
    background: '#fefefe',
  },
}
const view = (changes: Partial<MatrixView>): MatrixView => ({
  coverage,
  rows: [0, 1, 2],
  scale: { unit: 'month', width: 10 },
  width: DAYS_LEFT + 100,
  height: HEAD_HEIGHT + 10 * ROW_HEIGHT,
  scrollLeft: 0,
  scrollTop: 0,
  active: -1,
  textOf: () => '',
  statesOf: () => undefined,
  style,
  ...changes,
})

/** What is filled, by colour, as area in square pixels; a canvas only takes calls. */
function areas(shown: MatrixView): Map<string, number> {
  const filled = new Map<string, number>()
  const context = {
    fillStyle: '',
    fillRect(_x: number, _y: number, width: number, height: number) {
      filled.set(this.fillStyle, (filled.get(this.fillStyle) ?? 0) + width * height)
    },
    measureText: () => ({ width: 0 }),
    save() {},
    restore() {},
    beginPath() {},
    rect() {},
    clip() {},
    fillText() {},
  }
  paintMatrix(context as unknown as CanvasRenderingContext2D, shown)
  return filled
}

describe('the matrix', () => {
  it('gives each state its share of a month', () => {
    const colours = stateColours(style)
    const height = ROW_HEIGHT - 6
    const filled = areas(view({}))
    expect(filled.get(colours.traded)).toBeCloseTo(2.5 * 10 * height, 9)
    expect(filled.get(colours.missing)).toBeCloseTo(0.5 * 10 * height, 9)
    expect(filled.get(colours.suspended)).toBeCloseTo(0.5 * 10 * height, 9)
    expect(filled.get(colours.quarantined)).toBeCloseTo(0.5 * 10 * height, 9)
  })

  it('shows a single missing day of a month, never more than the month', () => {
    const colours = stateColours(style)
    const one = {
      ...coverage,
      traded: Uint8Array.of(22, 2, 1, 0, 0, 0),
      missing: Uint8Array.of(1, 0, 0, 0, 0, 0),
    }
    const filled = areas(view({ coverage: one, rows: [0] }))
    expect(filled.get(colours.missing)).toBeCloseTo(20, 9)
    expect(filled.get(colours.missing)! + filled.get(colours.traded)!).toBeCloseTo(20 * (ROW_HEIGHT - 6), 9)
  })

  it('draws days once they are known', () => {
    const colours = stateColours(style)
    const scale = { unit: 'day' as const, width: 6 }
    expect(areas(view({ scale })).has(colours.traded)).toBe(false)
    const states = new Map([[1, Uint8Array.of(1, 3, 1, 0)]])
    const filled = areas(view({ scale, statesOf: (stock) => states.get(stock) }))
    expect(filled.get(colours.traded)).toBe(2 * 6 * (ROW_HEIGHT - 6))
    expect(filled.get(colours.missing)).toBe(6 * (ROW_HEIGHT - 6))
  })

  it('draws no more rows than are in view', () => {
    const many = Array.from({ length: 5000 }, () => 0)
    const shown = view({ rows: many, scrollTop: 1234 })
    const { first, end } = rowsInView(shown)
    expect(first).toBe(Math.floor(1234 / ROW_HEIGHT))
    expect(end - first).toBeLessThanOrEqual(11)
    expect(rowsInView({ ...shown, scrollTop: 5000 * ROW_HEIGHT - 10 * ROW_HEIGHT })).toEqual({
      first: 4990,
      end: 5000,
    })
  })

  it('knows what is under the pointer', () => {
    const shown = view({ scrollTop: ROW_HEIGHT, scrollLeft: 5 })
    expect(cellAt(shown, DAYS_LEFT + 1, HEAD_HEIGHT + 1)).toEqual({ row: 1, at: 0 })
    expect(cellAt(shown, DAYS_LEFT + 6, HEAD_HEIGHT + 1)).toEqual({ row: 1, at: 1 })
    expect(cellAt(shown, DAYS_LEFT + 16, HEAD_HEIGHT + 1)).toEqual({ row: 1, at: null })
    expect(cellAt(shown, 5, HEAD_HEIGHT + 1)).toEqual({ row: 1, at: null })
    expect(cellAt(shown, DAYS_LEFT + 1, HEAD_HEIGHT - 1)).toBeNull()
    expect(cellAt(shown, DAYS_LEFT + 1, HEAD_HEIGHT + 2 * ROW_HEIGHT)).toBeNull()
  })

  it('begins with the widest months that fit', () => {
    expect(SCALES[fittingScale(120, 500)]).toEqual({ unit: 'month', width: 4 })
    expect(SCALES[fittingScale(2, 500)]).toEqual({ unit: 'month', width: 34 })
    expect(SCALES[fittingScale(1000, 500)]).toEqual({ unit: 'month', width: 3 })
  })
})

describe('the form of a removal', () => {
  const form = (symbol: string | null, from: string, to: string) => removalOf({ symbol, from, to })

  it('asks for a stock, days, or both', () => {
    expect(form('A', '', '')).toEqual({ removal: { symbols: ['A'], from: null, to: null } })
    expect(form(null, '2020-01-02', '')).toEqual({ removal: { symbols: null, from: 20200102, to: null } })
    expect(form('A', '20200102', '2020/1/3')).toEqual({
      removal: { symbols: ['A'], from: 20200102, to: 20200103 },
    })
  })

  it('says what is wrong', () => {
    expect(form('A', '2020-13-01', '')).toEqual({ wrong: 'from' })
    expect(form('A', '', 'x')).toEqual({ wrong: 'to' })
    expect(form('A', '2020-01-03', '2020-01-02')).toEqual({ wrong: 'order' })
    expect(form(null, ' ', '')).toEqual({ wrong: 'everything' })
  })
})
