import { describe, expect, it } from 'vitest'
import { derive } from '../../../src-main/market/derive.ts'
import { carryFloatCaps } from '../../../src-main/market/floatCaps.ts'
import { standardise, type Standardised } from '../../../src-main/risk/standardise.ts'
import { type StyleExposures, styleExposures } from '../../../src-main/risk/styles.ts'
import { mean, standardDeviation } from '../../../src-shared/statistics.ts'
import type { RiskInputs } from '../../../src-main/risk/history.ts'
import type { StyleName } from '../../../src-shared/domain/factorAnalysis.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { randomPanel } from '../market/randomMarket.ts'
import { otherFuture, reordered } from './simulatedMarket.ts'

const STOCKS = 40
const DAYS = 600

/** Random walks with gaps, late listings and capitalisations that some stocks never have and that are carried over some days. */
function market(caps = true): RiskInputs {
  const walks = randomPanel(3, DAYS, STOCKS)
  const random = createRandom(5)
  const floatCap = walks.close.map((close, at) =>
    caps && at % STOCKS > 2 && random.uniform() < 0.9 ? close * 1e6 * (1 + (at % STOCKS)) : NaN,
  )
  const panel = { ...walks, floatCap, listedAt: walks.listedAt.map((day, i) => (i === 7 ? 500 : day)) }
  for (let t = 0; t < 500; t++) panel.traded[t * STOCKS + 7] = 0
  carryFloatCaps(panel)
  const estimation = panel.traded.map((flag, at) => (at % STOCKS === 9 ? 0 : flag))
  return { panel, derived: derive(panel, 'typical'), industries: null, estimation }
}

const on = ({ panel, derived, estimation }: RiskInputs, days: number[]): StyleExposures[] => [
  ...styleExposures(panel, derived, estimation, days),
]
const values = (exposures: StyleExposures, style: StyleName) => [...exposures.get(style)!.exposure]

/** The definitions, from all the days at once. */
function directly({ panel, derived, estimation }: RiskInputs, day: number): StyleExposures {
  const at = (t: number, i: number) => t * STOCKS + i
  const cap = (t: number, i: number) => panel.floatCap[at(t, i)]
  const oneDay = (t: number, i: number) =>
    t > 0 && panel.traded[at(t - 1, i)] ? derived.returns[at(t, i)] : NaN
  const marketReturn = (t: number) => {
    const stocks = Array.from({ length: STOCKS }, (_, i) => i).filter((i) => estimation[at(t - 1, i)] === 1)
    const known = stocks
      .map((i) => cap(t - 1, i))
      .filter((c) => c > 0)
      .sort((a, b) => a - b)
    const half = known.length >> 1
    const usual =
      known.length === 0 ? 1 : known.length % 2 ? known[half] : (known[half] + known[half - 1]) / 2
    let sum = 0
    let total = 0
    for (const i of stocks) {
      const r = oneDay(t, i)
      const c = cap(t - 1, i)
      if (Number.isNaN(r)) continue
      sum += (c > 0 ? c : usual) * r
      total += c > 0 ? c : usual
    }
    return sum / total
  }
  const raw = (measure: (i: number) => number) => Float64Array.from({ length: STOCKS }, (_, i) => measure(i))
  const regression = (i: number) => {
    const days: { w: number; x: number; y: number }[] = []
    for (let t = Math.max(1, day - 251); t <= day; t++)
      if (!Number.isNaN(oneDay(t, i)))
        days.push({ w: 0.5 ** ((day - t) / 63), x: marketReturn(t), y: oneDay(t, i) })
    if (days.length < 63) return { beta: NaN, deviation: NaN }
    const weighted = (f: (d: (typeof days)[0]) => number) =>
      days.reduce((sum, d) => sum + d.w * f(d), 0) / days.reduce((sum, d) => sum + d.w, 0)
    const x = weighted((d) => d.x)
    const y = weighted((d) => d.y)
    const beta = weighted((d) => (d.x - x) * (d.y - y)) / weighted((d) => (d.x - x) ** 2)
    return { beta, deviation: Math.sqrt(weighted((d) => (d.y - y - beta * (d.x - x)) ** 2)) }
  }
  const momentum = (i: number) => {
    let first = 0
    while (first <= day && Number.isNaN(derived.returns[at(first, i)])) first++
    let sum = 0
    let total = 0
    let days = 0
    for (let t = Math.max(first, day - 21 - 503); t <= day - 21; t++) {
      const w = 0.5 ** ((day - 21 - t) / 126)
      const r = derived.returns[at(t, i)]
      sum += Number.isNaN(r) ? 0 : w * Math.log(1 + r)
      total += w
      days++
    }
    return days < 126 ? NaN : sum / total
  }
  const perCap = panel.floatCap.some((c) => c > 0)
  const liquidity = (i: number) => {
    let sum = 0
    let share = 0
    for (const [window, part] of [
      [21, 0.35],
      [63, 0.35],
      [252, 0.3],
    ]) {
      const turnover = []
      for (let t = Math.max(0, day - window + 1); t <= day; t++) {
        if (!panel.traded[at(t, i)]) continue
        const amount = panel.amount[at(t, i)]
        const value = amount > 0 ? amount : panel.volume[at(t, i)] * panel.close[at(t, i)]
        const rate = perCap ? value / cap(t, i) : value
        if (!Number.isNaN(rate)) turnover.push(rate)
      }
      if (turnover.length < window / 2) continue
      sum += part * Math.log(mean(turnover))
      share += part
    }
    return share === 0 ? NaN : sum / share
  }
  const among = estimation.subarray(day * STOCKS, (day + 1) * STOCKS)
  const measured: readonly [StyleName, Standardised | null][] = [
    [
      'size',
      standardise(
        raw((i) => Math.log(cap(day, i))),
        among,
        Infinity,
      ),
    ],
    [
      'beta',
      standardise(
        raw((i) => regression(i).beta),
        among,
        5,
      ),
    ],
    ['momentum', standardise(raw(momentum), among, 5)],
    [
      'residual_volatility',
      standardise(
        raw((i) => regression(i).deviation),
        among,
        5,
      ),
    ],
    ['liquidity', standardise(raw(liquidity), among, 5)],
  ]
  return new Map(measured.flatMap(([style, exposure]) => (exposure === null ? [] : [[style, exposure]])))
}

