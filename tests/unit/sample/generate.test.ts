import { describe, expect, it } from 'vitest'
import { derive } from '../../../src-main/market/derive.ts'
import { limitPercent, limitPrices, toCents } from '../../../src-main/market/limits.ts'
import { generate } from '../../../src-main/sample/generate.ts'
import { shippedRecipe } from '../../../src-main/sample/recipe.ts'
import { SIGNAL_HORIZON } from '../../../src-main/sample/simulate.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { spearman } from '../../../src-shared/statistics.ts'

const recipe = shippedRecipe()
const market = generate(recipe)
const { panel } = market
const width = panel.symbols.length
const days = panel.dates.length
const derived = derive(panel, 'typical')

/** Calls `visit` with every bar of every stock in order of date, and the bar before it. */
function eachBar(visit: (at: number, before: number | null, t: number, i: number) => void): void {
  for (let i = 0; i < width; i++) {
    let before: number | null = null
    for (let t = Math.max(0, panel.listedAt[i]); t < days; t++) {
      const at = t * width + i
      visit(at, before, t, i)
      before = at
    }
  }
}

describe('synthetic bars', () => {
  it('carry codes that no exchange has given out and names that say they are synthetic', () => {
    expect(width).toBe(360)
    for (const { symbol, name } of market.listings) {
      expect(symbol).toMatch(/^(609\d{3}\.SH|6895\d{2}\.SH|009\d{3}\.SZ|309\d{3}\.SZ)$/)
      expect(name).toMatch(/^合成\d{3}$/)
    }
    expect(panel.symbols).toEqual([...panel.symbols].sort())
  })

  it('have low <= open, close, vwap <= high on whole cents within the limits', () => {
    const wrong: string[] = []
    eachBar((at, _before, t, i) => {
      const label = `${panel.symbols[i]} ${panel.dates[t]}`
      const prices = [panel.open[at], panel.high[at], panel.low[at], panel.close[at], panel.preclose[at]]
      if (prices.some((price) => !(price > 0) || toCents(price) / 100 !== price)) wrong.push(`${label}: tick`)
      const [low, high] = [panel.low[at], panel.high[at]]
      if ([panel.open[at], panel.close[at]].some((price) => price < low || price > high))
        wrong.push(`${label}: range`)
      if (panel.traded[at] === 0) {
        if (panel.volume[at] !== 0 || high !== low) wrong.push(`${label}: suspended`)
        return
      }
      const vwap = panel.amount[at] / panel.volume[at]
      if (vwap < low - 1e-9 || vwap > high + 1e-9) wrong.push(`${label}: vwap`)
      if (panel.listedAt[i] === t) return
      const percent = limitPercent(panel.symbols[i], panel.dates[t], panel.st[at] === 1) ?? NaN
      const { upCents, downCents } = limitPrices(toCents(panel.preclose[at]), percent)
      if (toCents(high) > upCents || toCents(low) < downCents) wrong.push(`${label}: limit`)
    })
    expect(wrong).toEqual([])
  })

  it('chain by factor: adjusted close over adjusted previous close is close over preclose', () => {
    let exRights = 0
    let worst = 0
    eachBar((at, before) => {
      if (before === null) return
      if (panel.factor[at] !== panel.factor[before]) exRights++
      const byFactor = (panel.preclose[at] * panel.factor[at]) / (panel.close[before] * panel.factor[before])
      worst = Math.max(worst, Math.abs(byFactor - 1))
    })
    // The factor is published to 8 decimals.
    expect(worst).toBeLessThan(2e-8)
    expect(exRights).toBeGreaterThan(500)
  })

  it('hold what an importer and a backtest must cope with', () => {
    const count = (flags: Uint8Array) => flags.reduce((sum, flag) => sum + flag, 0)
    expect(count(derived.limitUp)).toBeGreaterThan(500)
    expect(count(derived.limitDown)).toBeGreaterThan(500)
    expect(count(derived.oneWordUp)).toBeGreaterThan(50)
    expect(count(derived.oneWordDown)).toBeGreaterThan(50)
    expect(derived.vwapStandInShare).toBeGreaterThan(0.001)
    let suspended = 0
    let st = 0
    let unlisted = 0
    let beyondTenPercent = 0
    eachBar((at, _before, t, i) => {
      suspended += 1 - panel.traded[at]
      st += panel.st[at]
      if (panel.listedAt[i] === t) unlisted++
      const move = panel.close[at] / panel.preclose[at] - 1
      if (panel.listedAt[i] !== t && move > 0.11) beyondTenPercent++
    })
    expect(suspended).toBeGreaterThan(1000)
    expect(st).toBeGreaterThan(1000)
    expect(unlisted).toBeGreaterThan(50)
    expect(beyondTenPercent).toBeGreaterThan(5)
  })
})

