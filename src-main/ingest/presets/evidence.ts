import { formatDate } from '../../../src-shared/domain/date.ts'
import type { DateOrder, Evidence } from '../../../src-shared/domain/importing.ts'
import type { Field } from '../../../src-shared/domain/importTables.ts'
import { isMeanOf } from '../../../src-shared/domain/prices.ts'
import { fieldText, readDate } from '../row.ts'
import { CellRow } from '../formats/cellRow.ts'
import { type Columns, type FileFacts, type Layout, USUAL_UNITS } from '../layout.ts'
import { isShortCode, normaliseSymbol } from '../symbols.ts'

/** What speaks for reading `file` as `layout` says, found in its first records. */
export function evidenceOf(file: FileFacts, layout: Layout): Evidence[] {
  const { table, columns, extra, units, subject, prices, dates, factor } = layout
  const kind = table === 'indexBars' ? 'index' : 'stock'
  const read = [...Object.values(columns), ...Object.values(extra)]
  const found: Evidence[] = [{ code: 'columns', values: { columns: namesOf(file, read) } }]
  const unread = [...file.header.keys()].filter((at) => !read.includes(at))
  if (unread.length > 0) found.push({ code: 'columns_not_read', values: { columns: namesOf(file, unread) } })
  const symbol = first(file, 'symbol', columns)
  if (symbol !== null)
    found.push({ code: 'symbol_shape', values: { written: symbol, stored: normaliseSymbol(symbol, kind) } })
  else if (subject !== null)
    found.push({
      code: 'symbol_from_name',
      values: { written: subject, stored: normaliseSymbol(subject, kind) },
    })
  const codes = subject === null ? file.sample.map((cells) => cells[columns.symbol ?? -1]) : [subject]
  const short = codes.map((code) => code?.trim() ?? '').find(isShortCode)
  if (short !== undefined) found.push({ code: 'short_code', values: { written: short } })
  const date = first(file, 'date', columns)
  if (date !== null)
    found.push({ code: 'date_shape', values: { shape: dateShape(date), ...readAs(date, dates) } })
  const floatCap = columns.floatCap === undefined ? {} : { floatCap: units.floatCap }
  if (table === 'dailyValues' && columns.floatCap !== undefined)
    found.push({ code: 'units', values: floatCap })
  if (table !== 'bars') return found

  found.push({
    code: 'units',
    values: {
      volume: units.volume,
      ...(columns.amount === undefined ? {} : { amount: units.amount }),
      ...floatCap,
      ...(columns.turn === undefined ? {} : { turn: units.turn }),
    },
  })
  const vwap = vwapEvidence(file, layout)
  if (vwap !== null) found.push(vwap)
  const turnover = turnoverEvidence(file, layout)
  if (turnover !== null) found.push(turnover)
  if (factor === 'preclose') found.push({ code: 'factor_chained', values: {} })
  if (prices === 'adjusted') found.push({ code: 'prices_adjusted', values: {} })
  return found
}

/**
 * The share of traded sample records whose mean price (amount / volume) lies within [low, high]: in the units stated,
 * and in the usual units that fit best beside them. Null where no record can tell.
 */
function vwapEvidence(file: FileFacts, { columns, units, prices, dates }: Layout): Evidence | null {
  const row = new CellRow({ columns, dates })
  const value = (field: Field): number => {
    try {
      return row.number(field) ?? NaN
    } catch {
      return NaN
    }
  }
  const others = USUAL_UNITS.filter(({ volume, amount }) => volume * units.amount !== amount * units.volume)
  const inRange = [units, ...others].map(() => 0)
  let rows = 0
  for (const cells of file.sample) {
    row.read(cells, 0)
    const divisor = prices === 'adjusted' ? value('factor') : 1
    const [low, high, volume] = [value('low') / divisor, value('high') / divisor, value('volume')]
    const vwap = value('vwap')
    const amount = value('amount')
    if (!(low > 0 && high >= low && volume > 0 && (vwap > 0 || amount > 0))) continue
    rows++
    for (const [at, unit] of [units, ...others].entries()) {
      const mean = vwap > 0 ? vwap / divisor : (amount * unit.amount) / (volume * unit.volume)
      if (isMeanOf(mean, low, high)) inRange[at]++
    }
  }
  if (rows === 0) return null
  if (columns.vwap !== undefined) return { code: 'vwap_in_range', values: { rows, share: inRange[0] / rows } }
  const best = others.reduce((to, _, at) => (inRange[at + 1] > inRange[to + 1] ? at : to), 0)
  return {
    code: 'vwap_in_range',
    values: {
      rows,
      share: inRange[0] / rows,
      otherVolume: others[best].volume,
      otherAmount: others[best].amount,
      otherShare: inRange[best + 1] / rows,
    },
  }
}

/** Median rates of a stock beyond these are rare: few turn over half their shares a day, or less than one in ten thousand. */
const USUAL_TURNOVER = { least: 0.0001, most: 0.5 } as const

/** The rates of the sampled records as shares of the float; null where none says one. Odd ones may be of another unit. */
function turnoverEvidence({ sample }: FileFacts, { columns, units }: Layout): Evidence | null {
  if (columns.turn === undefined) return null
  const rates = sample
    .map((cells) => Number(fieldText(cells[columns.turn!] ?? '', 'turn') ?? NaN) / units.turn)
    .filter((rate) => rate > 0 && rate < Infinity)
    .sort((a, b) => a - b)
  if (rates.length === 0) return null
  const median = rates[Math.floor(rates.length / 2)]
  const odd = median < USUAL_TURNOVER.least || median > USUAL_TURNOVER.most
  return {
    code: odd ? 'turnover_odd' : 'turnover',
    values: { rows: rates.length, median, largest: rates[rates.length - 1] },
  }
}

/** Columns as the header names them; one without a name by its number. */
const namesOf = ({ header }: FileFacts, columns: readonly number[]): string =>
  columns.map((at) => header[at] || `#${at + 1}`).join(', ')

/** The first text of a column that says something; null without the column. */
function first({ sample }: FileFacts, field: Field, columns: Columns): string | null {
  const column = columns[field]
  if (column === undefined) return null
  for (const cells of sample) {
    const text = fieldText(cells[column] ?? '', field)
    if (text !== null) return text
  }
  return null
}

/** `YYYYMMDD`, `YYYY-MM-DD` or `YYYY/M/D`; anything else as it is written. */
/** What a date means whose order was said. */
function readAs(text: string, order: DateOrder): { readonly date?: string } {
  const date = order === 'ymd' ? null : readDate(text, order)
  return date === null ? {} : { date: formatDate(date) }
}

function dateShape(text: string): string {
  const [day] = text.split(/[ T]/)
  if (/^\d{8}$/.test(day)) return 'YYYYMMDD'
  const separator = /^\d{4}([-/])\d{1,2}\1\d{1,2}$/.exec(day)?.[1]
  if (separator === undefined) return text
  return separator === '-' ? 'YYYY-MM-DD' : 'YYYY/M/D'
}
