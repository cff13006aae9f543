import type { DaySet } from '../days.ts'
import { skips } from '../days.ts'
import type { Field, Units } from '../../../src-shared/domain/importTables.ts'
import { isMeanOf } from '../../../src-shared/domain/prices.ts'
import type { PlateauError } from '../../../src-shared/errors.ts'
import { failure } from '../../../src-shared/failure.ts'
import { formatPercent } from '../../../src-shared/format.ts'
import { importingErrors } from '../../../src-shared/locales/errors/importing.ts'
import { type Layout, USUAL_UNITS } from '../layout.ts'
import { refuse, type Row } from '../row.ts'
import { isIndexCode, normaliseSymbol } from '../symbols.ts'
import type { BlockBar } from './block.ts'
import { createFloatCaps } from './floatCap.ts'
import type { SeenDays } from './seen.ts'

/** Prices are quoted to this; a close may sit one tick outside the range by rounding. */
const TICK = 0.01
/**
 * A mean price (amount / volume) beyond the day's range by more than this factor is no rounding: an amount in whole units
 * of a small trade is at most doubled or halved by it.
 */
const GROSS = 2
/** Bars with an amount, or with a turnover rate, before the units of a file are judged. */
const MIN_MEASURED = 20
/**
 * Of the bars of a file that may have their mean price outside the day's range before its prices are taken for adjusted ones.
 * Of files of prices as traded the worst seen has 0.24, a stock's first years in the nineties; recent ones have 0.04 and less.
 */
const MOST_OUTSIDE = 1 / 3
/** Of so many of them the ranges are kept, to say in what units they would fit. */
const MAX_KEPT = 200
/** Baostock's adjustflag of prices as traded; 1 and 2 are adjusted by a factor that the file does not give. */
const AS_TRADED = '3'

/** Turns the records of one file into sound bars. */
export interface BarRules {
  /** The bar of a record. @throws RefusedRow when it cannot be right */
  read(row: Row): BlockBar
  /** @throws PlateauError mapping_invalid when the file's units cannot be right: what was read of it must not be kept */
  finish(): void
}

/**
 * Daily bars of stocks; those of indices among them are refused. A traded bar has positive prices with open and close
 * within [low, high]; a day without trade (flagged, or volume 0 or absent) has no range to check, and a price that is 0 or
 * blank there means none. Adjusted prices become raw by their row's factor, before anything is checked. A key that comes
 * twice within one import call keeps its first sound row.
 *
 * An amount that is grossly off the prices refuses its row. Where most are, it is not the rows that are wrong but the units
 * of the file: then `finish` throws, which ends the import and takes back those refusals with everything else. So it does
 * where many mean prices lie outside their day's range, as those of adjusted prices do. In a file of
 * fewer bars than can tell, each is refused by itself. A turnover rate above that of all shares gives its day no float cap,
 * and `finish` throws where most are.
 */
