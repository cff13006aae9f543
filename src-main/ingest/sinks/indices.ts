import type { DateInt } from '../../../src-shared/domain/date.ts'
import {
  type IndexBar,
  type IndexWeight,
  createIndexBarWriter,
  createMembershipWriter,
  createWeightWriter,
  describeIndex,
} from '../../store/indices.ts'
import { nameInstrument } from '../../store/instruments.ts'
import type { Outcome } from '../../store/rowWriter.ts'
import { putSnapshot } from '../../store/snapshots.ts'
import { type Refusal, refusalOf } from '../bars/read.ts'
import { RefusedRow, refuse } from '../row.ts'
import { normaliseSymbol } from '../symbols.ts'
import { skips } from '../days.ts'
import type { Sink, SinkContext } from './sink.ts'

/** Start of an interval whose source gives none: the stock was a member before the record begins. */
const BEFORE_RECORDS: DateInt = 19000101

/** Bars of indices. Levels are computed, not traded, so open and close may lie outside [low, high]. */
export function indexBarSink({ store, batch, layout, calendar, seen }: SinkContext): Sink {
  const putIndexBar = createIndexBarWriter(store)
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
      if (!seen.meet(symbol, date)) refuse('duplicate_key', 'date')
      if (!previous.has(symbol)) describeIndex(store, { symbol, name: row.text('name'), totalReturn })
      previous.set(symbol, bar)
      return putIndexBar(symbol, date, bar, batch)
    },
  }
}

/** Membership intervals. An interval without a day in it (in = out) has nothing to say. */
export function membershipSink({ store, batch, layout, seen }: SinkContext): Sink {
  const indexOf = indexNames(store)
  const putMembership = createMembershipWriter(store)
  return {
    put(row) {
      const symbol = normaliseSymbol(row.requiredText('symbol'), 'stock')
      const inDate = row.date('inDate') ?? BEFORE_RECORDS
      const outDate = row.date('outDate')
      if (outDate !== null && outDate <= inDate) refuse('empty_interval', 'outDate')
      const index = indexOf(layout.subject ?? row.requiredText('index'))
      if (!seen.meet(`${index} ${symbol}`, inDate)) refuse('duplicate_key', 'inDate')
      const name = row.text('name')
      if (name !== null) nameInstrument(store, symbol, name)
      return putMembership({ index, symbol, inDate, outDate }, batch)
    },
  }
}

/** Lists of members: who is in one is a member until the next; the last list holds from then on. */
export function memberSnapshotSink({ store, batch, layout, seen }: SinkContext): Sink {
  const indexOf = indexNames(store)
  const snapshots = new Map<string, { index: string; date: DateInt; symbols: string[] }>()
  return {
    put(row) {
      const symbol = normaliseSymbol(row.requiredText('symbol'), 'stock')
      const date = row.requiredDate('date')
      const index = indexOf(layout.subject ?? row.requiredText('index'))
      if (!seen.meet(`${index} ${symbol}`, date)) refuse('duplicate_key', 'symbol')
      const key = `${index} ${date}`
      const snapshot = snapshots.get(key)
      if (snapshot === undefined) snapshots.set(key, { index, date, symbols: [symbol] })
      else snapshot.symbols.push(symbol)
      return 'later'
    },
    *finish() {
      for (const snapshot of [...snapshots.values()].sort((a, b) => a.date - b.date)) {
        // A list that a file before this one began goes on.
        const add = !seen.meet(`list of ${snapshot.index}`, snapshot.date)
        yield* putSnapshot(store, snapshot, batch, add)
      }
    },
  }
}

/** How far the weights of an index on one date may be from 1, or from 100 in percent: vendors leave delisted stocks out. */
const TOTAL_TOLERANCE = 0.1

/**
 * Published weights. Those of an index on one date sum to about 1, or to about 100 where they are in percent; a list that
 * sums to neither is in no unit that could be told.
 */
export function indexWeightSink({ store, batch, seen }: SinkContext): Sink {
  const indexOf = indexNames(store)
  const putWeight = createWeightWriter(store)
  const lists = new Map<string, { total: number; entries: { entry: IndexWeight; refusal: Refusal }[] }>()
  return {
    put(row) {
      const weight = row.requiredNumber('weight')
      if (weight < 0) refuse('negative_weight', 'weight')
      const entry = {
        date: row.requiredDate('date'),
        symbol: normaliseSymbol(row.requiredText('symbol'), 'stock'),
        weight,
        index: indexOf(row.requiredText('index')),
      }
      if (!seen.meet(`${entry.index} ${entry.symbol}`, entry.date)) refuse('duplicate_key', 'symbol')
      const key = `${entry.index} ${entry.date}`
      const list = lists.get(key) ?? { total: 0, entries: [] }
      lists.set(key, list)
      list.total += weight
      list.entries.push({ entry, refusal: refusalOf(row, new RefusedRow('weights_off_total', 'weight')) })
      return 'later'
    },
    *finish(): Iterable<Outcome | Refusal> {
      for (const { total, entries } of lists.values()) {
        const unit = [1, 100].find((whole) => Math.abs(total / whole - 1) <= TOTAL_TOLERANCE)
        for (const { entry, refusal } of entries) {
          yield unit === undefined ? refusal : putWeight({ ...entry, weight: entry.weight / unit }, batch)
        }
      }
    },
  }
}

/** The symbol of an index, which the store hears of when it first comes up. */
function indexNames(store: SinkContext['store']): (text: string) => string {
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
