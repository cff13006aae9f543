import type { ChartStyle } from '../../../src-shared/charts/index.ts'
import { type Coverage, DAY_STATES, type DayState } from '../../../src-shared/domain/coverage.ts'
import { lowerBound } from '../../../src-shared/sorted.ts'
import { ROW_COLUMNS, type RowColumn } from './coverageRows.ts'

/** Sizes in CSS pixels. */
export const ROW_HEIGHT = 20
export const HEAD_HEIGHT = 40
const COLUMN_WIDTHS: Readonly<Record<RowColumn, number>> = {
  symbol: 84,
  name: 92,
  first: 84,
  last: 84,
  bars: 64,
  missing: 74,
  factorChanges: 74,
  indices: 74,
}
const PADDING = 6
/** What is drawn of a cell's share at least, however small it is. */
const LEAST_SHARE = 2
/** Narrower months have no label. */
const LEAST_LABELLED = 22

/** Columns from left to right, and where the days begin. */
export const COLUMNS = ROW_COLUMNS.map((column, at) => ({
  column,
  left: ROW_COLUMNS.slice(0, at).reduce((sum, before) => sum + COLUMN_WIDTHS[before], 0),
  width: COLUMN_WIDTHS[column],
}))
export const DAYS_LEFT = COLUMNS.reduce((sum, { width }) => sum + width, 0)

/** How wide a month, or a day, is drawn. */
export interface Scale {
  readonly unit: 'month' | 'day'
  readonly width: number
}

export const SCALES: readonly Scale[] = [
  ...[3, 4, 6, 9, 14, 22, 34].map((width) => ({ unit: 'month' as const, width })),
  ...[3, 6, 10].map((width) => ({ unit: 'day' as const, width })),
]

/** The widest scale that shows every month in `width` pixels; the narrowest where none does. */
export function fittingScale(months: number, width: number): number {
  const fitting = SCALES.findLastIndex((scale) => scale.unit === 'month' && scale.width * months <= width)
  return Math.max(0, fitting)
}

/** Width of all days. */
export function daysWidth({ months, days }: Coverage, { unit, width }: Scale): number {
  return width * (unit === 'month' ? months.length : days.length)
}

/** Position, among months or days, of the first day of the month at `month`. */
export function monthPosition({ months, days }: Coverage, { unit }: Scale, month: number): number {
  return unit === 'month' ? month : lowerBound(days, months[month]! * 100)
}

export interface MatrixView {
  readonly coverage: Coverage
  /** Positions of the stocks shown, from top to bottom. */
  readonly rows: readonly number[]
  readonly scale: Scale
  readonly width: number
  readonly height: number
  readonly scrollLeft: number
  readonly scrollTop: number
  /** Position in `rows` of the marked row. */
  readonly active: number
  /** What stands in a column of a stock. */
  readonly textOf: (column: RowColumn, stock: number) => string
  /** Codes of DAY_STATE on the coverage's days, once they are known. */
  readonly statesOf: (stock: number) => Uint8Array | undefined
  readonly style: ChartStyle
}

/** Colour of each state; none is that of a rise or a fall. What is as it should be is the faintest. */
export function stateColours({ palette }: ChartStyle): Readonly<Record<Exclude<DayState, 'none'>, string>> {
  const [traded, missing, , , quarantined] = palette.series as readonly [
    string,
    string,
    string,
    string,
    string,
  ]
  return { traded: `${traded}a0`, suspended: palette.flat, missing, quarantined }
}

/** Rows in view, the last one excluded. */
export function rowsInView({ rows, scrollTop, height }: Pick<MatrixView, 'rows' | 'scrollTop' | 'height'>): {
  readonly first: number
  readonly end: number
} {
  const first = Math.floor(scrollTop / ROW_HEIGHT)
  return { first, end: Math.min(rows.length, Math.ceil((scrollTop + height - HEAD_HEIGHT) / ROW_HEIGHT)) }
}

/** What lies under a point of the canvas; `at` counts months or days, null beside them. */
export function cellAt(
  { coverage, rows, scale, scrollLeft, scrollTop }: MatrixView,
  x: number,
  y: number,
): { readonly row: number; readonly at: number | null } | null {
  const row = Math.floor((y - HEAD_HEIGHT + scrollTop) / ROW_HEIGHT)
  if (y < HEAD_HEIGHT || row >= rows.length) return null
  const at = Math.floor((x - DAYS_LEFT + scrollLeft) / scale.width)
  const count = scale.unit === 'month' ? coverage.months.length : coverage.days.length
  return { row, at: x < DAYS_LEFT || at >= count ? null : at }
}

/** Draws what is in view: a few dozen rows, whatever the number of stocks. */
export function paintMatrix(context: CanvasRenderingContext2D, view: MatrixView): void {
  const { width, height, style } = view
  const { palette } = style
  context.font = `12px ${style.fontFamily}`
  context.textBaseline = 'middle'
  context.fillStyle = palette.background
  context.fillRect(0, 0, width, height)

  const { first, end } = rowsInView(view)
  const top = (row: number): number => HEAD_HEIGHT + row * ROW_HEIGHT - view.scrollTop
  context.save()
  context.beginPath()
  context.rect(0, HEAD_HEIGHT, width, height - HEAD_HEIGHT)
  context.clip()
  context.fillStyle = palette.grid
  for (let row = first; row < end; row++) {
    if (row !== view.active) context.fillRect(0, top(row) + ROW_HEIGHT - 1, width, 1)
    else {
      context.globalAlpha = 0.7
      context.fillRect(0, top(row), width, ROW_HEIGHT)
      context.globalAlpha = 1
    }
  }
  paintColumns(context, view, first, end, top)
  context.beginPath()
  context.rect(DAYS_LEFT, HEAD_HEIGHT, width - DAYS_LEFT, height - HEAD_HEIGHT)
  context.clip()
  for (let row = first; row < end; row++) paintRow(context, view, view.rows[row]!, top(row))
  context.restore()
  paintTime(context, view)
}

