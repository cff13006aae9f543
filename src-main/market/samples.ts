import type { DateInt } from '../../src-shared/domain/date.ts'
import type { Derived } from './derive.ts'
import type { Panel } from './panel.ts'
import { clip, inverseSpread, winsoriseMad, zScore } from './standardise.ts'
import type { WeeklyBars } from './weekly.ts'

/** The model's input fields in their order (methods.md 2). */
export const FIELDS = ['open', 'high', 'low', 'close', 'vwap', 'volume'] as const

/** Bars of one frequency as a model sees them: one matrix per field, row x stock, NaN where there is no bar. */
export interface BarSeries {
  readonly stocks: number
  /** Matrices in the order of FIELDS. */
  readonly fields: readonly Float64Array[]
  /** Per day t: the last row that is complete at t's close; -1 for none. */
  readonly lastRow: Int32Array
}

export function dailySeries(panel: Panel, derived: Derived): BarSeries {
  return {
    stocks: panel.symbols.length,
    fields: [
      derived.adjOpen,
      derived.adjHigh,
      derived.adjLow,
      derived.adjClose,
      derived.adjVwap,
      derived.adjVolume,
    ],
    lastRow: Int32Array.from(panel.dates, (_, t) => t),
  }
}

export function weeklySeries(panel: Panel, weekly: WeeklyBars): BarSeries {
  return {
    stocks: panel.symbols.length,
    fields: [weekly.open, weekly.high, weekly.low, weekly.close, weekly.vwap, weekly.volume],
    lastRow: weekly.endedAt,
  }
}

/** The inputs of one decision date. */
export interface DateFeatures {
  /** Columns of the panel with a full window, ascending. */
  readonly stocks: Int32Array
  readonly steps: number
  /** [stock][step, oldest first][field], z-scored over `stocks`. */
  readonly inputs: Float64Array
  /** Stocks of the universe without a full window: a day or week without trade in it, or a bar that lacks a field. */
  readonly dropped: { readonly missingBar: number; readonly missingField: number }
}

/**
 * Features of decision date t: each field over its last value in the window, z-scored over the date's stocks per field
 * and lag (methods.md 2, S1 and S3). Reads no row after `series.lastRow[t]`.
 *
 * @param universe Day x stock mask of universe.ts.
 */
export function crossSectionAt(
  series: BarSeries,
  universe: Uint8Array,
  { sequenceLength, t }: { readonly sequenceLength: number; readonly t: number },
): DateFeatures {
  const width = series.stocks
  const lastRow = series.lastRow[t]
  const firstRow = lastRow - sequenceLength + 1
  const dropped = { missingBar: 0, missingField: 0 }
  const within: number[] = []
  for (let i = 0; i < width; i++) if (universe[t * width + i] !== 0) within.push(i)
  const members = Int32Array.from(within)
  const full = firstRow < 0 ? null : fullWindows(series, firstRow, lastRow, members)
  const stocks = members.filter((i, c) => {
    if (full !== null && full[c] !== 0) return true
    dropped[full === null ? 'missingBar' : windowGap(series, firstRow, lastRow, i)]++
    return false
  })
  const n = stocks.length
  const features = series.fields.length
  const inputs = new Float64Array(n * sequenceLength * features)
  const stride = sequenceLength * features
  // What is worked on lies together until it is laid out stock by stock.
  const column = new Float64Array(n)
  const last = new Float64Array(n)
  series.fields.forEach((field, f) => {
    for (let s = 0; s < n; s++) last[s] = field[lastRow * width + stocks[s]]
    for (let step = 0; step < sequenceLength; step++) {
      const row = (firstRow + step) * width
      let sum = 0
      for (let s = 0; s < n; s++) {
        const ratio = field[row + stocks[s]] / last[s]
        column[s] = ratio
        sum += ratio
      }
      const mean = sum / n
      let squares = 0
      for (let s = 0; s < n; s++) {
        const deviation = column[s] - mean
        column[s] = deviation
        squares += deviation * deviation
      }
      const scale = inverseSpread(mean, squares, n)
      for (let s = 0, at = step * features + f; s < n; s++, at += stride) inputs[at] = column[s] * scale
    }
  })
  return { stocks, steps: sequenceLength, inputs, dropped }
}

