import type { PriceDay } from '../../../src-shared/charts/index.ts'
import { DAY_STATES, type DayState } from '../../../src-shared/domain/coverage.ts'
import { formatDate } from '../../../src-shared/domain/date.ts'
import type { StockPrices } from '../../../src-shared/domain/stockPrices.ts'
import { formatNumber } from '../../../src-shared/format.ts'
import type { Locale } from '../../../src-shared/locales/index.ts'
import { PRICE_TEXTS } from '../../../src-shared/locales/prices.ts'
import { changed, type Column, compact } from '../../components/table.ts'

/** What a table of prices says beside the words of the chart. */
export interface PriceWords {
  readonly date: string
  readonly state: string
  readonly states: (state: DayState) => string
}

/** The columns of a table of days; a row is a position among them. */
export function priceColumns(
  prices: StockPrices,
  days: readonly PriceDay[],
  words: PriceWords,
  locale: Locale,
): Column<number>[] {
  const text = PRICE_TEXTS[locale]
  return [
    { key: 'date', title: words.date, text: (at) => formatDate(prices.dates[at]!), align: 'left' },
    {
      key: 'state',
      title: words.state,
      text: (at) => words.states(DAY_STATES[prices.states[at]!]!),
      align: 'left',
    },
    ...(['open', 'high', 'low', 'close'] as const).map((name): Column<number> => ({
      key: name,
      title: text[name],
      text: (at) => formatNumber(days[at]![name], 2),
      value: (at) => days[at]![name],
    })),
    {
      key: 'change',
      title: text.change,
      ...changed((at: number) => days[at]!.change),
    },
    { key: 'volume', title: text.volume, ...compact((at: number) => prices.volume[at]!, locale) },
    {
      key: 'amount',
      title: text.amount,
      ...compact(
        (at: number) => prices.amount[at]!,
        locale,
        (amount) => formatNumber(amount, 2),
      ),
    },
    {
      key: 'factor',
      title: text.factor,
      text: (at) => formatNumber(prices.factor[at], 6),
      value: (at) => prices.factor[at]!,
    },
  ]
}
