import type { DateInt } from '../../../src-shared/domain/date.ts'
import {
  type IndexBar,
  type IndexWeight,
  type Membership,
  createIndexBarWriter,
  createMembershipWriter,
  createWeightWriter,
  describeIndex,
  removeCorrected,
  removeUnnamedWeights,
} from '../../store/indices.ts'
import { nameInstrument } from '../../store/instruments.ts'
import type { Outcome } from '../../store/rowWriter.ts'
import { putSnapshot } from '../../store/snapshots.ts'
import { type Refusal, RefusedRow, refusalOf, refuse } from '../row.ts'
import { normaliseSymbol } from '../symbols.ts'
import { skips } from '../days.ts'
import type { SinkContext, TableSink } from './sink.ts'

/** Start of an interval whose source gives none: the stock was a member before the record begins. */
const BEFORE_RECORDS: DateInt = 19000101

/** Bars of indices. Levels are computed, not traded, so open and close may lie outside [low, high]. */
export const indexBarSink: TableSink = ({ store, calendar, seen }) => {
  const putIndexBar = createIndexBarWriter(store)
  return ({ batch, layout }) => {
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
        if (!calendar.days.has(date) && repeats(bar, previous.get(symbol)))
          refuse('not_a_trading_day', 'date')
        const totalReturn = row.flag('totalReturn')
        if (!seen.meet(symbol, date)) refuse('duplicate_key', 'date')
        if (!previous.has(symbol)) describeIndex(store, { symbol, name: row.text('name'), totalReturn })
        previous.set(symbol, bar)
        return putIndexBar(symbol, date, bar, batch)
      },
    }
  }
}

/**
 * Membership intervals. An interval without a day in it (in = out) has nothing to say. What an earlier import stored is
 * replaced by those that it overlaps.
 */
export const membershipSink: TableSink = ({ store, seen }) => {
  const indexOf = indexNames()
  const describe = indexDescriber(store)
  const putMembership = createMembershipWriter(store)
  const all: Membership[] = []
  let correcting: ReadonlySet<Membership> | null = null
  return ({ batch, layout }) => {
    const own: Membership[] = []
    return {
      put(row) {
        const symbol = normaliseSymbol(row.requiredText('symbol'), 'stock')
        const inDate = row.date('inDate') ?? BEFORE_RECORDS
        const outDate = row.endDate('outDate')
        if (outDate !== null && outDate <= inDate) refuse('empty_interval', 'outDate')
        const index = indexOf(layout.subject ?? row.requiredText('index'))
        if (!seen.meet(`${index} ${symbol}`, inDate)) refuse('duplicate_key', 'inDate')
        const name = row.text('name')
        if (name !== null) nameInstrument(store, symbol, name)
        const membership = { index, symbol, inDate, outDate }
        own.push(membership)
        all.push(membership)
        return 'later'
      },
      *finish() {
        correcting ??= removeCorrected(store, all)
        for (const membership of own) {
          describe(membership.index)
          const outcome = putMembership(membership, batch)
          yield correcting.has(membership) ? 'replaced' : outcome
        }
      },
    }
  }
}

/** Lists of members: who is in one is a member until the next; the last list holds from then on. */
export const memberSnapshotSink: TableSink = ({ store, seen }) => {
  const indexOf = indexNames()
  const describe = indexDescriber(store)
  return ({ batch, layout }) => {
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
          describe(snapshot.index)
          // A list that a file before this one began goes on.
          const add = !seen.meet(`list of ${snapshot.index}`, snapshot.date)
          yield* putSnapshot(store, snapshot, batch, add)
        }
      },
    }
  }
}

/** How far the weights of an index on one date may be from 1, or from 100 in percent: vendors leave delisted stocks out. */
const TOTAL_TOLERANCE = 0.1

/** The weights of an index on one date, in whatever files of a call. */
interface WeightList {
  total: number
  /** Of every row, also of those refused: what is stored of their stocks stays. */
  readonly symbols: Set<string>
  stored: boolean
}

/**
 * Published weights. Those of an index on one date, which may be in several files, sum to about 1, or to about 100 where
 * they are in percent; a list that sums to neither is in no unit that could be told. They are the whole list: what an
 * earlier import stored of a symbol that is no longer in it goes.
 */
export const indexWeightSink: TableSink = ({ store, seen }) => {
  const indexOf = indexNames()
  const describe = indexDescriber(store)
  const putWeight = createWeightWriter(store)
  const lists = new Map<string, WeightList>()
  const listOf = ({ index, date }: Pick<IndexWeight, 'index' | 'date'>): WeightList => {
    const key = `${index} ${date}`
    const list = lists.get(key) ?? { total: 0, symbols: new Set<string>(), stored: false }
    lists.set(key, list)
    return list
  }
  return ({ batch, tell }) => {
    const own: { entry: IndexWeight; list: WeightList; refusal: Refusal }[] = []
    return {
      put(row) {
        const date = row.requiredDate('date')
        const symbol = normaliseSymbol(row.requiredText('symbol'), 'stock')
        const index = indexOf(row.requiredText('index'))
        const list = listOf({ index, date })
        list.symbols.add(symbol)
        const weight = row.requiredNumber('weight')
        if (weight < 0) refuse('negative_weight', 'weight')
        if (!seen.meet(`${index} ${symbol}`, date)) refuse('duplicate_key', 'symbol')
        list.total += weight
        const entry = { index, date, symbol, weight }
        own.push({ entry, list, refusal: refusalOf(row, new RefusedRow('weights_off_total', 'weight')) })
        return 'later'
      },
      *finish(): Iterable<Outcome | Refusal> {
        const removed = { rows: 0, lists: 0 }
        for (const { entry, list, refusal } of own) {
          const unit = [1, 100].find((whole) => Math.abs(list.total / whole - 1) <= TOTAL_TOLERANCE)
          if (unit === undefined) yield refusal
          else {
            if (!list.stored) {
              list.stored = true
              describe(entry.index)
              const rows = removeUnnamedWeights(store, entry, list.symbols)
              removed.rows += rows
              removed.lists += rows === 0 ? 0 : 1
            }
            yield putWeight({ ...entry, weight: entry.weight / unit }, batch)
          }
        }
        if (removed.rows > 0) tell({ code: 'weights_removed', values: removed })
      },
    }
  }
}

/** The symbols of indices by how they are written. */
function indexNames(): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    let symbol = known.get(text)
    if (symbol === undefined) known.set(text, (symbol = normaliseSymbol(text, 'index')))
    return symbol
  }
}

/** Lets the store know an index, before the first row of it is written. */
function indexDescriber(store: SinkContext['store']): (symbol: string) => void {
  const described = new Set<string>()
  return (symbol) => {
    if (described.has(symbol)) return
    describeIndex(store, { symbol, name: null, totalReturn: null })
    described.add(symbol)
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
