import { describe, expect, it } from 'vitest'
import { symmetricEigen } from '../../../src-shared/symmetricEigen.ts'
import { inner, randomVector } from '../landscape/surfaces.ts'

describe('symmetricEigen', () => {
  it.each([1, 2, 3, 10, 40])('decomposes random symmetric matrices of %i rows', (n) => {
    const random = randomVector(n, n * n)
    const matrix = random.map((_, at) => random[at] + random[(at % n) * n + Math.floor(at / n)])
    const { values, vectors } = symmetricEigen(matrix, n)
    expect([...values]).toEqual([...values].sort((a, b) => b - a))
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const between = inner(row(vectors, i, n), row(vectors, j, n))
        expect(between).toBeCloseTo(i === j ? 1 : 0, 12)
        let rebuilt = 0
        for (let k = 0; k < n; k++) rebuilt += values[k] * vectors[k * n + i] * vectors[k * n + j]
        expect(rebuilt).toBeCloseTo(matrix[i * n + j], 11)
      }
    }
  })

  it('finds equal, zero and negative eigenvalues', () => {
    expect([...symmetricEigen(new Float64Array(9), 3).values]).toEqual([0, 0, 0])
    expect([...symmetricEigen(Float64Array.of(2, 0, 0, 2), 2).values]).toEqual([2, 2])
    const { values } = symmetricEigen(Float64Array.of(0, 1, 1, 0), 2)
    expect(values[0]).toBeCloseTo(1, 15)
    expect(values[1]).toBeCloseTo(-1, 15)
  })

  it('ends on numbers that are not finite', () => {
    expect([...symmetricEigen(Float64Array.of(NaN, NaN, NaN, NaN), 2).values]).toEqual([NaN, NaN])
  })
})

const row = (matrix: Float64Array, i: number, n: number) => matrix.subarray(i * n, (i + 1) * n)