describe('styleExposures', () => {
  const inputs = market()

  it.each([0, 30, 62, 63, 100, 146, 147, 300, 599])(
    'walked to day %i are what their definitions give at once',
    (day) => {
      const [walked] = on(inputs, [day])
      const direct = directly(inputs, day)
      expect([...walked.keys()].sort()).toEqual([...direct.keys()].sort())
      for (const [style, { exposure, known }] of direct) {
        expect(walked.get(style)!.known).toEqual(known)
        values(walked, style).forEach((value, i) => expect(value).toBeCloseTo(exposure[i], 8))
      }
    },
    60_000,
  )

  it('appear when half of the stocks have the days they need', () => {
    const days = [
      ...on(
        inputs,
        Array.from({ length: 170 }, (_, day) => day),
      ),
    ]
    const first = (style: StyleName) => days.findIndex((exposures) => exposures.has(style))
    expect(first('size')).toBe(0)
    // Half of 21 days with trade; 63 returns; 126 days since the first return and a lag of 21: some stocks were listed later.
    expect(first('liquidity')).toBeGreaterThanOrEqual(10)
    expect(first('liquidity')).toBeLessThan(20)
    expect(first('beta')).toBeGreaterThanOrEqual(63)
    expect(first('beta')).toBeLessThan(73)
    expect(first('momentum')).toBeGreaterThanOrEqual(147)
    expect(first('momentum')).toBeLessThan(157)
  })

  it('measure size as the z-score of the log capitalisation over the estimation universe, without limits', () => {
    for (const day of [0, 200, 599]) {
      const among = inputs.estimation.subarray(day * STOCKS, (day + 1) * STOCKS)
      const logs = Array.from(among, (_, i) =>
        Math.log(
          inputs.panel.floatCap
            .filter((cap, at) => at % STOCKS === i && at < (day + 1) * STOCKS && cap > 0)
            .at(-1) ?? NaN,
        ),
      )
      const counted = logs.filter((log, i) => among[i] === 1 && !Number.isNaN(log))
      const { exposure, known } = on(inputs, [day])[0].get('size')!
      expect(counted.length).toBeLessThan(among.reduce((sum, one) => sum + one, 0))
      logs.forEach((log, i) => {
        expect(known[i]).toBe(Number.isNaN(log) ? 0 : 1)
        const score = (log - mean(counted)) / standardDeviation(counted)!
        expect(exposure[i]).toBeCloseTo(Number.isNaN(log) ? 0 : score, 10)
      })
    }
  })

  it('are not there where fewer than half of the stocks have a value, or all have the same', () => {
    const all = new Uint8Array(4).fill(1)
    expect(standardise(Float64Array.of(1, NaN, NaN, NaN), all, Infinity)).toBeNull()
    expect(standardise(Float64Array.of(1, NaN, NaN, 3), all, Infinity)?.known).toEqual(
      Uint8Array.of(1, 0, 0, 1),
    )
    expect(standardise(Float64Array.of(2, 2, 2, 2), all, Infinity)).toBeNull()
  })

  it('do not change with what comes after', () => {
    const days = [150, 400]
    const other = on(otherFuture(inputs, 400), days)
    on(inputs, days).forEach((exposures, k) => expect(other[k]).toEqual(exposures))
  })

  it('stay with their stocks in any order of them', () => {
    const order = createRandom(1).permutation(STOCKS)
    const [here] = on(inputs, [400])
    const [there] = on(reordered(inputs, order), [400])
    expect([...there.keys()]).toEqual([...here.keys()])
    for (const style of here.keys())
      values(there, style).forEach((value, i) => expect(value).toBeCloseTo(values(here, style)[order[i]], 9))
  })

  it('have mean 0 and deviation 1 over the estimation universe, and stocks without a value have 0', () => {
    const [exposures] = on(inputs, [599])
    for (const style of exposures.keys()) {
      const { exposure, known: has } = exposures.get(style)!
      const among = [...exposure].filter((_, i) => inputs.estimation[599 * STOCKS + i] === 1)
      const known = among.filter((value) => value !== 0)
      expect(known.length).toBe(
        [...has].filter((one, i) => one === 1 && inputs.estimation[599 * STOCKS + i] === 1).length,
      )
      expect(mean(known)).toBeCloseTo(0, 10)
      expect(standardDeviation(known)).toBeCloseTo(1, 10)
    }
    // Never had a capitalisation; listed 100 days ago; outside the universe.
    expect(exposures.get('size')!.exposure[1]).toBe(0)
    expect(exposures.get('momentum')!.exposure[7]).toBe(0)
    expect(exposures.get('beta')!.exposure[7]).not.toBe(0)
    expect(exposures.get('beta')!.exposure[9]).not.toBe(0)
  })

  it('without capitalisations have no size, and liquidity is traded value', () => {
    const bare = market(false)
    const [exposures] = on(bare, [400])
    expect([...exposures.keys()]).toEqual(['beta', 'momentum', 'residual_volatility', 'liquidity'])
    expect(values(exposures, 'liquidity')).not.toEqual(values(on(inputs, [400])[0], 'liquidity'))
  })

  it('know no capitalisation of a later day: liquidity is traded value until they are known for half a month', () => {
    const stocks = inputs.panel.symbols.length
    const late = market(false)
    late.panel.floatCap.set(inputs.panel.floatCap.subarray(340 * stocks), 340 * stocks)
    const liquidity = (of: typeof inputs, day: number) => values(on(of, [day])[0], 'liquidity')
    const bare = market(false)
    for (const day of [300, 339, 349]) expect(liquidity(late, day)).toEqual(liquidity(bare, day))
    expect(liquidity(late, 400)).not.toEqual(liquidity(bare, 400))
    // Every window is of turnover by then.
    const last = inputs.panel.dates.length - 1
    expect(last - 340).toBeGreaterThan(252)
    const full = liquidity(inputs, last)
    liquidity(late, last).forEach((value, stock) => expect(value).toBeCloseTo(full[stock], 9))
  })
})

describe('standardise', () => {
  const among = (n: number) => new Uint8Array(n).fill(1)

  it('limits values to five MADs before it takes mean and deviation', () => {
    // Median 3, MAD 1: 100 counts as 8.
    const { exposure } = standardise(Float64Array.of(1, 2, 3, 4, 100), among(5), 5)!
    const limited = [1, 2, 3, 4, 8]
    const spread = standardDeviation(limited)!
    limited.forEach((value, i) => expect(exposure[i]).toBeCloseTo((value - 3.6) / spread, 12))
  })

  it('is null when half of the stocks have no value, or all have one', () => {
    expect(standardise(Float64Array.of(1, 2, NaN, NaN, NaN), among(5), 5)).toBeNull()
    expect(standardise(Float64Array.of(0.1, 0.1, 0.1), among(3), 5)).toBeNull()
    expect(standardise(Float64Array.of(1, 2, NaN, NaN), among(4), 5)).not.toBeNull()
  })
})
