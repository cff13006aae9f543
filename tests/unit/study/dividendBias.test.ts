import { describe, expect, it } from 'vitest'
import type { Panel } from '../../../src-main/market/panel.ts'
import { dividendBias } from '../../../src-main/study/dividendBias.ts'

const NONE = Number.NaN

/** Two stocks on three days: the first pays 5 % on the second day, the second splits 2 for 1 on the third. */
const close = Float64Array.of(10, 20, 9.5, 20, 9.5, 10)
const factor = Float64Array.of(1, 1, 10 / 9.5, 1, 10 / 9.5, 2)
const panelOf = (preclose: Float64Array, factors: Float64Array = factor): Panel => ({
  dates: Int32Array.of(20240102, 20240103, 20240104),
  symbols: ['A', 'B'],
  open: close,
  high: close,
  low: close,
  close,
  preclose,
  volume: close,
  amount: close,
  factor: factors,
  floatCap: close,
  capGiven: new Uint8Array(6).fill(1),
  traded: new Uint8Array(6).fill(1),
  st: new Int8Array(6),
  listedAt: new Int32Array(2),
})
const bias = (preclose: Float64Array, factors?: Float64Array): number =>
  dividendBias(panelOf(preclose, factors), () => Float64Array.of(0.4, 0.6), [1, 2], 250)

describe('dividends that a price index leaves out', () => {
  const expected = (0.4 * 0.05 * 250) / 2

  it('are the drops to the official precloses, without those of splits', () => {
    expect(bias(Float64Array.of(NONE, NONE, 9.5, 20, 9.5, 10))).toBeCloseTo(expected, 12)
  })

  it('are the steps of the adjustment factor where there is no preclose', () => {
    expect(bias(new Float64Array(6).fill(NONE))).toBeCloseTo(expected, 12)
  })

  it('are none of a stock whose factor leaves them out: its holdings do not earn them either', () => {
    expect(bias(Float64Array.of(NONE, NONE, 9.5, 20, 9.5, 10), new Float64Array(6).fill(1))).toBe(0)
  })

  it('go by the preclose where both are known', () => {
    expect(bias(Float64Array.of(NONE, NONE, 9.8, 20, 9.5, 10))).toBeCloseTo((0.4 * 0.02 * 250) / 2, 12)
  })
})
