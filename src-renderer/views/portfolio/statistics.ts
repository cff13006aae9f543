import { formatDate } from '../../../src-shared/domain/date.ts'
import type { Drawdown, PerformanceRow } from '../../../src-shared/domain/performance.ts'
import { formatCount, formatPercent, formatRatio } from '../../../src-shared/format.ts'

/** A row of the table of statistics. */
export interface Statistic {
  readonly key: keyof PerformanceRow
  readonly text: (row: PerformanceRow) => string
  /** The number behind the text; a date as text. */
  readonly value: (row: PerformanceRow) => number | string | null
  /** Its sign has a colour. */
  readonly change?: true
}

type KeyOf<Value> = {
  [K in keyof PerformanceRow]: PerformanceRow[K] extends Value ? K : never
}[keyof PerformanceRow]
type NumberKey = KeyOf<number | null>

const number = (key: NumberKey, format: (value: number | null) => string): Statistic => ({
  key,
  text: (row) => format(row[key]),
  value: (row) => row[key],
})
const change = (key: NumberKey): Statistic => ({
  ...number(key, (value) => formatPercent(value, 'always')),
  change: true,
})
const share = (key: NumberKey): Statistic => number(key, formatPercent)
const ratio = (key: NumberKey): Statistic => number(key, formatRatio)
const drawdown = (key: KeyOf<Drawdown>): Statistic => ({
  key,
  text: (row) => formatPercent(row[key].value),
  value: (row) => row[key].value,
})
const date = (key: 'first' | 'last'): Statistic => ({
  key,
  text: (row) => formatDate(row[key]),
  value: (row) => formatDate(row[key]),
})

/** In the order they are shown: of the excess, of the portfolio and its benchmark, of losses, of the best and the worst, of the period. */
export const STATISTICS: readonly Statistic[] = [
  change('annualisedExcess'),
  share('trackingError'),
  ratio('informationRatio'),
  drawdown('excessDrawdown'),
  ratio('excessCalmar'),
  share('dailyWinRate'),
  share('monthlyWinRate'),
  share('yearlyWinRate'),
  share('turnoverPerRebalance'),
  share('turnoverPerYear'),
  change('excessTotal'),
  change('annualisedReturn'),
  change('benchmarkAnnualisedReturn'),
  change('totalReturn'),
  change('benchmarkTotalReturn'),
  share('volatility'),
  share('benchmarkVolatility'),
  ratio('beta'),
  ratio('sharpe'),
  share('downsideDeviation'),
  ratio('sortino'),
  drawdown('drawdown'),
  drawdown('benchmarkDrawdown'),
  ratio('calmar'),
  share('ulcerIndex'),
  share('valueAtRisk95'),
  share('expectedShortfall95'),
  share('valueAtRisk99'),
  share('expectedShortfall99'),
  ratio('tailRatio'),
  change('bestDay'),
  change('worstDay'),
  change('bestMonth'),
  change('worstMonth'),
  change('bestYear'),
  change('worstYear'),
  number('months', formatCount),
  number('days', formatCount),
  date('first'),
  date('last'),
]
