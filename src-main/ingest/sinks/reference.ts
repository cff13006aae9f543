import { putTradingDay } from '../../store/calendar.ts'
import { putIndustry } from '../../store/industries.ts'
import { describeInstrument, nameInstrument } from '../../store/instruments.ts'
import { refuse } from '../row.ts'
import { normaliseSymbol } from '../symbols.ts'
import type { Sink, SinkContext } from './sink.ts'

/** Names and listing dates. */
export function instrumentSink({ store, scope }: SinkContext): Sink {
  return {
    put(row) {
      const stored = describeInstrument(store, scope, {
        symbol: normaliseSymbol(row.requiredText('symbol'), 'stock'),
        name: row.text('name') ?? '',
        listDate: row.date('listDate'),
      })
      if (!stored) refuse('duplicate_key', 'symbol')
    },
  }
}

/** Trading days of the exchange. */
export function calendarSink({ store, scope }: SinkContext): Sink {
  return {
    put(row) {
      if (!putTradingDay(store, scope, row.requiredDate('date'))) refuse('duplicate_key', 'date')
    },
  }
}

/** One industry per stock and snapshot. */
export function industrySink({ store, scope }: SinkContext): Sink {
  return {
    put(row) {
      const symbol = normaliseSymbol(row.requiredText('symbol'), 'stock')
      const stored = putIndustry(store, scope, {
        symbol,
        asOf: row.date('asOf'),
        code: row.text('code') ?? '',
        name: row.requiredText('industry'),
      })
      if (!stored) refuse('duplicate_key', 'symbol')
      const name = row.text('name')
      if (name !== null) nameInstrument(store, symbol, name)
    },
  }
}
