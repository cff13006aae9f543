import { type Ref, ref, watch } from 'vue'
import { latest, showing, type ZoomWindow } from '../../../src-shared/charts/index.ts'
import { DAY_STATE } from '../../../src-shared/domain/coverage.ts'
import type { DateInt } from '../../../src-shared/domain/date.ts'
import type { StockPrices } from '../../../src-shared/domain/stockPrices.ts'
import { lowerBound } from '../../../src-shared/sorted.ts'

/** Days shown at first: a year. */
const SHOWN_DAYS = 244

export interface ShownDays {
  /** Not reactive: the chart itself moves it, and is not to be drawn anew for that. */
  window: ZoomWindow
  /** Position of the day that the crosshair is on. */
  readonly at: Ref<number>
}

/** What a chart shows of the days of a stock: at first the latest, and `day` where one is asked for; of the next stock so again. */
export function useShownDays(props: {
  readonly prices: StockPrices
  readonly day: DateInt | null
}): ShownDays {
  const at = ref(0)
  const shown: ShownDays = { window: latest(0, SHOWN_DAYS), at }
  watch(
    [() => props.prices, () => props.day] as const,
    ([prices, day], [before]) => {
      const { length } = prices.dates
      if (prices !== before) {
        const traded = prices.states.lastIndexOf(DAY_STATE.traded)
        at.value = traded < 0 ? length - 1 : traded
        shown.window = latest(length, SHOWN_DAYS)
      }
      if (day === null) return
      at.value = Math.min(length - 1, lowerBound(prices.dates, day))
      // Some days on both sides of it.
      shown.window = showing(shown.window, Math.min(length - 1, at.value + 20), length)
      shown.window = showing(shown.window, Math.max(0, at.value - 20), length)
    },
    { immediate: true },
  )
  return shown
}
