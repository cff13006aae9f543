import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crossSection, type FactorTestInput } from '../../../src-main/factor/input.ts'
import { assignLayers, LayerPortfolios, type LayerSeries } from '../../../src-main/factor/layers.ts'
import { DAYS, randomInput, STOCKS } from './randomInput.ts'

/** Portfolio of the stocks that `holds` names on each fill, as rules F7 and F10 say it: weights, their drift, sum of |new - old|. */
function equalWeight(input: FactorTestInput, holds: (layer: number) => boolean) {
  const carried = (day: number, stock: number): number => {
    let at = day
    while (at > 0 && Number.isNaN(input.adjVwap[at * STOCKS + stock])) at--
    return input.adjVwap[at * STOCKS + stock]
  }
  const fills = new Map(
    input.testDates.flatMap((day, test): [number, Uint8Array][] => {
      const section = crossSection(input, test)
      return section.stocks.length < input.layers
        ? []
        : [[day + 1, assignLayers(section, input.symbols, input.layers)]]
    }),
  )
  const first = Math.min(...fills.keys())
  let weights = new Float64Array(STOCKS)
  const returns: number[] = []
  const turnover: number[] = []
  for (let day = first; day < DAYS; day++) {
    if (day > first) {
      const changes = weights.map((weight, stock) =>
        weight === 0 ? 0 : carried(day, stock) / carried(day - 1, stock) - 1,
      )
      const earned = weights.reduce((sum, weight, stock) => sum + weight * changes[stock], 0)
      weights = weights.map((weight, stock) => (weight * (1 + changes[stock])) / (1 + earned))
      returns.push(earned)
    }
    const layerOf = fills.get(day)
    if (layerOf === undefined) continue
    const held = layerOf.reduce((count, layer) => count + (holds(layer) ? 1 : 0), 0)
    const target = new Float64Array(STOCKS).map((_, stock) => (holds(layerOf[stock]) ? 1 / held : 0))
    turnover.push(target.reduce((sum, weight, stock) => sum + Math.abs(weight - weights[stock]), 0))
    weights = target
  }
  return { returns, turnover }
}

/** The layers of an input, all its test dates in turn. */
function walk(input: FactorTestInput): LayerSeries {
  const portfolios = new LayerPortfolios(input)
  input.testDates.forEach((_, test) => portfolios.rebalance(crossSection(input, test)))
  return portfolios.series()!
}

describe('layers and benchmark walked through the data', () => {
  it('earn and trade what their weights say, prices missing or not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (at) => {
        const input = randomInput(at)
        const { layers, benchmark, returnDates } = walk(input)
        const close = (actual: ArrayLike<number>, expected: readonly number[]): void => {
          expect(actual).toHaveLength(expected.length)
          expected.forEach((value, k) => expect(actual[k]).toBeCloseTo(value, 12))
        }
        const all = [
          ...layers.map((series, layer) => ({ series, holds: (of: number) => of === layer + 1 })),
          { series: benchmark, holds: (of: number) => of > 0 },
        ]
        for (const { series, holds } of all) {
          const { returns, turnover } = equalWeight(input, holds)
          expect(returnDates).toHaveLength(returns.length)
          close(series.returns, returns)
          close(
            series.rebalances.map((rebalance) => rebalance.turnover),
            turnover,
          )
          expect(series.rebalances.map(({ initial }) => initial)).toEqual(turnover.map((_, k) => k === 0))
        }
      }),
      { numRuns: 25 },
    )
  })

  it('earn exactly nothing on prices that stay or are missing, whatever they are', () => {
    const random = randomInput(8)
    const adjVwap = random.adjVwap.map((_, cell) => random.adjVwap[cell % STOCKS])
    const input = { ...random, adjVwap, universe: random.universe.map(() => 1) }
    const { layers, benchmark } = walk(input)
    for (const { returns } of [...layers, benchmark]) expect(returns.every((value) => value === 0)).toBe(true)
  })

  it('end on the day asked for, and are the same up to it', () => {
    const input = { ...randomInput(3), testDates: [1, 6, 11] }
    const [whole, ended] = [walk(input), walk({ ...input, lastLayerDay: 17 })]
    expect(whole.returnDates).toHaveLength(DAYS - 3)
    expect(ended.returnDates).toEqual(whole.returnDates.slice(0, 15))
    ended.layers.forEach(({ returns, rebalances }, layer) => {
      expect(returns).toEqual(whole.layers[layer].returns.slice(0, 15))
      expect(rebalances).toEqual(whole.layers[layer].rebalances)
    })
    expect(ended.benchmark.returns).toEqual(whole.benchmark.returns.slice(0, 15))
  })
})
