import { describe, expect, it } from 'vitest'
import { effectScope, nextTick, shallowReactive } from 'vue'
import { useCrosshair } from '../../../src-renderer/views/portfolio/useCrosshair.ts'
import { useShownDays } from '../../../src-renderer/views/data/useShownDays.ts'
import { DAY_STATE } from '../../../src-shared/domain/coverage.ts'
import type { DateInt } from '../../../src-shared/domain/date.ts'
import type { StockPrices } from '../../../src-shared/domain/stockPrices.ts'

describe('the crosshair over the days of a portfolio', () => {
  const DATES = [20200102, 20200103, 20200106]

  it('is forgotten with its days, and stays where they come anew', async () => {
    const props = shallowReactive({ dates: DATES })
    const scope = effectScope()
    const at = scope.run(() => useCrosshair(() => props.dates))!
    expect(at.value).toBeNull()
    at.value = 2
    props.dates = [...DATES]
    await nextTick()
    expect(at.value).toBe(2)
    props.dates = DATES.slice(0, 2)
    await nextTick()
    expect(at.value).toBeNull()
    at.value = 1
    props.dates = [20200102, 20200107]
    await nextTick()
    expect(at.value).toBeNull()
    scope.stop()
  })
})

describe('what a chart shows of the days of a stock', () => {
  /** Days 1, 3, 5 and so on; `untraded`: so many at the end. */
  const stock = (length: number, untraded = 0): StockPrices =>
    ({
      dates: Int32Array.from({ length }, (_, at) => 2 * at + 1),
      states: Uint8Array.from({ length }, (_, at) =>
        at < length - untraded ? DAY_STATE.traded : DAY_STATE.suspended,
      ),
    }) as unknown as StockPrices
  const opened = (prices: StockPrices, day: DateInt | null = null) => {
    const props = shallowReactive({ prices, day })
    const scope = effectScope()
    const shown = scope.run(() => useShownDays(props))!
    const seen = () => [shown.window.first, shown.window.last, shown.at.value]
    return { props, shown, seen, close: () => scope.stop() }
  }

  it('is the last year at first, and the last day with a trade', () => {
    expect(opened(stock(1000, 3)).seen()).toEqual([756, 999, 996])
    expect(opened(stock(100, 100)).seen()).toEqual([0, 99, 99])
  })

  it('begins anew with each stock', async () => {
    const { props, shown, seen, close } = opened(stock(1000))
    shown.window = { first: 10, last: 20 }
    shown.at.value = 990
    props.prices = stock(300, 1)
    await nextTick()
    expect(seen()).toEqual([56, 299, 298])
    close()
  })

  it('has the day that is asked for, with some on both sides of it', async () => {
    const { props, seen, close } = opened(stock(1000), 601)
    expect(seen()).toEqual([280, 523, 300])
    props.day = 1900
    await nextTick()
    expect(seen()).toEqual([727, 970, 950])
    // Of that stock it stays there when no day is asked for any more; of the next one it is the last.
    props.day = null
    await nextTick()
    expect(seen()).toEqual([727, 970, 950])
    props.prices = stock(400)
    await nextTick()
    expect(seen()).toEqual([156, 399, 399])
    close()
  })
})
