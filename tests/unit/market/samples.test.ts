import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { derive } from '../../../src-main/market/derive.ts'
import type { Derived } from '../../../src-main/market/derive.ts'
import type { Panel } from '../../../src-main/market/panel.ts'
import {
  type BarSeries,
  crossSectionAt,
  dailySeries,
  labelsAt,
  sampleOf,
  weeklySeries,
} from '../../../src-main/market/samples.ts'
import { universeMask } from '../../../src-main/market/universe.ts'
import { weeklyBars } from '../../../src-main/market/weekly.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { marketOf } from './panelFixture.ts'
import { randomPanel } from './randomMarket.ts'

const DAYS = 70
const STOCKS = 40
const rules = { minListedDays: 5, excludeSt: true }

/** Everything a decision at day t may rest on. */
function knownAt(panel: Panel, t: number): unknown {
  const end = (t + 1) * panel.symbols.length
  const derived = derive(panel, 'typical')
  const weekly = weeklyBars(panel, derived, 'typical')
  const universe = universeMask(marketOf(panel), null, rules)
  const weeks = (weekly.endedAt[t] + 1) * panel.symbols.length
  const matrices = Object.entries(derived).filter(
    (entry): entry is [keyof Derived, Float64Array | Uint8Array] => ArrayBuffer.isView(entry[1]),
  )
  return {
    derived: matrices.map(([name, matrix]) => [name, matrix.slice(0, end)]),
    universe: universe.slice(0, end),
    weekly: [weekly.open, weekly.high, weekly.low, weekly.close, weekly.vwap, weekly.volume].map((matrix) =>
      matrix.slice(0, weeks),
    ),
    daily: crossSectionAt(dailySeries(panel, derived), universe, { sequenceLength: 10, t }),
    weeklySample: crossSectionAt(weeklySeries(panel, weekly), universe, { sequenceLength: 4, t }),
  }
}

/** The panel with `count` random edits to bars after day t. */
function editedAfter(panel: Panel, t: number, seed: number, count: number): Panel {
  const random = createRandom(seed)
  const copy = structuredClone(panel)
  const first = (t + 1) * copy.symbols.length
  for (let k = 0; k < count; k++) {
    const at = first + random.below(copy.traded.length - first)
    const field = (['open', 'high', 'low', 'close', 'preclose', 'volume', 'amount', 'factor'] as const)[
      random.below(8)
    ]
    copy[field][at] = random.uniform() < 0.2 ? NaN : copy[field][at] * (0.5 + random.uniform())
    copy.traded[at] = random.below(2)
    copy.st[at] = random.below(3) - 1
  }
  return copy
}

describe('no look-ahead', () => {
  const panel = randomPanel(1, DAYS, STOCKS)

  it('leaves everything known at t bit for bit the same when later bars change', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 30, max: DAYS - 2 }),
        fc.nat(),
        fc.integer({ min: 1, max: 400 }),
        (t, seed, count) => {
          expect(knownAt(editedAfter(panel, t, seed, count), t)).toStrictEqual(knownAt(panel, t))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('does notice an edit at t', () => {
    const changed = structuredClone(panel)
    const t = 40
    const [column] = crossSectionAt(
      dailySeries(panel, derive(panel, 'typical')),
      universeMask(marketOf(panel), null, rules),
      { sequenceLength: 10, t },
    ).stocks
    changed.close[t * STOCKS + column] += 0.01
    expect(knownAt(changed, t)).not.toStrictEqual(knownAt(panel, t))
  })
})

