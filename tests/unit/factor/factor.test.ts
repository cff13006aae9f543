import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { composite, frequencyPrediction, seedAverage } from '../../../src-main/factor/composite.ts'
import { icSummary, informationCoefficient } from '../../../src-main/factor/informationCoefficient.ts'
import { crossSection, dateArrays } from '../../../src-main/factor/input.ts'
import { assignLayers } from '../../../src-main/factor/layers.ts'
import { ranking } from '../../../src-main/factor/ranking.ts'
import { factorTest } from '../../../src-main/factor/test.ts'
import { factorReport } from '../../../src-shared/domain/factor.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { mean } from '../../../src-shared/statistics.ts'
import { icSample } from '../../../src-shared/sampleLoss.ts'
import { DAYS, randomInput, STOCKS } from './randomInput.ts'

const seed = fc.integer({ min: 1, max: 1_000_000 })

describe('layers', () => {
  it('hold every stock once, sizes differ by at most one, larger ones first, factor descending', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 10, maxLength: 60 }),
        fc.integer({ min: 2, max: 10 }),
        (factor, layers) => {
          const stocks = factor.map((_, stock) => stock)
          const symbols = factor.map((_, stock) => `S${String((stock * 37) % 61).padStart(3, '0')}`)
          const section = {
            day: 0,
            stocks: Int32Array.from(stocks),
            ranking: ranking(Float64Array.from(factor)),
            dropped: { no_factor: 0, not_buyable: 0, no_price: 0 },
          }
          const layerOf = assignLayers(section, symbols, layers)
          const sizes = Array<number>(layers).fill(0)
          for (const layer of layerOf) sizes[layer - 1]++
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
          expect(sizes).toEqual(sizes.toSorted((a, b) => b - a))
          for (const a of stocks) {
            for (const b of stocks) {
              const before = factor[a] > factor[b] || (factor[a] === factor[b] && symbols[a] < symbols[b])
              if (before) expect(layerOf[a]).toBeLessThanOrEqual(layerOf[b])
            }
          }
        },
      ),
    )
  })
})

