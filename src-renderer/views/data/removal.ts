import type { Removal } from '../../../src-shared/contract/data.ts'
import { type DateInt, parseDate } from '../../../src-shared/domain/date.ts'

/** What is typed into the form of a removal. */
export interface RemovalForm {
  /** Null: of every stock. */
  readonly symbol: string | null
  /** Empty: open. */
  readonly from: string
  readonly to: string
}

/** The removal a form asks for, or what is wrong with it. */
export function removalOf({
  symbol,
  from,
  to,
}: RemovalForm): { readonly removal: Removal } | { readonly wrong: 'from' | 'to' | 'order' | 'everything' } {
  const day = (text: string): DateInt | null | undefined =>
    text.trim() === '' ? null : (parseDate(text) ?? undefined)
  const [first, last] = [day(from), day(to)]
  if (first === undefined) return { wrong: 'from' }
  if (last === undefined) return { wrong: 'to' }
  if (first !== null && last !== null && first > last) return { wrong: 'order' }
  if (symbol === null && first === null && last === null) return { wrong: 'everything' }
  return { removal: { symbols: symbol === null ? null : [symbol], from: first, to: last } }
}