/** 1 for each of `stocks` that has every field in the rows first to last. */
function fullWindows(series: BarSeries, first: number, last: number, stocks: Int32Array): Uint8Array {
  const full = new Uint8Array(stocks.length).fill(1)
  for (let row = first; row <= last; row++) clearIncomplete(series.fields, row * series.stocks, stocks, full)
  return full
}

/** 0 in `full` for stocks that lack a field in the row at `offset`: all fields at once take half the time of one by one. */
function clearIncomplete(
  [open, high, low, close, vwap, volume]: readonly Float64Array[],
  offset: number,
  stocks: Int32Array,
  full: Uint8Array,
): void {
  for (let s = 0; s < stocks.length; s++) {
    const i = offset + stocks[s]
    const complete = open[i] > 0 && high[i] > 0 && low[i] > 0 && close[i] > 0 && vwap[i] > 0 && volume[i] > 0
    if (!complete) full[s] = 0
  }
}

/** Why stock i has no full window of rows first to last. */
function windowGap(
  { fields, stocks: width }: BarSeries,
  first: number,
  last: number,
  i: number,
): 'missingBar' | 'missingField' {
  for (let row = first; row <= last; row++)
    if (fields.every((field) => !(field[row * width + i] > 0))) return 'missingBar'
  return 'missingField'
}

/**
 * Labels of decision date t: adjusted vwap(t + 1 + horizon) / vwap(t + 1) - 1 over the given stocks, winsorised at
 * 5 MAD, z-scored, clipped at +-3 (methods.md S4). NaN where a stock has no vwap on either day.
 */
export function labelsAt(
  panel: Panel,
  derived: Derived,
  stocks: Int32Array,
  { t, horizon }: { readonly t: number; readonly horizon: number },
): Float64Array {
  const width = panel.symbols.length
  const exit = t + 1 + horizon
  if (exit >= panel.dates.length) return new Float64Array(stocks.length).fill(NaN)
  const raw = Float64Array.from(
    stocks,
    (i) => derived.adjVwap[exit * width + i] / derived.adjVwap[(t + 1) * width + i] - 1,
  )
  return clip(zScore(winsoriseMad(raw, 5)), -3, 3)
}

/** One date's stocks as a compute engine reads them. */
export interface CrossSection {
  readonly stocks: number
  readonly steps: number
  readonly features: number
  /** [stock][step, oldest first][feature]. */
  readonly inputs: Float32Array
  readonly labels: Float64Array | null
}

/** A cross-section with the date and the panel columns it stands for. */
export interface Sample {
  readonly date: DateInt
  readonly stocks: Int32Array
  readonly crossSection: CrossSection
}

/**
 * A sample in the engine's precision. With labels, only stocks that have one; their features stay standardised over
 * all stocks of the date (methods.md S3). Without, every stock: what is predicted.
 */
export function sampleOf(date: DateInt, features: DateFeatures, labels: Float64Array | null): Sample {
  const size = features.steps * FIELDS.length
  const rows = Array.from(features.stocks.keys()).filter((s) => labels === null || !Number.isNaN(labels[s]))
  const inputs = new Float32Array(rows.length * size)
  if (rows.length === features.stocks.length) inputs.set(features.inputs)
  else rows.forEach((s, row) => inputs.set(features.inputs.subarray(s * size, (s + 1) * size), row * size))
  return {
    date,
    stocks: Int32Array.from(rows, (s) => features.stocks[s]),
    crossSection: {
      stocks: rows.length,
      steps: features.steps,
      features: FIELDS.length,
      inputs,
      labels: labels === null ? null : Float64Array.from(rows, (s) => labels[s]),
    },
  }
}
