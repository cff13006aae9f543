import { putTradingDay, removeUnnamedDays } from '../../store/calendar.ts'
import { createIndustryWriter } from '../../store/industries.ts'
import { describeInstrument, nameInstrument } from '../../store/instruments.ts'
import { refuse } from '../row.ts'
import { normaliseSymbol } from '../symbols.ts'
import { ANY_DAY, type TableSink } from './sink.ts'

/** Names and listing dates. */
export const instrumentSink: TableSink =
  ({ store, seen }) =>
  ({ batch }) => ({
    put(row) {
      const symbol = normaliseSymbol(row.requiredText('symbol'), 'stock')
      const listDate = row.date('listDate')
      if (!seen.meet(symbol, ANY_DAY)) refuse('duplicate_key', 'symbol')
      return describeInstrument(store, batch, { symbol, name: row.text('name') ?? '', listDate })
    },
  })

/**
 * Trading days of the exchange: each file is the whole list from its first to its last day (docs/decisions/0010). What is
 * stored in between and named by no file of the call is no exchange day.
 */
export const calendarSink: TableSink =
  ({ store, seen }) =>
  ({ batch, tell }) => {
    let [first, last] = [Infinity, -Infinity]
    return {
      put(row) {
        const date = row.requiredDate('date')
        first = Math.min(first, date)
        last = Math.max(last, date)
        if (!seen.meet('', date)) refuse('duplicate_key', 'date')
        return putTradingDay(store, batch, date)
      },
      finish() {
        const { removed, kept } = removeUnnamedDays(store, { first, last }, (date) => seen.has('', date))
        if (removed.length > 0)
          tell({ code: 'days_removed', values: { days: removed.length, first: removed[0] } })
        if (kept.length > 0) tell({ code: 'days_kept', values: { days: kept.length, first: kept[0] } })
        return []
      },
    }
  }

/** One industry per stock and snapshot; where the file has listing dates, it describes the stocks too. */
export const industrySink: TableSink = ({ store, seen }) => {
  const putIndustry = createIndustryWriter(store)
  return ({ batch }) => ({
    put(row) {
      const symbol = normaliseSymbol(row.requiredText('symbol'), 'stock')
      const asOf = row.date('asOf')
      const industry = row.requiredText('industry')
      const listDate = row.date('listDate')
      if (!seen.meet(asOf === null ? `${symbol} undated` : symbol, asOf ?? ANY_DAY))
        refuse('duplicate_key', 'symbol')
      const name = row.text('name')
      if (listDate !== null) describeInstrument(store, batch, { symbol, name: name ?? '', listDate })
      else if (name !== null) nameInstrument(store, symbol, name)
      return putIndustry({ symbol, asOf, code: row.text('code') ?? '', name: industry }, batch)
    },
  })
}
