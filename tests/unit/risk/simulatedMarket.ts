import { derive } from '../../../src-main/market/derive.ts'
import type { Panel } from '../../../src-main/market/panel.ts'
import type { RiskInputs } from '../../../src-main/risk/history.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { dateOfEpochDay, epochDay } from '../../../src-shared/domain/date.ts'

/** A market whose returns are beta x market + industry + specific, all normal, with what they were drawn from. */
export interface SimulatedMarket {
  readonly inputs: RiskInputs
  /** Variance per day of holdings, by the structure the returns were drawn from. */
  variance(holdings: Float64Array): number
}

const MARKET = 0.01
const INDUSTRY = 0.008

/** Stock i is in industry i mod `industries`; every 40th is unclassified where `gaps`, and days without trade are strewn in. */
export function simulatedMarket(
  seed: number,
  {
    days,
    stocks,
    industries,
    gaps = false,
  }: { days: number; stocks: number; industries: number; gaps?: boolean },
): SimulatedMarket {
  const random = createRandom(seed)
  const cells = days * stocks
  const beta = Float64Array.from({ length: stocks }, () => 0.6 + 0.8 * random.uniform())
  const specific = Float64Array.from({ length: stocks }, () => 0.012 + 0.016 * random.uniform())
  const shares = Float64Array.from({ length: stocks }, () => 1e8 * Math.exp(random.normal()))
  const close = new Float64Array(cells)
  const volume = new Float64Array(cells)
  const last = new Float64Array(stocks).fill(10)
  for (let t = 0, at = 0; t < days; t++) {
    const market = MARKET * random.normal()
    const industry = Float64Array.from({ length: industries }, () => INDUSTRY * random.normal())
    for (let i = 0; i < stocks; i++, at++) {
      last[i] *= 1 + beta[i] * market + industry[i % industries] + specific[i] * random.normal()
      close[at] = last[i]
      volume[at] = gaps && random.uniform() < 0.02 ? 0 : 0.01 * shares[i] * Math.exp(0.5 * random.normal())
    }
  }
  const dates: number[] = []
  for (let day = epochDay(20150101); dates.length < days; day++)
    if ((day + 3) % 7 < 5) dates.push(dateOfEpochDay(day))
  const panel: Panel = {
    dates: Int32Array.from(dates),
    symbols: Array.from({ length: stocks }, (_, i) => `S${String(i).padStart(5, '0')}`),
    open: close,
    high: close,
    low: close,
    close,
    preclose: new Float64Array(cells).fill(NaN),
    volume,
    amount: volume.map((value, at) => value * close[at]),
    factor: new Float64Array(cells).fill(1),
    floatCap: close.map((price, at) => price * shares[at % stocks]),
    capGiven: new Uint8Array(cells).fill(1),
    traded: Uint8Array.from(volume, (value) => Number(value > 0)),
    st: new Int8Array(cells),
    listedAt: new Int32Array(stocks).fill(-1),
  }
  return {
    inputs: {
      panel,
      derived: derive(panel, 'typical'),
      industries: {
        names: Array.from({ length: industries }, (_, j) => `I${String(j).padStart(2, '0')}`),
        at: () => Int32Array.from({ length: stocks }, (_, i) => (gaps && i % 40 === 7 ? -1 : i % industries)),
      },
      estimation: new Uint8Array(cells).fill(1),
    },
    variance(holdings) {
      let onMarket = 0
      let own = 0
      const onIndustry = new Float64Array(industries)
      holdings.forEach((weight, i) => {
        onMarket += weight * beta[i]
        onIndustry[i % industries] += weight
        own += (weight * specific[i]) ** 2
      })
      const squares = onIndustry.reduce((sum, weight) => sum + weight * weight, 0)
      return onMarket ** 2 * MARKET ** 2 + squares * INDUSTRY ** 2 + own
    },
  }
}

/** The market with its stocks in another order: stock i of it is stock order[i] of `inputs`. */
export function reordered({ panel, industries, estimation }: RiskInputs, order: Int32Array): RiskInputs {
  const stocks = order.length
  const moved = <A extends Float64Array | Uint8Array | Int8Array>(matrix: A): A =>
    matrix.map((_, at) => matrix[at - (at % stocks) + order[at % stocks]]) as A
  const there: Panel = {
    ...panel,
    symbols: Array.from(order, (i) => panel.symbols[i]),
    open: moved(panel.open),
    high: moved(panel.high),
    low: moved(panel.low),
    close: moved(panel.close),
    preclose: moved(panel.preclose),
    volume: moved(panel.volume),
    amount: moved(panel.amount),
    factor: moved(panel.factor),
    floatCap: moved(panel.floatCap),
    capGiven: moved(panel.capGiven),
    traded: moved(panel.traded),
    st: moved(panel.st),
    listedAt: order.map((i) => panel.listedAt[i]),
  }
  return {
    panel: there,
    derived: derive(there, 'typical'),
    industries: industries && {
      ...industries,
      at: (day) => {
        const industry = industries.at(day)
        return order.map((i) => industry[i])
      },
    },
    estimation: moved(estimation),
  }
}

/** The market as it is up to `day`, and with other prices, volumes, capitalisations and universe after it. */
export function otherFuture({ panel, industries, estimation }: RiskInputs, day: number): RiskInputs {
  const from = (day + 1) * panel.symbols.length
  const changed = (matrix: Float64Array) =>
    matrix.map((value, at) => (at < from ? value : value * (1.5 + Math.sin(at))))
  const close = changed(panel.close)
  const there: Panel = {
    ...panel,
    open: close,
    high: close,
    low: close,
    close,
    volume: changed(panel.volume),
    amount: changed(panel.amount),
    floatCap: changed(panel.floatCap),
    traded: panel.traded.map((flag, at) => (at < from ? flag : Number(at % 3 > 0))),
  }
  return {
    panel: there,
    derived: derive(there, 'typical'),
    industries: industries && {
      ...industries,
      at: (on) => (on > day ? industries.at(on).map(() => 0) : industries.at(on)),
    },
    estimation: estimation.map((flag, at) => (at < from ? flag : Number(at % 2))),
  }
}
