import type { EChartsOption } from 'echarts'
import { fillPlaceholders, terms } from '../locales/index.ts'
import type { ChartStyle } from './style.ts'
import { axisText, baseOption } from './style.ts'

/** A value of one calendar month, yyyymm; null leaves the cell blank. */
export interface MonthValue {
  readonly month: number
  readonly value: number | null
}

/** Years down, months across; `totals`, of a year each, in a column of their own with a scale of their own. */
export function monthHeat(
  months: readonly MonthValue[],
  format: (value: number) => string,
  style: ChartStyle,
  totals: readonly { readonly year: number; readonly value: number }[] = [],
): EChartsOption {
  const text = terms[style.locale].charts
  const yearOf = (month: number) => Math.floor(month / 100)
  const years = [...new Set(months.map(({ month }) => yearOf(month)))].sort((a, b) => b - a)
  const columns = Array.from({ length: 12 }, (_, at) =>
    fillPlaceholders(text.month, { month: String(at + 1) }),
  )
  const cells = months.flatMap(({ month, value }): Cell[] =>
    value === null ? [] : [[(month % 100) - 1, years.indexOf(yearOf(month)), value]],
  )
  const ofYears = totals.map(({ year, value }): Cell => [12, years.indexOf(year), value])
  const titles = totals.length === 0 ? columns : [...columns, text.yearTotal]
  return {
    ...heat(titles, years.map(String), [cells, ofYears], format, style),
    grid: { left: 52, right: 16, top: 4, bottom: 24 },
  }
}

/** Symmetric values between the objects named, the first in the top row; null leaves a cell blank. */
export function matrixHeat(
  names: readonly string[],
  values: readonly (readonly (number | null)[])[],
  format: (value: number) => string,
  style: ChartStyle,
): EChartsOption {
  const last = names.length - 1
  const cells = values.flatMap((row, at) =>
    row.flatMap((value, column): Cell[] => (value === null ? [] : [[column, last - at, value]])),
  )
  const option = heat(names, names.toReversed(), [cells], format, style)
  // Few objects leave the rest of the width empty: broad cells read worse.
  const width = names.length < 8 ? { width: 76 * names.length } : { right: 16 }
  return { ...option, grid: { left: 110, top: 4, bottom: 24, ...width } }
}

type Cell = [column: number, row: number, value: number]

/** Colour by sign and size, on a scale symmetric about 0 for each group of cells, and the number in every cell. */
function heat(
  columns: readonly string[],
  rows: readonly string[],
  groups: readonly (readonly Cell[])[],
  format: (value: number) => string,
  style: ChartStyle,
): EChartsOption {
  const { palette } = style
  const shown = groups.filter((cells) => cells.length > 0)
  // Full colour lies beyond the largest value: every cell stays light enough to read its number on.
  const scaleOf = (cells: readonly Cell[]) =>
    2 * Math.max(...cells.map(([, , value]) => Math.abs(value)), 1e-12)
  const axis = {
    type: 'category' as const,
    axisLine: { show: false },
    axisTick: { show: false },
  }
  return {
    ...baseOption(style),
    xAxis: {
      ...axis,
      data: [...columns],
      axisLabel: { ...axisText(style), interval: 0, width: 72, overflow: 'truncate' },
    },
    yAxis: {
      ...axis,
      data: [...rows],
      axisLabel: { ...axisText(style), interval: 0, width: 104, overflow: 'truncate' },
    },
    visualMap: shown.map((cells, at) => ({
      type: 'continuous',
      show: false,
      seriesIndex: at,
      min: -scaleOf(cells),
      max: scaleOf(cells),
      dimension: 2,
      inRange: { color: [palette.down, palette.background, palette.up] },
    })),
    series: shown.map((cells) => ({
      type: 'heatmap',
      data: [...cells],
      label: {
        show: true,
        ...axisText(style),
        formatter: (cell) => format((cell.value as number[])[2]),
      },
      itemStyle: { borderColor: palette.background, borderWidth: 2 },
      // The cell that the keys or the mouse stand on.
      emphasis: { itemStyle: { borderColor: palette.text } },
    })),
  }
}