describe('single-factor test', () => {
  it('every stock-date of the universe is either sorted or dropped for one reason; the report fits its schema', () => {
    fc.assert(
      fc.property(seed, (at) => {
        const input = randomInput(at)
        const report = factorReport.parse(factorTest(input))
        const members = input.testDates.reduce((sum, day) => {
          const today = input.universe.subarray(day * STOCKS, (day + 1) * STOCKS)
          return sum + today.reduce((total, inside) => total + inside, 0)
        }, 0)
        expect(report.universeStockDates).toBe(members)
        const dropped = report.dropped.reduce((sum, { count }) => sum + count, 0)
        expect(report.pairs.reduce((sum, pairs) => sum + pairs, 0)).toBeLessThanOrEqual(members - dropped)
        for (const layer of report.layers) {
          expect(layer.turnoverPerRebalance).toBeGreaterThanOrEqual(0)
          expect(layer.turnoverPerRebalance).toBeLessThanOrEqual(2 + 1e-12)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('layers and RankIC do not see a rising transform of the factor', () => {
    fc.assert(
      fc.property(seed, (at) => {
        const input = randomInput(at)
        const report = factorTest(input)
        const moved = factorTest({
          ...input,
          factor: input.factor.map((row) => row.map((value) => Math.exp(value) + 3)),
        })
        expect(moved.rankIc).toEqual(report.rankIc)
        expect(moved.layers).toEqual(report.layers)
      }),
      { numRuns: 20 },
    )
  })

  it('sees nothing of the date whose arrays it uses', () => {
    const input = randomInput(5)
    const arrays = dateArrays(input)
    for (const test of input.testDates.keys()) {
      const section = crossSection(input, test, arrays)
      expect(section).toEqual(crossSection(input, test))
      expect(informationCoefficient(input, section, arrays)).toEqual(informationCoefficient(input, section))
    }
  })

  it('does not depend on the order of the stocks', () => {
    fc.assert(
      fc.property(seed, (at) => {
        const input = randomInput(at)
        const order = createRandom(at, 1).permutation(STOCKS)
        const shuffled = <T extends Float64Array | Uint8Array>(matrix: T): T =>
          matrix.map((_, cell) => matrix[Math.floor(cell / STOCKS) * STOCKS + order[cell % STOCKS]]) as T
        const report = factorTest(input)
        const permuted = factorTest({
          ...input,
          symbols: input.symbols.map((_, stock) => input.symbols[order[stock]]),
          adjVwap: shuffled(input.adjVwap),
          factor: input.factor.map(shuffled),
          universe: shuffled(input.universe),
          canBuy: shuffled(input.canBuy),
        })
        report.rankIc.forEach((value, test) => {
          if (value === null) expect(permuted.rankIc[test]).toBeNull()
          else expect(permuted.rankIc[test]).toBeCloseTo(value, 10)
        })
        report.layerReturns.forEach((row, layer) =>
          row.forEach((value, day) => expect(permuted.layerReturns[layer][day]).toBeCloseTo(value, 10)),
        )
      }),
      { numRuns: 20 },
    )
  })

  it('prices after a day change no layer return up to it', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 5, max: DAYS - 2 }), (at, day) => {
        const input = randomInput(at)
        const other = randomInput(at + 1)
        const adjVwap = input.adjVwap.slice()
        adjVwap.set(other.adjVwap.subarray((day + 1) * STOCKS), (day + 1) * STOCKS)
        const before = factorTest(input)
        const after = factorTest({ ...input, adjVwap })
        const known = before.returnDates.filter((date) => date <= input.dates[day]).length
        before.layerReturns.forEach((row, layer) =>
          expect(after.layerReturns[layer].slice(0, known)).toEqual(row.slice(0, known)),
        )
      }),
      { numRuns: 30 },
    )
  })

  // Two stocks bought at 10, the first at 11 and 12 on the days after, the second at 10 still; a year of four days, so twice the walk.
  it.each([
    ['compound', [(1.05 * (1 + 10 / 231)) ** 2 - 1, (0.95 * (1 - 1 / 21)) ** 2 - 1]],
    ['difference', [1.44 - 1.21, 1 - 1.21]],
    ['ratio', [(1.2 / 1.1) ** 2 - 1, (1 / 1.1) ** 2 - 1]],
  ] as const)('annualises the excess of layers by the rule it is given: %s', (annualisedExcess, excess) => {
    const all = new Uint8Array(8).fill(1)
    const { layers } = factorTest({
      ...randomInput(1),
      dates: [20240102, 20240103, 20240104, 20240105],
      symbols: ['A', 'B'],
      adjVwap: Float64Array.of(10, 10, 10, 10, 11, 10, 12, 10),
      testDates: [0],
      factor: [Float64Array.of(2, 1)],
      universe: all,
      canBuy: all,
      layers: 2,
      tradingDaysPerYear: 4,
      annualisedExcess,
    })
    // Daily excess of TOP 1/20 and 10/231, of the other layer -1/20 and -1/21.
    const deviations = [1 / 20 - 10 / 231, 1 / 20 - 1 / 21].map((apart) => (2 * apart) / Math.SQRT2)
    excess.forEach((value, at) => {
      expect(layers[at].annualisedExcess).toBeCloseTo(value, 12)
      expect(layers[at].informationRatio).toBeCloseTo(value / deviations[at], 8)
    })
  })

  it('a factor that is the coming return has RankIC 1 and perfect top layer', () => {
    const input = randomInput(7)
    const all = new Uint8Array(DAYS * STOCKS).fill(1)
    const prices = input.adjVwap.map((price, cell) => (Number.isNaN(price) ? 10 + cell / 1000 : price))
    const report = factorTest({
      ...input,
      adjVwap: prices,
      universe: all,
      canBuy: all,
      factor: input.testDates.map((day) =>
        Float64Array.from({ length: STOCKS }, (_, stock) => {
          const at = (later: number) => prices[(day + later) * STOCKS + stock]
          return day + 6 < DAYS ? at(6) / at(1) : stock
        }),
      ),
    })
    expect(report.rankIc.slice(0, -1).every((value) => Math.abs((value ?? 0) - 1) < 1e-12)).toBe(true)
    expect(report.rankIc.at(-1)).toBeNull()
    expect(report.skippedDates).toBe(1)
    expect(report.monotonicity).toBe(1)
  })

  it('names the reason each stock left: no factor, not buyable, no price, or no next day', () => {
    const input = randomInput(3)
    const one = new Uint8Array(DAYS * STOCKS).fill(1)
    const canBuy = one.slice()
    const adjVwap = new Float64Array(DAYS * STOCKS).fill(10)
    canBuy[2 * STOCKS + 4] = 0
    adjVwap[2 * STOCKS + 5] = Number.NaN
    const factor = [new Float64Array(STOCKS), new Float64Array(STOCKS)]
    factor[0][3] = Number.NaN
    factor[0][4] = 1
    const report = factorTest({
      ...input,
      universe: one,
      canBuy,
      adjVwap,
      factor,
      testDates: [1, DAYS - 1],
    })
    expect(report.dropped).toEqual([
      { reason: 'no_factor', count: 1 },
      { reason: 'not_buyable', count: 1 },
      { reason: 'no_price', count: 1 + STOCKS },
    ])
    expect(report.universeStockDates).toBe(2 * STOCKS)
  })

  it('tells how often the layers are set, and the last date with a value, after which they are held', () => {
    const input = randomInput(3)
    const stopped = {
      ...input,
      factor: input.factor.map((values, at) => (at < 5 ? values : values.map(() => NaN))),
    }
    expect(factorTest(input)).toMatchObject({ rebalances: 8, lastValueDate: input.dates[36] })
    const report = factorTest(stopped)
    expect(report).toMatchObject({ rebalances: 5, lastValueDate: input.dates[21] })
    expect(report.returnDates).toEqual(factorTest(input).returnDates)
    const { withReturn, withoutReturn } = icSample(report)
    expect(withReturn).toBe(report.pairs.reduce((sum, count) => sum + count, 0))
    expect(withoutReturn).toBeGreaterThan(0)
    expect(withReturn + withoutReturn + report.dropped.reduce((sum, { count }) => sum + count, 0)).toBe(
      report.universeStockDates,
    )
  })

  it('too few stocks for the layers is an error, not an empty table', () => {
    const input = randomInput(3)
    expect(() => factorTest({ ...input, layers: STOCKS + 1 })).toThrow(
      expect.objectContaining({ code: 'data_insufficient' }),
    )
  })

  it('summaries of no, one and constant dates are null where undefined', () => {
    const empty = icSummary([null, null], [0, 5], 5)
    expect(empty).toEqual({
      n: 0,
      mean: null,
      std: null,
      ir: null,
      sharePositive: null,
      t: null,
      neweyWestLag: null,
      neweyWestT: null,
    })
    expect(icSummary([0.2], [0], 5)).toMatchObject({
      n: 1,
      mean: 0.2,
      std: null,
      ir: null,
      t: null,
      sharePositive: 1,
    })
    expect(icSummary([0.2, null, 0.2], [0, 5, 10], 5)).toMatchObject({
      n: 2,
      std: 0,
      ir: null,
      t: null,
      neweyWestT: null,
    })
  })
})

describe('the Newey-West lag of an IC', () => {
  const weeks = Array.from({ length: 40 }, (_, at) => 5 * at)
  const ics = weeks.map((day) => Math.sin(day))

  it('reaches as many weekly dates as the returns of one overlap', () => {
    const horizons = [1, 5, 20, 25, 26, 30, 60]
    const lags = horizons.map((horizon) => icSummary(ics, weeks, horizon).neweyWestLag)
    expect(lags).toEqual([4, 4, 4, 4, 5, 5, 11])
    expect(icSummary(ics.slice(0, 8), weeks.slice(0, 8), 60).neweyWestLag).toBe(7)
  })

  it('reaches further across weeks that holidays shorten, and no further for dates without an IC', () => {
    // Two weeks of two days in the middle: 20 days are then five dates, 30 are seven.
    const holidays = weeks.map((day, at) => day - (at > 19 ? 3 : 0) - (at > 20 ? 3 : 0))
    const lagOf = (horizon: number, series: readonly (number | null)[] = ics) =>
      icSummary(series, holidays, horizon).neweyWestLag
    expect([5, 20, 25, 30, 60].map((horizon) => lagOf(horizon))).toEqual([4, 5, 6, 7, 13])
    const gaps = ics.map((ic, at) => (at % 2 === 0 ? ic : null))
    expect(lagOf(60, gaps)).toBe(6)
  })

  it('keeps t from rising with the overlap: sums of as many weeks as the horizon has', () => {
    // Independent weeks have a mean of about 0; the ICs of 12 weeks hold each of them 12 times.
    const random = createRandom(7)
    const wild = Array.from({ length: 400 }, () => {
      const weeks = Array.from({ length: 260 + 11 }, () => random.normal())
      const ics = Array.from({ length: 260 }, (_, at) => mean(weeks.slice(at, at + 12)))
      const days = ics.map((_, at) => 5 * at)
      return [60, 5].map((horizon) => Math.abs(icSummary(ics, days, horizon).neweyWestT!) > 1.96)
    })
    const share = (at: number) => wild.filter((each) => each[at]).length / wild.length
    expect(share(1)).toBeGreaterThan(0.25)
    expect(share(0)).toBeLessThan(0.15)
  })
})

describe('composite', () => {
  const nan = Number.NaN

  it('averages the seeds present and needs every frequency', () => {
    const seeds = [Float64Array.of(1, 2, 3, nan), Float64Array.of(3, nan, 1, nan)]
    const average = seedAverage(seeds)
    // Seed 2 has z = +-1/sqrt(2).
    const z = Math.SQRT1_2
    const expected = [(-1 + z) / 2, 0, (1 - z) / 2]
    expected.forEach((value, stock) => expect(average[stock]).toBeCloseTo(value, 14))
    expect(average[3]).toBeNaN()
    const daily = frequencyPrediction(seeds)
    expect(Array.from(composite([Float64Array.of(1, 2), Float64Array.of(4, nan)], [2, 1]))).toEqual([2, nan])
    expect(Array.from(composite([daily, Float64Array.of(1, nan, 1, 1)]))).toEqual([
      (daily[0] + 1) / 2,
      nan,
      (daily[2] + 1) / 2,
      nan,
    ])
  })

  it('does not see the scale or level of a seed', () => {
    fc.assert(
      fc.property(seed, fc.double({ min: 0.01, max: 100, noNaN: true }), (at, scale) => {
        const random = createRandom(at)
        const seeds = [0, 1, 2].map(() => Float64Array.from({ length: 12 }, () => random.normal()))
        const plain = frequencyPrediction(seeds)
        const scaled = frequencyPrediction([seeds[0].map((value) => scale * value + 5), seeds[1], seeds[2]])
        scaled.forEach((value, stock) => expect(value).toBeCloseTo(plain[stock], 9))
      }),
    )
  })
})
