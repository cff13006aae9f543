import type { DateInt } from '../../src-shared/domain/date.ts'

/** The boards of the mainland exchanges that differ in their price limit. */
export type Board = 'main' | 'star' | 'chinext' | 'bse'

/** First day of the 20 % limit on ChiNext. */
const CHINEXT_REFORM: DateInt = 20200824

/** Board of a symbol by its code (methods.md M2); null for symbols of other markets, which have no limit rule. */
export function boardOf(symbol: string): Board | null {
  if (/^68[89]\d{3}\.SH$/.test(symbol)) return 'star'
  if (/^30\d{4}\.SZ$/.test(symbol)) return 'chinext'
  if (symbol.endsWith('.BJ')) return 'bse'
  return symbol.endsWith('.SH') || symbol.endsWith('.SZ') ? 'main' : null
}

/** Price limit of a board on a date in percent of the previous close (methods.md M2). */
export function boardLimitPercent(board: Board, date: DateInt, st: boolean): number {
  switch (board) {
    case 'bse':
      return 30
    case 'star':
      return 20
    case 'chinext':
      if (date >= CHINEXT_REFORM) return 20
      break
    case 'main':
  }
  return st ? 5 : 10
}

/** Price limit of a symbol in percent; null where no limit rule is known. */
export function limitPercent(symbol: string, date: DateInt, st: boolean): number | null {
  const board = boardOf(symbol)
  return board === null ? null : boardLimitPercent(board, date, st)
}

/** A price as whole cents: prices on a 0.01 grid compare exactly there, whatever their binary rounding. */
export function toCents(price: number): number {
  return Math.round(price * 100)
}

export interface LimitPrices {
  readonly upCents: number
  readonly downCents: number
}

/**
 * Limit prices in cents: preclose x (1 +- limit) rounded half up to one cent (methods.md M1). Whole cents times whole
 * percent is exact, so a tie is a tie.
 */
export function limitPrices(precloseCents: number, percent: number): LimitPrices {
  return {
    upCents: Math.floor((precloseCents * (100 + percent) + 50) / 100),
    downCents: Math.floor((precloseCents * (100 - percent) + 50) / 100),
  }
}
