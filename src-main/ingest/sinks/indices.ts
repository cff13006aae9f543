import type { DateInt } from '../../../src-shared/domain/date.ts'
import {
  type IndexBar,
  describeIndex,
  normaliseWeights,
  putIndexBar,
  putIndexWeight,
  putMembership,
} from '../../store/indices.ts'
import { nameInstrument } from '../../store/instruments.ts'
import { refuse } from '../row.ts'
import { normaliseSymbol } from '../symbols.ts'
import { skips } from '../days.ts'
import type { Sink, SinkContext } from './sink.ts'

/** Start of an interval whose source gives none: the stock was a member before the record begins. */
const BEFORE_RECORDS: DateInt = 19000101

/** Bars of indices. Levels are computed, not traded, so open and close may lie outside [low, high]. */
export function indexBarSink({ store, scope, layout, calendar }: SinkContext): Sink {
  const previous = new Map<string, IndexBar>()
  return {
    put(row) {
      const date = row.requiredDate('date')
      if (skips(calendar, date)) refuse('not_a_trading_day', 'date')
      const symbol = normaliseSymbol(layout.subject ?? row.requiredText('symbol'), 'index')
      const bar = {
        open: row.number('open'),
        high: row.number('high'),
        low: row.number('low'),
        close: row.requiredNumber('close'),
        volume: row.number('volume'),
      }
      for (const field of ['open', 'high', 'low', 'close'] as const) {
        const level = bar[field]
        if (level !== null && level <= 0) refuse('non_positive_price', field)
      }
      if (bar.high !== null && bar.low !== null && bar.high < bar.low) refuse('high_below_low', 'high')
      if (bar.volume !== null && bar.volume < 0) refuse('negative_volume', 'volume')
      if (!calendar.days.has(date) && repeats(bar, previous.get(symbol))) refuse('not_a_trading_day', 'date')
      const totalReturn = row.flag('totalReturn')
      if (!previous.has(symbol)) describeIndex(store, { symbol, name: row.text('name'), totalReturn })
      previous.set(symbol, bar)
      if (!putIndexBar(store, scope, symbol, date, bar)) refuse('duplicate_key', 'date')
    },
  }
}

/** Membership intervals. An interval without a day in it (in = out) has nothing to say. */
export function membershipSink({ store, scope, layout }: SinkContext): Sink {
  const index = indexOf(store)
  return {
    put(row) {
      const symbol = normaliseSymbol(row.requiredText('symbol'), 'stock')
      const inDate = row.date('inDate') ?? BEFORE_RECORDS
      const outDate = row.date('outDate')
      if (outDate !== null && outDate <= inDate) refuse('empty_interval', 'outDate')
      const stored = putMembership(store, scope, {
        index: index(layout.subject ?? row.requiredText('index')),
        symbol,
        inDate,
        outDate,
      })
      if (!stored) refuse('duplicate_key', 'inDate')
      const name = row.text('name')
      if (name !== null) nameInstrument(store, symbol, name)
    },
  }
}

/** Published weights, in fractions or percent. */
export function indexWeightSink({ store, scope }: SinkContext): Sink {
  const index = indexOf(store)
  return {
    put(row) {
      const weight = row.requiredNumber('weight')
      if (weight < 0) refuse('negative_weight', 'weight')
      const stored = putIndexWeight(store, scope, {
        date: row.requiredDate('date'),
        symbol: normaliseSymbol(row.requiredText('symbol'), 'stock'),
        weight,
        index: index(row.requiredText('index')),
      })
      if (!stored) refuse('duplicate_key', 'symbol')
    },
    finish: () => normaliseWeights(store, scope.batch),
  }
}

/** The symbol of an index, which the store hears of when it first comes up. */
function indexOf(store: SinkContext['store']): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    let symbol = known.get(text)
    if (symbol === undefined) {
      symbol = normaliseSymbol(text, 'index')
      describeIndex(store, { symbol, name: null, totalReturn: null })
      known.set(text, symbol)
    }
    return symbol
  }
}

/** A day without volume that repeats the day before to the last digit: a holiday that the source filled in. */
function repeats(bar: IndexBar, before: IndexBar | undefined): boolean {
  return (
    bar.volume === 0 &&
    before !== undefined &&
    bar.open !== null &&
    bar.open === before.open &&
    bar.high === before.high &&
    bar.low === before.low &&
    bar.close === before.close
  )
}
