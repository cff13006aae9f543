import { createRandom } from '../../../src-shared/random.ts'
import { dateOfEpochDay, epochDay } from '../../../src-shared/domain/date.ts'
import type { Panel } from '../../../src-main/market/panel.ts'

/** A panel of random walks on the weekdays from 2019-01-01, with suspensions, missing amounts, ST and late listings. */
export function randomPanel(seed: number, days: number, stocks: number): Panel {
  const random = createRandom(seed)
  const cells = days * stocks
  const dates: number[] = []
  for (let day = epochDay(20190101); dates.length < days; day++)
    if ((day + 3) % 7 < 5) dates.push(dateOfEpochDay(day))
  const panel = {
    dates: Int32Array.from(dates),
    symbols: Array.from({ length: stocks }, (_, i) => `${600000 + i}.SH`),
    open: new Float64Array(cells),
    high: new Float64Array(cells),
    low: new Float64Array(cells),
    close: new Float64Array(cells),
    preclose: new Float64Array(cells),
    volume: new Float64Array(cells),
    amount: new Float64Array(cells),
    factor: new Float64Array(cells),
    floatCap: new Float64Array(cells).fill(NaN),
    capGiven: new Uint8Array(cells),
    traded: new Uint8Array(cells),
    st: new Int8Array(cells),
    listedAt: Int32Array.from({ length: stocks }, () => random.below(20) - 10),
  }
  const cents = (price: number) => Math.round(price * 100) / 100
  for (let i = 0; i < stocks; i++) {
    let last = 20 + 10 * random.uniform()
    let factor = 1
    for (let t = 0; t < days; t++) {
      const at = t * stocks + i
      if (random.uniform() < 0.01) factor *= 1.1
      panel.preclose[at] = cents(last)
      panel.close[at] = cents(last * Math.exp(0.03 * random.normal()))
      panel.open[at] = cents(last * Math.exp(0.02 * random.normal()))
      panel.high[at] = cents(Math.max(panel.open[at], panel.close[at]) * 1.01)
      panel.low[at] = cents(Math.min(panel.open[at], panel.close[at]) * 0.99)
      panel.volume[at] = random.uniform() < 0.01 ? 0 : 1000 + random.below(1_000_000)
      panel.amount[at] = random.uniform() < 0.01 ? NaN : panel.volume[at] * panel.close[at]
      panel.factor[at] = factor
      panel.traded[at] = panel.volume[at] > 0 && t >= panel.listedAt[i] ? 1 : 0
      panel.st[at] = random.uniform() < 0.02 ? 1 : 0
      last = panel.close[at]
    }
  }
  return panel
}
