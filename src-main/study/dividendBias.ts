import type { Panel } from '../market/panel.ts'

/**
 * A drop of an ex-day of at most this share counts as a cash dividend;
 * a larger one as a bonus issue or split, which moves the index no more than it moves a holding.
 */
const LARGEST_CASH_DIVIDEND = 0.08

/**
 * Dividends per year that a price index leaves out: sum over the days of w(t-1) x drop(t), the drop 1 - preclose(t) / close(t-1),
 * or 1 - factor(t-1) / factor(t) where the source gives no official ex-rights previous close, of days on which the factor rises,
 * per year of `tradingDaysPerYear` days (methods.md 7: the size of the bias). `days` are consecutive day indices.
 */
export function dividendBias(
  panel: Panel,
  weightsAt: (t: number) => Float64Array,
  days: readonly number[],
  tradingDaysPerYear: number,
): number {
  const stocks = panel.symbols.length
  let sum = 0
  for (const t of days) {
    const weights = weightsAt(t - 1)
    for (let i = 0; i < stocks; i++) {
      const [now, before] = [t * stocks + i, (t - 1) * stocks + i]
      // Holdings earn a dividend through the factor: what the factor leaves out they do not have either.
      if (weights[i] === 0 || !(panel.factor[now] > panel.factor[before])) continue
      const drop = Number.isFinite(panel.preclose[now])
        ? 1 - panel.preclose[now] / panel.close[before]
        : 1 - panel.factor[before] / panel.factor[now]
      if (drop > 1e-6 && drop <= LARGEST_CASH_DIVIDEND) sum += weights[i] * drop
    }
  }
  return days.length === 0 ? 0 : (sum / days.length) * tradingDaysPerYear
}