describe('crossSectionAt', () => {
  const panel = randomPanel(2, DAYS, STOCKS)
  const everything = new Uint8Array(DAYS * STOCKS).fill(1)

  it('is 0 at the last lag and standardised at the others', () => {
    const { stocks, inputs } = crossSectionAt(dailySeries(panel, derive(panel, 'typical')), everything, {
      sequenceLength: 8,
      t: 50,
    })
    expect(stocks.length).toBeGreaterThan(20)
    for (let field = 0; field < 6; field++) {
      for (let step = 0; step < 8; step++) {
        const z = Array.from(stocks, (_, s) => inputs[(s * 8 + step) * 6 + field])
        const variance = z.reduce((sum, value) => sum + value ** 2, 0) / (z.length - 1)
        expect(Math.abs(z.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-9)
        expect(variance).toBeCloseTo(step === 7 ? 0 : 1, 9)
      }
    }
  })

  it('counts the stocks it leaves out by reason', () => {
    const gaps = structuredClone(panel)
    gaps.traded.fill(1)
    gaps.volume.fill(1000)
    for (const at of gaps.amount.keys()) gaps.amount[at] = 1000 * gaps.close[at]
    gaps.traded[48 * STOCKS + 3] = 0
    gaps.amount[49 * STOCKS + 4] = NaN
    const features = crossSectionAt(dailySeries(gaps, derive(gaps, 'none')), everything, {
      sequenceLength: 8,
      t: 50,
    })
    expect(features.dropped).toEqual({ missingBar: 1, missingField: 1 })
    expect(features.stocks.length).toBe(STOCKS - 2)
    expect(Array.from(features.stocks)).not.toContain(3)
  })

  it('is empty before the first full window', () => {
    const features = crossSectionAt(dailySeries(panel, derive(panel, 'typical')), everything, {
      sequenceLength: 8,
      t: 6,
    })
    expect(features.stocks.length).toBe(0)
    expect(features.dropped.missingBar).toBe(STOCKS)
  })
})

/** crossSectionAt and sampleOf as methods.md 2 reads, number by number in the order of the stocks. */
function plainInputs(series: BarSeries, universe: Uint8Array, t: number, steps: number): number[][] {
  const value = (f: number, step: number, i: number) =>
    series.fields[f][(t - steps + 1 + step) * series.stocks + i]
  const lags = Array.from({ length: steps }, (_, step) => step)
  const stocks = Array.from({ length: series.stocks }, (_, i) => i).filter(
    (i) =>
      universe[t * series.stocks + i] !== 0 &&
      lags.every((step) => series.fields.every((_, f) => value(f, step, i) > 0)),
  )
  const z = lags.map((step) =>
    series.fields.map((_, f) => {
      const ratios = stocks.map((i) => value(f, step, i) / value(f, steps - 1, i))
      const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length
      const squares = ratios.reduce((sum, ratio) => sum + (ratio - mean) * (ratio - mean), 0)
      const std = ratios.length < 2 ? 0 : Math.sqrt(squares / (ratios.length - 1))
      const scale = std <= 1e-14 * Math.abs(mean) ? 0 : 1 / std
      return ratios.map((ratio) => (ratio - mean) * scale)
    }),
  )
  return stocks.map((i, s) => [i, ...lags.flatMap((step) => z[step].map((column) => column[s]))])
}

describe('the samples of a date', () => {
  it('are bit for bit what their definition gives', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 12, max: 39 }),
        (seed, steps, t) => {
          const panel = randomPanel(seed, 40, 15)
          const series = dailySeries(panel, derive(panel, 'typical'))
          const random = createRandom(seed)
          const universe = Uint8Array.from(panel.traded, () => (random.uniform() < 0.9 ? 1 : 0))
          const features = crossSectionAt(series, universe, { sequenceLength: steps, t })
          const plain = plainInputs(series, universe, t, steps)
          expect(Array.from(features.stocks)).toEqual(plain.map(([i]) => i))
          const inputs = plain.flatMap(([, ...row]) => row)
          expect(features.inputs).toEqual(Float64Array.from(inputs))
          const all = sampleOf(20200102, features, null)
          expect(all.crossSection.inputs).toEqual(Float32Array.from(inputs))
          const labels = Float64Array.from(features.stocks, () =>
            random.uniform() < 0.3 ? NaN : random.normal(),
          )
          const kept = plain.filter((_, s) => !Number.isNaN(labels[s]))
          const some = sampleOf(20200102, features, labels)
          expect(Array.from(some.stocks)).toEqual(kept.map(([i]) => i))
          expect(some.crossSection.inputs).toEqual(Float32Array.from(kept.flatMap(([, ...row]) => row)))
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('labelsAt', () => {
  it('is missing for every stock when the exit day is not stored', () => {
    const panel = randomPanel(3, 20, 5)
    const labels = labelsAt(panel, derive(panel, 'typical'), Int32Array.of(0, 1), { t: 9, horizon: 10 })
    expect(Array.from(labels)).toEqual([NaN, NaN])
  })
})

describe('sampleOf', () => {
  const features = {
    stocks: Int32Array.of(2, 5, 7),
    steps: 1,
    inputs: Float64Array.from({ length: 18 }, (_, k) => k),
    dropped: { missingBar: 0, missingField: 0 },
  }

  it('keeps the labelled stocks with their own features', () => {
    const { stocks, crossSection } = sampleOf(20200102, features, Float64Array.of(0.5, NaN, -0.5))
    expect(Array.from(stocks)).toEqual([2, 7])
    expect(crossSection).toMatchObject({ stocks: 2, steps: 1, features: 6 })
    expect(Array.from(crossSection.labels ?? [])).toEqual([0.5, -0.5])
    expect(Array.from(crossSection.inputs)).toEqual([0, 1, 2, 3, 4, 5, 12, 13, 14, 15, 16, 17])
  })

  it('keeps every stock when there is nothing to learn from', () => {
    expect(sampleOf(20200102, features, null).crossSection.stocks).toBe(3)
  })
})
