import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lowerBound } from '../../../src-shared/sorted.ts'

describe('lowerBound', () => {
  it('counts the smaller values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 })),
        fc.integer({ min: -10, max: 10 }),
        (values, x) => {
          const smaller = values.filter((value) => value < x).length
          expect(lowerBound(Int32Array.from(values).sort(), x)).toBe(smaller)
        },
      ),
    )
  })
})