function paintColumns(
  context: CanvasRenderingContext2D,
  view: MatrixView,
  first: number,
  end: number,
  top: (row: number) => number,
): void {
  context.fillStyle = view.style.palette.text
  for (const { column, left, width } of COLUMNS) {
    const atLeft = column === 'symbol' || column === 'name'
    context.textAlign = atLeft ? 'left' : 'right'
    const x = atLeft ? left + PADDING : left + width - PADDING
    // A long name goes no further than its column; numbers and dates fit theirs.
    context.save()
    context.beginPath()
    context.rect(left, HEAD_HEIGHT, width - PADDING / 2, view.height)
    context.clip()
    for (let row = first; row < end; row++)
      context.fillText(view.textOf(column, view.rows[row]!), x, top(row) + ROW_HEIGHT / 2)
    context.restore()
  }
}

/** One stock: what is the same from cell to cell is one rectangle. */
function paintRow(context: CanvasRenderingContext2D, view: MatrixView, stock: number, top: number): void {
  const { coverage, scale, scrollLeft, width } = view
  const colours = stateColours(view.style)
  const count = scale.unit === 'month' ? coverage.months.length : coverage.days.length
  const from = Math.max(0, Math.floor(scrollLeft / scale.width))
  const to = Math.min(count, Math.ceil((scrollLeft + width - DAYS_LEFT) / scale.width))
  const left = (at: number): number => DAYS_LEFT + at * scale.width - scrollLeft
  const height = ROW_HEIGHT - 6
  const fill = (colour: string, start: number, until: number, share = 1, below = 0): void => {
    context.fillStyle = colour
    context.fillRect(
      left(start),
      top + 3 + height * (1 - share - below),
      (until - start) * scale.width,
      height * share,
    )
  }
  if (scale.unit === 'day') {
    const states = view.statesOf(stock)
    if (states === undefined) return
    for (let start = from, at = from; at < to; start = at) {
      while (at < to && states[at] === states[start]) at++
      const state = DAY_STATES[states[start]!]!
      if (state !== 'none') fill(colours[state], start, at)
    }
    return
  }
  const { traded, suspended, missing, quarantined } = coverage
  const row = stock * count
  const isWhole = (at: number): boolean =>
    traded[row + at]! > 0 &&
    suspended[row + at] === 0 &&
    missing[row + at] === 0 &&
    quarantined[row + at] === 0
  for (let at = from; at < to; at++) {
    const start = at
    while (at < to && isWhole(at)) at++
    if (at > start) fill(colours.traded, start, at)
    if (at === to) break
    const parts = [
      [colours.quarantined, quarantined[row + at]!],
      [colours.missing, missing[row + at]!],
      [colours.suspended, suspended[row + at]!],
      [colours.traded, traded[row + at]!],
    ] as const
    const total = parts.reduce((sum, [, days]) => sum + days, 0)
    // From the top what is wrong, never too thin to be seen; what is left is the traded share.
    let below = 1
    parts.forEach(([colour, days], part) => {
      if (days === 0) return
      const share = Math.min(below, Math.max(days / total, LEAST_SHARE / height))
      const drawn = part === parts.length - 1 ? below : share
      below -= drawn
      fill(colour, at, at + 1, drawn, below)
    })
  }
}

/** Years and months above the days, with a line where a year begins. A label stays in view as long as there is room. */
function paintTime(context: CanvasRenderingContext2D, view: MatrixView): void {
  const { coverage, scale, width, height, scrollLeft, style } = view
  const { palette } = style
  const { months } = coverage
  const left = (month: number): number =>
    DAYS_LEFT + monthPosition(coverage, scale, month) * scale.width - scrollLeft
  const end = DAYS_LEFT + daysWidth(coverage, scale) - scrollLeft
  const label = (text: string, from: number, until: number, y: number): void => {
    const x = Math.max(from, DAYS_LEFT) + 3
    if (x + context.measureText(text).width <= Math.min(until, end)) context.fillText(text, x, y)
  }
  context.save()
  context.beginPath()
  context.rect(DAYS_LEFT, 0, width - DAYS_LEFT, height)
  context.clip()
  context.textAlign = 'left'
  const yearOf = (month: number): number => Math.floor(months[month]! / 100)
  for (let month = 0, next = 0; month < months.length; month = next) {
    while (next < months.length && yearOf(next) === yearOf(month)) next++
    const from = left(month)
    const until = next < months.length ? left(next) : end
    if (until < DAYS_LEFT || from > width) continue
    context.fillStyle = palette.grid
    context.fillRect(from, HEAD_HEIGHT - 18, 1, height)
    context.fillStyle = palette.text
    label(String(yearOf(month)), from, until, 10)
    for (let at = month; at < next; at++) {
      const begin = left(at)
      const close = at + 1 < months.length ? left(at + 1) : end
      if (close - begin < LEAST_LABELLED || close < DAYS_LEFT || begin > width) continue
      context.fillStyle = palette.grid
      context.fillRect(begin, HEAD_HEIGHT - 18, 1, 18)
      context.fillStyle = palette.flat
      label(String(months[at]! % 100).padStart(2, '0'), begin, close, HEAD_HEIGHT - 10)
    }
  }
  context.restore()
  context.fillStyle = palette.grid
  context.fillRect(0, HEAD_HEIGHT - 1, width, 1)
  context.fillRect(DAYS_LEFT - 1, 0, 1, height)
}
