import { PlateauError } from '../../../src-shared/errors.ts'
import { type Bar, putBar, stageFactor } from '../../store/bars.ts'
import { instrumentId } from '../../store/instruments.ts'
import type { Field } from '../layout.ts'
import { type RowReader, refuse } from '../row.ts'
import { normaliseSymbol } from '../symbols.ts'
import { type Sink, type SinkContext, skips } from './sink.ts'

/** Prices are quoted to this; a close may sit one tick outside the range by rounding. */
const TICK = 0.01
/** Bars with an amount before the units of a file are judged. */
const MIN_MEASURED = 20

/**
 * Daily bars of stocks. A traded bar has positive prices with open and close within [low, high]; a day without trade
 * (flagged, or volume 0 or absent) has no range to check, and a price of 0 there means none.
 */
export function barSink(context: SinkContext): Sink {
  const { store, scope, layout, calendar } = context
  const ids = new Map<string, number>()
  const units = { measured: 0, off: 0 }

  const instrument = (text: string): number => {
    let id = ids.get(text)
    if (id === undefined) {
      id = instrumentId(store, normaliseSymbol(text, 'stock'))
      ids.set(text, id)
    }
    return id
  }

  return {
    put(row) {
      const date = row.requiredDate('date')
      if (skips(calendar, date)) refuse('not_a_trading_day', 'date')
      const symbol = layout.subject ?? row.requiredText('symbol')
      const prices = {
        open: row.requiredNumber('open'),
        high: row.requiredNumber('high'),
        low: row.requiredNumber('low'),
        close: row.requiredNumber('close'),
      }
      const flagged = row.flag('suspended')
      const volume = scaled(row, 'volume', layout.units.volume, 'negative_volume')
      if (volume === null && flagged === false) refuse('missing_field', 'volume')
      const amount = scaled(row, 'amount', layout.units.amount, 'negative_amount')
      const traded = flagged !== true && volume !== null && volume > 0
      if (traded) {
        requireTradedPrices(prices)
        if (amount !== null && amount > 0) {
          const vwap = amount / volume
          units.measured++
          if (vwap > 2 * prices.high || vwap < prices.low / 2) units.off++
        }
      }
      const preclose = row.number('preclose')
      if (preclose !== null && preclose < 0) refuse('non_positive_price', 'preclose')
      const factor = row.number('factor')
      if (factor !== null && factor <= 0) refuse('bad_factor', 'factor')

      const bar: Bar = {
        open: positive(prices.open),
        high: positive(prices.high),
        low: positive(prices.low),
        close: positive(prices.close),
        preclose: positive(preclose),
        volume,
        amount,
        floatCap: positive(row.number('floatCap')) ?? floatCapOf(row.number('turn'), prices.close, volume),
        suspended: flagged ?? !traded,
        st: row.flag('st'),
      }
      // Only a row that is sound brings a stock into being.
      const id = instrument(symbol)
      if (!putBar(store, scope, id, date, bar)) refuse('duplicate_key', 'date')
      if (factor !== null) stageFactor(store, id, date, factor)
    },

    finish() {
      if (units.measured < MIN_MEASURED || units.off * 2 <= units.measured) return
      throw new PlateauError(
        'mapping_invalid',
        'amount / volume is far from the prices on most days: volume is not in shares, amount not in currency, or the prices are adjusted.',
        {
          place: { file: context.path, field: 'amount' },
          remedy:
            'State the units in a mapping file, e.g. "units": {"volume": 100, "amount": 1000} for lots and thousands; import raw prices.',
        },
      )
    },
  }
}

function requireTradedPrices(prices: { open: number; high: number; low: number; close: number }): void {
  const { open, high, low, close } = prices
  for (const field of ['open', 'high', 'low', 'close'] as const) {
    if (prices[field] <= 0) refuse('non_positive_price', field)
  }
  if (high < low) refuse('high_below_low', 'high')
  if (open > high + TICK || open < low - TICK) refuse('price_outside_range', 'open')
  if (close > high + TICK || close < low - TICK) refuse('price_outside_range', 'close')
}

function scaled(
  row: RowReader,
  field: Field,
  unit: number,
  whenNegative: 'negative_volume' | 'negative_amount',
): number | null {
  const value = row.number(field)
  if (value === null) return null
  return value < 0 ? refuse(whenNegative, field) : value * unit
}

/** Close x float shares, where volume / float shares is the turnover rate in percent. */
function floatCapOf(turn: number | null, close: number, volume: number | null): number | null {
  if (turn === null || turn <= 0 || volume === null) return null
  return positive((close * volume) / (turn / 100))
}

/** Sources write 0 for a value there is not: the preclose of a first day, the open of a day without trade. */
function positive(value: number | null): number | null {
  return value !== null && value > 0 && Number.isFinite(value) ? value : null
}