export function createBarRules(layout: Layout, calendar: DaySet, seen: SeenDays, path: string): BarRules {
  const { units, subject } = layout
  const symbols = new Map<string, string>()
  const measured = { bars: 0, off: 0, outside: 0 }
  const turns = { bars: 0, off: 0 }
  const kept: DayRange[] = []
  const floatCapOf = createFloatCaps(units.turn)
  const adjusted = layout.prices === 'adjusted'

  const keepsFactor = layout.factor === 'column'

  const symbolOf = (text: string): string => {
    let symbol = symbols.get(text)
    if (symbol === undefined) {
      symbol = normaliseSymbol(text, 'stock')
      if (isIndexCode(symbol)) refuse('other_series', 'symbol')
      symbols.set(text, symbol)
    }
    return symbol
  }

  return {
    read(row) {
      const date = row.requiredDate('date')
      if (skips(calendar, date)) refuse('not_a_trading_day', 'date')
      const symbol = symbolOf(subject ?? row.requiredText('symbol'))
      const series = row.text('series')
      if (series !== null && series !== 'EQ') refuse('other_series', 'series')
      const adjustFlag = row.text('adjustFlag')
      if (adjustFlag !== null && adjustFlag !== AS_TRADED) refuse('bad_flag', 'adjustFlag')
      const factor = adjusted || keepsFactor ? row.number('factor') : null
      if (factor !== null && factor <= 0) refuse('bad_factor', 'factor')
      if (adjusted && factor === null) refuse('missing_field', 'factor')
      const divisor = adjusted ? factor! : 1
      const status = row.flag('tradeStatus')
      const flagged = row.flag('suspended') ?? (status === null ? null : !status)
      const volume = scaled(row, 'volume', units.volume, 'negative_volume')
      if (volume === null && flagged === false) refuse('missing_field', 'volume')
      const traded = flagged !== true && volume !== null && volume > 0
      const open = priceOf(row, 'open', divisor, traded)
      const high = priceOf(row, 'high', divisor, traded)
      const low = priceOf(row, 'low', divisor, traded)
      const close = priceOf(row, 'close', divisor, traded)
      const vwap = row.number('vwap')
      const amount =
        vwap === null
          ? scaled(row, 'amount', units.amount, 'negative_amount')
          : vwap < 0
            ? refuse('non_positive_price', 'vwap')
            : volume === null
              ? null
              : finite((vwap / divisor) * volume, 'vwap')
      if (traded) {
        requireTradedPrices(open, high, low, close)
        if (amount !== null && amount > 0) {
          const mean = amount / volume
          const off = mean > GROSS * high || mean < low / GROSS
          measured.bars++
          if (!off && !isMeanOf(mean, low, high)) measured.outside++
          if (kept.length < MAX_KEPT) kept.push({ mean, low, high })
          if (off) {
            measured.off++
            refuse('amount_off_price', 'amount')
          }
        }
      }
      const preclose = row.number('preclose')
      if (preclose !== null && preclose < 0) refuse('non_positive_price', 'preclose')

      const cap = scaled(row, 'floatCap', units.floatCap, 'negative_amount')
      const turn = row.number('turn')
      const st = row.flag('st')
      if (traded && turn !== null && turn > 0) {
        turns.bars++
        if (turn > units.turn) turns.off++
      }
      // Last of all: only a sound row keeps others of its day out.
      if (!seen.meet(symbol, date)) refuse('duplicate_key', 'date')
      const derived = traded && turn !== null ? floatCapOf({ symbol, date, close, volume, turn }) : null
      return {
        symbol,
        date,
        values: {
          open: positive(open),
          high: positive(high),
          low: positive(low),
          close: positive(close),
          preclose: preclose === null ? null : positive(finite(preclose / divisor, 'preclose')),
          volume,
          amount,
          floatCap: positive(cap) ?? derived,
        },
        factor: keepsFactor ? factor : null,
        suspended: flagged ?? !traded,
        st,
        line: row.line,
      }
    },
    finish() {
      if (mostlyOff(turns))
        throw failure(
          importingErrors.turnoverOff,
          { unit: units.turn, off: turns.off, days: turns.bars, example: '"units": {"turn": 100}' },
          { place: { file: path, field: 'turn' } },
        )
      if (mostlyOff(measured)) throw unitsOff(path, kept, units)
      const { outside } = measured
      const days = measured.bars - measured.off
      if (days >= MIN_MEASURED && outside > MOST_OUTSIDE * days)
        throw failure(
          importingErrors.meansOutside,
          { outside, days },
          { place: { file: path, field: 'amount' } },
        )
    },
  }
}

/** True when it is the file that is off, not its rows. */
const mostlyOff = ({ bars, off }: { readonly bars: number; readonly off: number }): boolean =>
  bars >= MIN_MEASURED && off * 2 > bars

interface DayRange {
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** Means far from the prices of their days, with the usual units that fit best. */
function unitsOff(path: string, days: readonly DayRange[], stated: Units): PlateauError {
  const fits = USUAL_UNITS.map(({ volume, amount }) => {
    const scale = (amount / stated.amount) * (stated.volume / volume)
    const share = days.filter(({ mean, low, high }) => isMeanOf(mean * scale, low, high)).length / days.length
    return { volume, amount, share }
  })
  const best = fits.reduce((a, b) => (b.share > a.share ? b : a))
  const place = { file: path, field: 'amount' }
  const example = '"units": {"volume": 100, "amount": 1000}'
  if (best.share <= 0.5) return failure(importingErrors.unitsOff, { example }, { place })
  const share = formatPercent(best.share, 'negative', 0)
  return failure(importingErrors.otherUnits, { ...best, share, days: days.length, example }, { place })
}

function requireTradedPrices(open: number, high: number, low: number, close: number): void {
  if (open <= 0) refuse('non_positive_price', 'open')
  if (high <= 0) refuse('non_positive_price', 'high')
  if (low <= 0) refuse('non_positive_price', 'low')
  if (close <= 0) refuse('non_positive_price', 'close')
  if (high < low) refuse('high_below_low', 'high')
  if (open > high + TICK || open < low - TICK) refuse('price_outside_range', 'open')
  if (close > high + TICK || close < low - TICK) refuse('price_outside_range', 'close')
}

/** A raw price; 0 for one that a day without trade leaves blank. */
function priceOf(row: Row, field: Field, divisor: number, traded: boolean): number {
  const price = row.number(field)
  if (price === null) return traded ? refuse('missing_field', field) : 0
  return finite(price / divisor, field)
}

function scaled(
  row: Row,
  field: Field,
  unit: number,
  whenNegative: 'negative_volume' | 'negative_amount',
): number | null {
  const value = row.number(field)
  if (value === null) return null
  return value < 0 ? refuse(whenNegative, field) : finite(value * unit, field)
}

/** What a number of the file becomes by its unit or factor may be none any more. */
function finite(value: number, field: Field): number {
  return Number.isFinite(value) ? value : refuse('bad_number', field)
}

/** Sources write 0 for a value there is not: the preclose of a first day, the open of a day without trade. */
function positive(value: number | null): number | null {
  return value !== null && value > 0 && Number.isFinite(value) ? value : null
}
