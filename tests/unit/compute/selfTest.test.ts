import { describe, expect, it } from 'vitest'
import { CATALOGUE } from '../../../src-main/compute/catalogue.ts'
import {
  gradientError,
  GRADIENT_TOLERANCE,
  oracleError,
  TEST_MODEL,
} from '../../../src-main/compute/selfTest.ts'
import type { Engine } from '../../../src-main/nn/engine.ts'
import { createReferenceEngine } from '../../../src-main/nn/engines/reference/engine.ts'
import { gruLayout } from '../../../src-main/nn/layout.ts'

/** The reference engine with one gradient component changed. */
function spoilt(change: (gradient: Float64Array) => void): Engine {
  const engine = createReferenceEngine(TEST_MODEL)
  return {
    ...engine,
    async lossAndGradient(weights, handle, options) {
      const answer = await engine.lossAndGradient(weights, handle, options)
      change(answer.gradient)
      return answer
    },
  }
}

describe('the self-test', () => {
  it('finds no error in the oracle, and the oracle right about its loss', async () => {
    expect(await gradientError(createReferenceEngine(TEST_MODEL))).toBe(0)
    expect(await oracleError()).toBeLessThan(1e-6)
  })

  it('is the largest deviation over the largest component', async () => {
    let largest = 0
    const shifted = spoilt((gradient) => {
      largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      gradient[gruLayout(TEST_MODEL).size - 2] += 0.01 * largest
    })
    expect(await gradientError(shifted)).toBeCloseTo(0.01, 10)
  })

  it('meets what an engine does for many stocks or for few alone, and what it drops', async () => {
    const wrongWhere = (wrong: (stocks: number, dropoutSeed: number | undefined) => boolean): Engine => {
      const engine = createReferenceEngine(TEST_MODEL)
      return {
        ...engine,
        async lossAndGradient(weights, handle, options) {
          const answer = await engine.lossAndGradient(weights, handle, options)
          return wrong(handle.stocks, options?.dropoutSeed)
            ? { ...answer, gradient: answer.gradient.map((value) => 1.01 * value) }
            : answer
        },
      }
    }
    for (const wrong of [
      (stocks: number) => stocks > 256,
      (stocks: number) => stocks <= 256,
      (_: number, seed: number | undefined) => seed !== undefined,
    ])
      expect(await gradientError(wrongWhere(wrong))).toBeCloseTo(0.01, 10)
  })

  it('never passes a gradient that is not a number', async () => {
    for (const at of [0, gruLayout(TEST_MODEL).size - 1]) {
      const error = await gradientError(spoilt((gradient) => (gradient[at] = NaN)))
      expect(error <= GRADIENT_TOLERANCE).toBe(false)
    }
  })

  it('holds for every engine that is there', async () => {
    for (const source of CATALOGUE) {
      const finding = await source.find()
      if (!finding.available) continue
      const engine = await finding.open(TEST_MODEL, {})
      expect(engine.name).toBe(source.name)
      expect(await gradientError(engine), source.name).toBeLessThanOrEqual(GRADIENT_TOLERANCE)
      engine.close()
    }
  })
})