describe('synthetic indices', () => {
  it.each(market.indices)('$symbol has a full set of listed, non-ST members at each review', (index) => {
    const definition = recipe.indices.find((d) => d.symbol === index.symbol)
    for (let t = 0; t < days; t++) {
      const date = panel.dates[t]
      const members = index.membership.filter(({ from, to }) => from <= date && (to === null || date < to))
      expect(members.length).toBe(definition?.members)
      expect(new Set(members.map((m) => m.stock)).size).toBe(members.length)
      for (const { stock, from } of members) {
        if (from !== date || t === 0) continue
        expect(panel.st[(t - 1) * width + stock]).toBe(0)
        if (panel.listedAt[stock] >= 0) expect(t - panel.listedAt[stock]).toBeGreaterThanOrEqual(60)
      }
    }
    expect(index.membership.filter((stay) => stay.to !== null).length).toBeGreaterThan(20)
  })

  it.each(market.indices)('$symbol publishes monthly weights of its members that sum to one', (index) => {
    expect(index.weights.length).toBe(72)
    for (const { date, members } of index.weights) {
      expect([...members.values()].reduce((sum, weight) => sum + weight, 0)).toBe(1_000_000)
      const current = index.membership.filter(({ from, to }) => from <= date && (to === null || date < to))
      expect([...members.keys()].toSorted((a, b) => a - b)).toEqual(
        current.map((stay) => stay.stock).toSorted((a, b) => a - b),
      )
    }
  })

  it('returns what its published weights earn in price on the next day', () => {
    const [index] = market.indices
    let compared = 0
    for (const { date, members } of index.weights) {
      const t = panel.dates.indexOf(date)
      if (t + 1 >= days) continue
      let expected = 0
      for (const [stock, weight] of members) {
        const at = t * width + stock
        // Float cap is in whole currency units: its ratio is the price return with splits undone.
        expected += (weight / 1e6) * (panel.floatCap[at + width] / panel.floatCap[at])
      }
      expect(index.close[t + 1] / index.close[t]).toBeCloseTo(expected, 6)
      compared++
    }
    expect(compared).toBe(71)
  })
})

describe('planted patterns', () => {
  /** Mean over every fifth day of the rank correlation of a signal with the return from vwap(t+1) to vwap(t+1+horizon). */
  const rankIc = (signalAt: (t: number, i: number) => number): number => {
    const ics: number[] = []
    for (let t = 60; t + 1 + SIGNAL_HORIZON < days; t += 5) {
      const signal: number[] = []
      const realised: number[] = []
      for (let i = 0; i < width; i++) {
        const value = signalAt(t, i)
        const entry = derived.adjVwap[(t + 1) * width + i]
        const exit = derived.adjVwap[(t + 1 + SIGNAL_HORIZON) * width + i]
        if (Number.isNaN(value) || Number.isNaN(entry) || Number.isNaN(exit)) continue
        signal.push(value)
        realised.push(exit / entry - 1)
      }
      ics.push(spearman(signal, realised) ?? NaN)
    }
    return ics.reduce((sum, ic) => sum + ic, 0) / ics.length
  }

  it('foresee ten-day returns with a RankIC between 0.08 and 0.12', () => {
    const value = rankIc((t, i) => market.signal[t * width + i])
    expect(value).toBeGreaterThan(0.08)
    expect(value).toBeLessThan(0.12)
  })

  it('say nothing about other stocks', () => {
    const other = createRandom(1).permutation(width)
    expect(Math.abs(rankIc((t, i) => market.signal[t * width + other[i]]))).toBeLessThan(0.015)
  })

  it('vanish with their strength', () => {
    const { daily, weekly } = recipe.patterns
    const flat = generate({
      ...recipe,
      patterns: {
        ...recipe.patterns,
        daily: { ...daily, strength: 0 },
        weekly: { ...weekly, strength: 0 },
      },
    })
    expect(flat.signal.every((value) => Number.isNaN(value) || value === 0)).toBe(true)
    expect(flat.panel.close).not.toEqual(panel.close)
  })
})

describe('generate', () => {
  it('gives equal markets for equal recipes and another one for another seed', () => {
    expect(generate(shippedRecipe())).toEqual(market)
    const other = generate({ ...recipe, seed: recipe.seed + 1 })
    expect(other.panel.close).not.toEqual(panel.close)
  })
})
