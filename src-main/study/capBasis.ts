import type { DateInt } from '../../src-shared/domain/date.ts'
import type { Note } from '../../src-shared/domain/result.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import type { Panel } from '../market/panel.ts'
import { allTestDays } from './factors.ts'
import type { Prepared } from './prepare.ts'
import { stocksOfStudy } from './stocksOfStudy.ts'

/** How far the float capitalisations on test days are those of the days themselves. */
export interface CapBasis {
  readonly stockDays: number
  /** Stock-days whose capitalisation is carried with the price, and the date of the oldest given one among these; null without any. */
  readonly carried: { readonly stockDays: number; readonly oldest: DateInt } | null
}

/** Over the stocks that `among` has on each of `days`, ascending indices into the dates: 1 = counts. */
export function capBasis(
  { dates, symbols, floatCap, capGiven }: Pick<Panel, 'dates' | 'symbols' | 'floatCap' | 'capGiven'>,
  days: readonly number[],
  among: (day: number) => Uint8Array,
): CapBasis {
  const stocks = symbols.length
  /** Per stock: the last day with a capitalisation of its own. */
  const given = new Int32Array(stocks)
  let [stockDays, carried, oldest, next] = [0, 0, Infinity, 0]
  for (const day of days) {
    for (; next <= day; next++)
      for (let stock = 0; stock < stocks; stock++)
        if (capGiven[next * stocks + stock] === 1) given[stock] = next
    among(day).forEach((counts, stock) => {
      if (counts !== 1) return
      stockDays++
      const at = day * stocks + stock
      if (capGiven[at] === 1 || !(floatCap[at] > 0)) return
      carried++
      oldest = Math.min(oldest, dates[given[stock]])
    })
  }
  return { stockDays, carried: carried === 0 ? null : { stockDays: carried, oldest } }
}

/** Of a study's test days and stocks; none where every capitalisation is the day's own, or there is none. */
export function capNotes(config: StudyConfig, prepared: Prepared): Note[] {
  const { stockDays, carried } = capBasis(
    prepared.market.panel,
    allTestDays(prepared),
    stocksOfStudy(config, prepared),
  )
  if (carried === null) return []
  const { stockDays: count, oldest } = carried
  return [{ code: 'caps_carried', values: { count, share: count / stockDays, asOf: oldest } }]
}
