import { describe, expect, it } from 'vitest'
import { studentTProbability, studentTQuantile } from '../../../src-main/portfolio/studentT.ts'

describe('the quantile of Student’s t', () => {
  it.each([
    // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
    [0.975, 2, 4.303],
    [0.975, 4, 2.776],
    [0.975, 11, 2.201],
    [0.975, 35, 2.03],
    [0.995, 5, 4.032],
    [0.9, 100, 1.29],
  ])('p %d with %d degrees is that of the tables', (p, degrees, value) => {
    expect(studentTQuantile(p, degrees)).toBeCloseTo(value, 3)
  })

  it('is exact where there is a closed form', () => {
    for (const p of [0.6, 0.9, 0.975, 0.9999]) {
      // One degree: Cauchy. Two: t = a sqrt(2 / (1 - a^2)), a = 2p - 1.
      expect(studentTQuantile(p, 1) / Math.tan(Math.PI * (p - 0.5))).toBeCloseTo(1, 10)
      const a = 2 * p - 1
      expect(studentTQuantile(p, 2) / (a * Math.sqrt(2 / (1 - a * a)))).toBeCloseTo(1, 10)
    }
  })

  it('is the inverse of the probability, odd about one half, and the normal one for many degrees', () => {
    for (const degrees of [1, 3, 7.5, 40, 1e6])
      for (const p of [0.51, 0.7, 0.975, 0.999])
        expect(studentTProbability(studentTQuantile(p, degrees), degrees)).toBeCloseTo(
          p,
          degrees > 100 ? 8 : 12,
        )
    expect(studentTQuantile(0.5, 3)).toBe(0)
    expect(studentTQuantile(0.025, 9)).toBe(-studentTQuantile(0.975, 9))
    expect(studentTQuantile(0.975, 1e7)).toBeCloseTo(1.959964, 5)
  })
})
