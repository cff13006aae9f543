import { createDailyValueWriter } from '../../store/dailyValues.ts'
import { createExtraFactorWriter } from '../../store/extraFactors.ts'
import { stageChangePoint } from '../../store/factorStage.ts'
import { instrumentId } from '../../store/instruments.ts'
import { type DateInt, epochDay } from '../../../src-shared/domain/date.ts'
import { failure } from '../../../src-shared/failure.ts'
import { importingErrors } from '../../../src-shared/locales/errors/importing.ts'
import type { Outcome } from '../../store/rowWriter.ts'
import type { WritableStore } from '../../store/store.ts'
import type { SeenDays } from '../bars/seen.ts'
import { plainName } from '../presets/shape.ts'
import { readNumber, refuse } from '../row.ts'
import { normaliseSymbol } from '../symbols.ts'
import type { TableSink } from './sink.ts'

/** Values of a file of factors before they are judged. */
const MIN_JUDGED = 20
/** Calendar days between two factors of a stock that are taken for those of neighbouring exchange days. */
const NEIGHBOURS = 4
/** The last digit of a factor that was computed. */
const ROUNDING = 1e-9

/**
 * Cumulative factors: each holds from its date to the next one, be it every day's or that of the ex-days alone. A column that is
 * named `factor` and nothing else may be one of the user's own: where most of it is not positive, or differs from the day before, it
 * is.
 */
export const factorSink: TableSink = ({ store, seen }) => {
  const stockOf = stocks(store)
  return ({ source, layout, guessed }) => {
    const column = source.header[layout.columns.factor!]
    const isUnclear = guessed && plainName(column) === 'factor'
    const last = new Map<string, { readonly day: number; readonly factor: number }>()
    const judged = { values: 0, off: 0 }
    const judge = (symbol: string, date: DateInt, factor: number): void => {
      const before = last.get(symbol)
      const day = epochDay(date)
      last.set(symbol, { day, factor })
      const isNext = before !== undefined && Math.abs(day - before.day) <= NEIGHBOURS
      judged.values++
      if (factor <= 0 || (isNext && Math.abs(factor / before.factor - 1) > ROUNDING)) judged.off++
    }
    return {
      put(row) {
        const symbol = normaliseSymbol(row.requiredText('symbol'), 'stock')
        const date = row.requiredDate('date')
        const factor = row.requiredNumber('factor')
        if (isUnclear) judge(symbol, date, factor)
        if (factor <= 0) refuse('bad_factor', 'factor')
        if (!seen.meet(symbol, date)) refuse('duplicate_key', 'date')
        return stageChangePoint(store, stockOf(symbol), date, factor)
      },
      finish() {
        if (judged.values >= MIN_JUDGED && judged.off * 2 > judged.values)
          throw failure(
            importingErrors.factorsOff,
            { column, ...judged },
            { place: { file: source.path, field: column } },
          )
        return []
      },
    }
  }
}

const FIELDS = ['floatCap', 'suspended', 'st'] as const

/** Float cap, suspension and ST by stock and day; each may come in a file of its own. */
export const dailyValueSink: TableSink = ({ store, seen }) => {
  const stockOf = stocks(store)
  const putValues = createDailyValueWriter(store)
  return ({ batch, layout }) => ({
    put(row) {
      const symbol = normaliseSymbol(row.requiredText('symbol'), 'stock')
      const date = row.requiredDate('date')
      const cap = row.number('floatCap')
      if (cap !== null && cap < 0) refuse('negative_amount', 'floatCap')
      const values = {
        // Sources write 0 where they know none.
        floatCap: cap === null || cap === 0 ? null : cap * layout.units.floatCap,
        suspended: row.flag('suspended'),
        st: row.flag('st'),
      }
      const said = FIELDS.filter((field) => values[field] !== null)
      if (said.length === 0)
        refuse('missing_field', FIELDS.filter((field) => layout.columns[field] !== undefined).join(', '))
      meetAll(
        seen,
        said.map((field) => `${symbol} ${field}`),
        date,
      )
      return putValues(stockOf(symbol), date, values, batch)
    },
  })
}

/** Daily factors by the names of their columns; an empty cell says nothing. */
export const extraFactorSink: TableSink = ({ store, seen }) => {
  const stockOf = stocks(store)
  const putFactor = createExtraFactorWriter(store)
  return ({ batch, layout }) => ({
    put(row) {
      const columns = Object.entries(layout.extra)
      const symbol = normaliseSymbol(row.requiredText('symbol'), 'stock')
      const date = row.requiredDate('date')
      const cells = row.cells()
      const values = columns.flatMap(([name, at]) => {
        const value = readNumber(cells[at], name)
        return value === null ? [] : [{ name, value }]
      })
      if (values.length === 0) refuse('missing_field', columns[0]?.[0] ?? '')
      meetAll(
        seen,
        values.map(({ name }) => `${symbol} ${name}`),
        date,
      )
      return together(values.map(({ name, value }) => putFactor(name, stockOf(symbol), date, value, batch)))
    },
  })
}

/** Meet every key of a row, or none. @throws RefusedRow when one has been met before */
function meetAll(seen: SeenDays, keys: readonly string[], date: DateInt): void {
  if (keys.some((key) => seen.has(key, date))) refuse('duplicate_key', 'date')
  for (const key of keys) seen.meet(key, date)
}

/** What became of a row of several values. */
function together(outcomes: readonly Outcome[]): Outcome {
  if (outcomes.includes('replaced')) return 'replaced'
  return outcomes.includes('inserted') ? 'inserted' : 'unchanged'
}

/** The ids of symbols; a new one is created. */
function stocks(store: WritableStore): (symbol: string) => number {
  const known = new Map<string, number>()
  return (symbol) => {
    let id = known.get(symbol)
    if (id === undefined) known.set(symbol, (id = instrumentId(store, symbol)))
    return id
  }
}
