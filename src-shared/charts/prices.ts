import type { EChartsOption } from 'echarts'
import { DAY_STATE } from '../domain/coverage.ts'
import { formatDate } from '../domain/date.ts'
import { type Adjustment, adjustmentRatios, exDays, type StockPrices } from '../domain/stockPrices.ts'
import { formatCompact, formatNumber, formatPercent, formatRatio } from '../format.ts'
import type { Locale } from '../locales/index.ts'
import { PRICE_TEXTS } from '../locales/prices.ts'
import type { ChartStyle } from './style.ts'
import { axisText, baseOption, dateAxis, tooltip, valueAxis } from './style.ts'
import { LEAST_SHOWN, type ZoomWindow } from './zoom.ts'

/** How the prices of a stock are shown. */
export interface PriceView {
  readonly adjustment: Adjustment
  readonly window: ZoomWindow
}

/** One day of a price chart, prices adjusted; NaN = missing. */
export interface PriceDay {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** Close over the official previous close less 1; over the last adjusted close where there is none. */
  readonly change: number
}

/** The days of a stock in one adjustment. Volumes and amounts are never adjusted. */
export function priceDays(prices: StockPrices, adjustment: Adjustment): PriceDay[] {
  const ratio = adjustmentRatios(prices.factor, adjustment)
  let lastAdjusted = NaN
  return Array.from(prices.dates, (_, t) => {
    const close = prices.close[t]
    const official = close / prices.preclose[t] - 1
    const day = {
      open: prices.open[t] * ratio[t],
      high: prices.high[t] * ratio[t],
      low: prices.low[t] * ratio[t],
      close: close * ratio[t],
      change: Number.isNaN(official) ? (close * prices.factor[t]) / lastAdjusted - 1 : official,
    }
    if (!Number.isNaN(close)) lastAdjusted = close * prices.factor[t]
    return day
  })
}

/** Whether a day closed below its open, or, where it traded at one price, below the close before. */
const fell = ({ open, close, change }: PriceDay): boolean => close < open || (close === open && change < 0)

/**
 * Candlesticks above the volume on the same days, in the colour of a rise or of a fall; days without trade have a
 * shade and no candle. Marked: changes of the adjustment factor, and closes at a price limit.
 */
export function priceChart(
  prices: StockPrices,
  { adjustment, window }: PriceView,
  style: ChartStyle,
): EChartsOption {
  const { palette, locale } = style
  const text = PRICE_TEXTS[locale]
  const days = priceDays(prices, adjustment)
  const toneOf = (day: PriceDay): string => (fell(day) ? palette.down : palette.up)
  const x = { ...dateAxis(style, Array.from(prices.dates)), boundaryGap: true }
  // Else each grid makes room for its own labels, and their days no longer stand under each other.
  const aligned = { outerBoundsMode: 'none' as const }
  const hidden = { axisLabel: { show: false }, splitLine: { show: false }, axisTick: { show: false } }
  const shades: Readonly<Record<number, string>> = {
    [DAY_STATE.suspended]: palette.flat,
    [DAY_STATE.missing]: palette.series[1],
    [DAY_STATE.quarantined]: palette.series[4] ?? palette.series[1],
  }
  return {
    ...baseOption(style),
    tooltip: {
      ...tooltip(style, formatRatio),
      renderMode: 'richText',
      formatter: (points) => {
        const [{ dataIndex }] = points as unknown as readonly { readonly dataIndex: number }[]
        return describeDay(prices, days[dataIndex], dataIndex, locale).join('\n')
      },
    },
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    dataZoom: [
      {
        type: 'inside',
        xAxisIndex: [0, 1],
        startValue: window.first,
        endValue: window.last,
        minValueSpan: LEAST_SHOWN - 1,
      },
    ],
    grid: [
      { left: 60, right: 16, top: 14, bottom: '27%', ...aligned },
      { left: 60, right: 16, top: '77%', bottom: 24, ...aligned },
    ],
    xAxis: [
      { ...x, gridIndex: 0, axisLabel: { show: false } },
      { ...x, gridIndex: 1, axisLabel: { ...axisText(style), formatter: (date: string) => date } },
    ],
    yAxis: [
      { ...valueAxis(style, (value) => formatNumber(value, 2)), gridIndex: 0, scale: true },
      {
        ...valueAxis(style, (value) => formatCompact(value, locale).replace(/\.0+(?=\D*$)/, '')),
        gridIndex: 1,
        splitNumber: 2,
      },
      { type: 'value', gridIndex: 0, min: 0, max: 1, position: 'right', ...hidden },
    ],
    series: [
      {
        type: 'bar',
        name: text.suspended,
        yAxisIndex: 2,
        silent: true,
        barWidth: '100%',
        data: Array.from(prices.states, (state) => ({
          value: state in shades ? 1 : 0,
          itemStyle: { color: shades[state] ?? 'transparent', opacity: 0.22 },
        })),
      },
      {
        type: 'candlestick',
        name: prices.symbol,
        barMaxWidth: 18,
        itemStyle: {
          color: palette.up,
          borderColor: palette.up,
          color0: palette.down,
          borderColor0: palette.down,
          borderColorDoji: palette.up,
        },
        data: days.map((day) => {
          const value = [day.open, day.close, day.low, day.high]
          return day.open === day.close ? { value, itemStyle: { borderColorDoji: toneOf(day) } } : value
        }),
        markPoint: {
          silent: true,
          animation: false,
          data: marks(prices, days, style),
        },
      },
      {
        type: 'bar',
        name: text.volume,
        xAxisIndex: 1,
        yAxisIndex: 1,
        barMaxWidth: 18,
        data: days.map((day, t) => ({
          value: Number.isNaN(prices.volume[t]) ? '-' : prices.volume[t],
          itemStyle: { color: toneOf(day) },
        })),
      },
    ],
  }
}

