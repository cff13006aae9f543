import { putTradingDay } from '../../store/calendar.ts'
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

/** Trading days of the exchange. */
export const calendarSink: TableSink =
  ({ store, seen }) =>
  ({ batch }) => ({
    put(row) {
      const date = row.requiredDate('date')
      if (!seen.meet('', date)) refuse('duplicate_key', 'date')
      return putTradingDay(store, batch, date)
    },
  })

/** One industry per stock and snapshot. */
export const industrySink: TableSink = ({ store, seen }) => {
  const putIndustry = createIndustryWriter(store)
  return ({ batch }) => ({
    put(row) {
      const symbol = normaliseSymbol(row.requiredText('symbol'), 'stock')
      const asOf = row.date('asOf')
      const industry = row.requiredText('industry')
      if (!seen.meet(asOf === null ? `${symbol} undated` : symbol, asOf ?? ANY_DAY))
        refuse('duplicate_key', 'symbol')
      const name = row.text('name')
      if (name !== null) nameInstrument(store, symbol, name)
      return putIndustry({ symbol, asOf, code: row.text('code') ?? '', name: industry }, batch)
    },
  })
}
