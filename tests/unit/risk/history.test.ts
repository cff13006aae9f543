import { describe, expect, it } from 'vitest'
import { biasStatistic } from './bias.ts'
import { type DatedRiskModel, type RiskInputs, riskModels } from '../../../src-main/risk/history.ts'
import { portfolioVariance } from '../../../src-main/risk/portfolioVariance.ts'
import { riskSettings } from '../../../src-shared/domain/study.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { symmetricEigen } from '../../../src-shared/symmetricEigen.ts'
import { styleExposures } from '../../../src-main/risk/styles.ts'
import { otherFuture, reordered, simulatedMarket } from './simulatedMarket.ts'

const SETTINGS = riskSettings.parse({})
const STOCKS = 120
const small = simulatedMarket(1, { days: 320, stocks: STOCKS, industries: 6, gaps: true })
const at = (inputs: RiskInputs, days: number[], settings = SETTINGS): DatedRiskModel[] => [
  ...riskModels(inputs, settings, days),
]
const last = (inputs: RiskInputs, day = 319): DatedRiskModel => at(inputs, [day])[0]
const unshrunk = (inputs: RiskInputs) => at(inputs, [319], { ...SETTINGS, specificShrinkage: 0 })[0].model

describe('riskModels', () => {
  it('predict the variance that returns were drawn with, for active portfolios of every kind', () => {
    const stocks = 400
    const { inputs, variance } = simulatedMarket(2, { days: 700, stocks, industries: 8 })
    const [{ model, returnDays }] = at(inputs, [699], {
      ...SETTINGS,
      covarianceHalfLife: 500,
      specificHalfLife: 500,
    })
    expect(returnDays).toBe(504)
    const random = createRandom(4)
    const active = (weigh: (i: number) => number) => {
      const weights = Float64Array.from({ length: stocks }, (_, i) => weigh(i))
      const total = weights.reduce((sum, w) => sum + w, 0)
      return weights.map((w) => w / total - 1 / stocks)
    }
    const ratio = (weights: Float64Array) => Math.sqrt(portfolioVariance(model, weights) / variance(weights))
    for (let p = 0; p < 10; p++) {
      const ratioOfRandom = ratio(active(() => Number(random.uniform() < 0.1)))
      expect(ratioOfRandom).toBeGreaterThan(0.9)
      expect(ratioOfRandom).toBeLessThan(1.1)
    }
    for (let j = 0; j < 8; j++) {
      expect(ratio(active((i) => Number(i % 8 === j)))).toBeGreaterThan(0.85)
      expect(ratio(active((i) => Number(i % 8 === j)))).toBeLessThan(1.15)
    }
    const beta = model.factors.indexOf('style:beta')
    const high = active((i) => Number(model.exposure[i * model.factors.length + beta] > 1))
    expect(ratio(high)).toBeGreaterThan(0.8)
    expect(ratio(high)).toBeLessThan(1.2)
    const market = new Float64Array(stocks).fill(1 / stocks)
    expect(ratio(market)).toBeGreaterThan(0.85)
    expect(ratio(market)).toBeLessThan(1.15)
  })

  it('are right about the stocks of high beta before beta has 120 days of its own as well as after', () => {
    const stocks = 600
    const { inputs, variance } = simulatedMarket(3, { days: 191, stocks, industries: 4 })
    const days = [125, 150, 180, 190]
    const settings = { ...SETTINGS, covarianceHalfLife: 500, specificHalfLife: 500 }
    const exposures = [...styleExposures(inputs.panel, inputs.derived, inputs.estimation, days)]
    at(inputs, days, settings).forEach(({ day, model, returnDays }, k) => {
      const { exposure } = exposures[k].get('beta')!
      const best = Array.from(exposure.keys()).sort((i, j) => exposure[j] - exposure[i])
      const active = new Float64Array(stocks).fill(-1 / stocks)
      for (const i of best.slice(0, stocks / 5)) active[i] += 5 / stocks
      const ratio = Math.sqrt(portfolioVariance(model, active) / variance(active))
      expect(ratio, `day ${day}`).toBeGreaterThan(0.85)
      expect(ratio, `day ${day}`).toBeLessThan(1.15)
      // Beta is measured from day 63 on: what it earns begins a day later, and on day 183 it has its 120 days.
      const K = model.factors.length
      const between =
        model.covariance[model.factors.indexOf('style:beta') * K + model.factors.indexOf('style:size')]
      expect(between !== 0).toBe(day >= 183)
      // What momentum earns begins on day 148: 3 days are not enough, 33 are.
      expect(returnDays).toBe(day - (day < 157 ? 63 : 147))
    })
  })

  it('have correlations between styles that are measured from the same day on', () => {
    const { model } = last(small.inputs, 150)
    const K = model.factors.length
    const place = (style: string) => model.factors.indexOf(`style:${style}`)
    const between = (one: string, other: string) => model.covariance[place(one) * K + place(other)]
    expect(between('beta', 'residual_volatility')).not.toBe(0)
    for (const style of ['size', 'liquidity']) expect(between('beta', style)).toBe(0)
  })

  it('have industries, the unclassified and styles as factors, and every stock exactly one industry', () => {
    const { model, returnDays, stocks, withoutCap, fromBucket } = last(small.inputs)
    expect(model.factors).toEqual([
      ...['I00', 'I01', 'I02', 'I03', 'I04', 'I05'].map((name) => `industry:${name}`),
      'industry:unclassified',
      ...['size', 'beta', 'momentum', 'residual_volatility', 'liquidity'].map((name) => `style:${name}`),
    ])
    for (let i = 0; i < STOCKS; i++) {
      const own = [...model.exposure.subarray(i * 12, i * 12 + 7)]
      expect(own.filter((value) => value === 1)).toHaveLength(1)
      expect(own.filter((value) => value === 0)).toHaveLength(6)
      expect(own[i % 40 === 7 ? 6 : i % 6]).toBe(1)
    }
    // Momentum is measured from day 147 on, 126 days and a lag of 21 after the first return; its own returns begin a day later.
    expect(returnDays).toBe(319 - 147)
    expect(stocks).toBe(STOCKS)
    expect(withoutCap).toBe(0)
    expect(fromBucket).toBe(0)
  })

  it('count the stocks without a capitalisation', () => {
    const { panel } = small.inputs
    const bare = { ...panel, floatCap: panel.floatCap.map((cap, i) => (i % STOCKS < 7 ? NaN : cap)) }
    const estimation = small.inputs.estimation.map((is, i) => (i % STOCKS === 3 ? 0 : is))
    const { stocks, withoutCap } = last({ ...small.inputs, panel: bare, estimation })
    expect(stocks).toBe(STOCKS - 1)
    expect(withoutCap).toBe(6)
  })

  it('are symmetric, positive semidefinite and have risk in every stock', () => {
    for (const { model } of at(small.inputs, [150, 200, 319])) {
      const K = model.factors.length
      for (let i = 0; i < K; i++)
        for (let j = 0; j < K; j++) expect(model.covariance[i * K + j]).toBe(model.covariance[j * K + i])
      const { values } = symmetricEigen(model.covariance, K)
      expect(values[K - 1]).toBeGreaterThanOrEqual(0)
      expect(model.specific.every((value) => value > 0)).toBe(true)
    }
  })

  it('are the same whether days before were asked for or not, and do not change with what comes after', () => {
    const days = [160, 200, 240]
    const walked = at(small.inputs, days)
    days.forEach((day, k) => expect(last(small.inputs, day)).toEqual(walked[k]))
    expect(at(otherFuture(small.inputs, 240), days)).toEqual(walked)
  })

  it('stay with their stocks in any order of them', () => {
    const order = createRandom(6).permutation(STOCKS)
    const here = last(small.inputs).model
    const there = last(reordered(small.inputs, order)).model
    const K = here.factors.length
    expect(there.factors).toEqual(here.factors)
    there.covariance.forEach((value, k) => expect((value - here.covariance[k]) / 1e-4).toBeCloseTo(0, 8))
    there.specific.forEach((value, i) => expect(value / here.specific[order[i]]).toBeCloseTo(1, 8))
    order.forEach((from, i) => {
      for (let k = 0; k < K; k++)
        expect(there.exposure[i * K + k]).toBeCloseTo(here.exposure[from * K + k], 8)
    })
  })

  it('have no factor for an industry that lost its stocks, and one that moves with the market for one that just came', () => {
    const { inputs } = small
    const known = inputs.industries!
    const moved = (from: number, to: number, day: number): RiskInputs => ({
      ...inputs,
      industries: {
        ...known,
        at: (on) => {
          const industry = known.at(on)
          return on >= day ? industry.map((j) => (j === from ? to : j)) : industry
        },
      },
    })
    expect(last(moved(3, 2, 250)).model.factors).not.toContain('industry:I03')
    expect(last(moved(3, 2, 250)).model.factors).toContain('industry:I02')

    // Industry 3 has nobody until its stocks come back on the last day: until then it earned the market.
    const always = known.at(0)
    const comeback: RiskInputs = {
      ...inputs,
      industries: {
        ...known,
        at: (on) => (on === 319 ? always : always.map((j) => (j === 3 ? 2 : j))),
      },
    }
    const { model } = last(comeback)
    const K = model.factors.length
    const variance = (k: number) => model.covariance[k * K + k]
    expect(variance(3)).toBeGreaterThan(0)
    // Without an industry's own risk.
    for (const k of [0, 1, 2, 4, 5]) expect(variance(3)).toBeLessThan(variance(k))
  })

  it('have one market factor without a classification', () => {
    expect(last({ ...small.inputs, industries: null }).model.factors[0]).toBe('market')
    expect(last({ ...small.inputs, industries: null }).model.factors).toHaveLength(6)
  })

  it('know stocks outside the estimation universe, which move nothing', () => {
    const { panel } = small.inputs
    const outside = (scale: number): RiskInputs => ({
      ...small.inputs,
      estimation: small.inputs.estimation.map((_, k) => Number(k % STOCKS >= 5)),
      derived: {
        ...small.inputs.derived,
        returns: small.inputs.derived.returns.map((r, k) => (k % STOCKS < 5 ? scale * r : r)),
      },
    })
    const calm = unshrunk(outside(1))
    const wild = unshrunk(outside(3))
    expect(wild.covariance).toEqual(calm.covariance)
    expect(wild.specific.subarray(5)).toEqual(calm.specific.subarray(5))
    for (let i = 0; i < 5; i++) expect(wild.specific[i]).toBeGreaterThan(4 * calm.specific[i])
    const K = calm.factors.length
    const beta = calm.factors.indexOf('style:beta')
    expect(Math.abs(calm.exposure[beta])).toBeGreaterThan(0)
    expect(panel.symbols).toHaveLength(calm.exposure.length / K)
  })

  it('leave the first 60 days after a listing out of specific risk', () => {
    const listed = Int32Array.from(small.inputs.panel.listedAt, (day, i) => (i === 4 ? 100 : day))
    const { derived } = small.inputs
    const jump = (from: number, to: number): RiskInputs => ({
      ...small.inputs,
      panel: { ...small.inputs.panel, listedAt: listed },
      estimation: small.inputs.estimation.map((_, k) => Number(k % STOCKS !== 4)),
      derived: {
        ...derived,
        returns: derived.returns.map((r, k) => {
          const day = Math.floor(k / STOCKS)
          return k % STOCKS === 4 && day >= from && day < to ? r + 0.1 : r
        }),
      },
    })
    // What is left of the early jumps is their trace in exposures, momentum and volatility among them.
    const early = unshrunk(jump(101, 160)).specific[4]
    expect(early).toBeLessThan(0.2 * unshrunk(jump(160, 219)).specific[4])
  })

  it('need 120 days of factor returns', () => {
    // The first regression is of day 1.
    expect(() => last(small.inputs, 119)).toThrow(PlateauError)
    expect(() => last(small.inputs, 119)).toThrow(/2015-06-17 needs 120 days .* there are 119/)
    expect(last(small.inputs, 120).model.factors).toContain('style:size')
    expect(last(small.inputs, 120).model.factors).not.toContain('style:momentum')
    // Its 10 days begin on day 148.
    expect(last(small.inputs, 156).model.factors).not.toContain('style:momentum')
    expect(last(small.inputs, 157).model.factors).toContain('style:momentum')
  })
})

describe('biasStatistic', () => {
  it('is 1 within its band where the risk was right, and says by how much it was not', () => {
    const random = createRandom(7)
    const outcomes = Array.from({ length: 400 }, () => {
      const predicted = 0.01 * (1 + random.uniform())
      return { realised: predicted * random.normal(), predicted }
    })
    const right = biasStatistic(outcomes)
    expect(right.periods).toBe(400)
    expect(right.high).toBeCloseTo(1.0707, 4)
    expect(right.low).toBeCloseTo(0.9293, 4)
    expect(right.statistic).toBeGreaterThan(right.low)
    expect(right.statistic).toBeLessThan(right.high)
    const half = outcomes.map(({ realised, predicted }) => ({ realised, predicted: predicted / 2 }))
    expect(biasStatistic(half).statistic).toBeCloseTo(2 * right.statistic!, 10)
  })

  it('leaves out periods without risk, and is null under two', () => {
    const outcomes = [1, 2, 3].map((realised) => ({ realised, predicted: realised === 2 ? 0 : 1 }))
    expect(biasStatistic(outcomes)).toMatchObject({ statistic: Math.SQRT2, periods: 2 })
    expect(biasStatistic(outcomes.slice(0, 2)).statistic).toBeNull()
  })
})