/** Ex-days below the candle, closes at a limit beside it. */
function marks(prices: StockPrices, days: readonly PriceDay[], style: ChartStyle) {
  const { palette } = style
  const text = PRICE_TEXTS[style.locale]
  const ex = exDays(prices).flatMap((t) => {
    // The factor may change on a day without trade: it is marked on the next day that has a price.
    const at = days.findIndex(({ low }, day) => day >= t && !Number.isNaN(low))
    return at < 0
      ? []
      : [
          {
            name: text.exDay,
            coord: [at, days[at].low],
            symbol: 'triangle',
            symbolSize: 8,
            symbolOffset: [0, 10],
            itemStyle: { color: palette.series[0] },
            label: {
              show: true,
              position: 'bottom' as const,
              ...axisText(style),
              color: palette.series[0],
              formatter: text.exDay,
            },
          },
        ]
  })
  const limits = days.flatMap(({ high, low }, t) => {
    const side = prices.limits[t]
    if (side === 0) return []
    return [
      {
        name: side > 0 ? text.limitUp : text.limitDown,
        coord: [t, side > 0 ? high : low],
        symbol: 'circle',
        symbolSize: 4,
        symbolOffset: [0, side > 0 ? -6 : 6],
        itemStyle: { color: side > 0 ? palette.up : palette.down },
        label: { show: false },
      },
    ]
  })
  return [...ex, ...limits]
}

/** A day in lines of text: its date, then what is stored of it. */
export function describeDay(prices: StockPrices, day: PriceDay, t: number, locale: Locale): string[] {
  const text = PRICE_TEXTS[locale]
  const date = formatDate(prices.dates[t])
  const state = prices.states[t]
  const isEx = t > 0 && prices.factor[t] !== prices.factor[t - 1]
  const factor = [
    `${text.factor} ${formatNumber(prices.factor[t], 6)}`,
    ...(isEx ? [`${text.exDay} ${formatNumber(prices.factor[t] / prices.factor[t - 1], 6)}`] : []),
  ]
  if (state === DAY_STATE.suspended) return [`${date} ${text.suspended}`, ...factor]
  if (state === DAY_STATE.quarantined) return [`${date} ${text.quarantined}`, ...factor]
  if (state !== DAY_STATE.traded) return [`${date} ${text.missing}`, ...factor]
  const price = (name: 'open' | 'high' | 'low' | 'close'): string =>
    `${text[name]} ${formatNumber(day[name], 2)}`
  return [
    date,
    price('open'),
    price('high'),
    price('low'),
    price('close'),
    `${text.change} ${formatPercent(day.change, 'always')}`,
    `${text.volume} ${formatCompact(prices.volume[t], locale)}`,
    `${text.amount} ${formatCompact(prices.amount[t], locale)}`,
    ...factor,
    ...(prices.limits[t] > 0 ? [text.limitUp] : prices.limits[t] < 0 ? [text.limitDown] : []),
  ]
}
