import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addColumnSums,
  addProduct,
  addTransposedProduct,
  fillRows,
  transpose,
} from '../../../src-main/nn/engines/reference/kernels.ts'
import { createRandom } from '../../../src-shared/random.ts'

const length = fc.integer({ min: 1, max: 13 })
const offset = fc.integer({ min: 0, max: 5 })

describe('matrix kernels', () => {
  it('add products of any shape at any offset and touch nothing else', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.tuple(length, length, length),
        fc.tuple(offset, offset, offset),
        (seed, [rows, columns, depth], [cAt, aAt, bAt]) => {
          const random = createRandom(seed)
          const normals = (size: number) => Float64Array.from({ length: size + 9 }, () => random.normal())
          const a = normals(rows * depth)
          const b = normals(depth * columns)
          const before = normals(rows * columns)
          const expectedSum = (i: number, j: number, at: (l: number) => number) => {
            let sum = 0
            for (let l = 0; l < depth; l++) sum += at(l) * b[bAt + l * columns + j]
            return before[cAt + i * columns + j] + sum
          }
          const expected = (at: (i: number, l: number) => number) =>
            before.map((value, position) => {
              const i = Math.floor((position - cAt) / columns)
              const inside = position >= cAt && i < rows
              return inside ? expectedSum(i, (position - cAt) % columns, (l) => at(i, l)) : value
            })

          const product = before.slice()
          addProduct(product, cAt, a, aAt, b, bAt, rows, columns, depth)
          expect(product).toEqual(expected((i, l) => a[aAt + i * depth + l]))
          const transposed = before.slice()
          addTransposedProduct(transposed, cAt, a, aAt, b, bAt, rows, columns, depth)
          expect(transposed).toEqual(expected((i, l) => a[aAt + l * rows + i]))
        },
      ),
    )
  })

  it('transpose, repeat a row, and sum columns', () => {
    const source = Float64Array.of(9, 1, 2, 3, 4, 5, 6)
    const target = new Float64Array(6)
    transpose(target, source, 1, 2, 3)
    expect([...target]).toEqual([1, 4, 2, 5, 3, 6])

    const rows = new Float64Array(10).fill(7)
    fillRows(rows, source, 5, 4, 2)
    expect([...rows]).toEqual([5, 6, 5, 6, 5, 6, 5, 6, 7, 7])

    const sums = Float64Array.of(100, 10, 20, 30)
    addColumnSums(sums, 1, target, 2, 3)
    expect([...sums]).toEqual([100, 10 + 1 + 5, 20 + 4 + 3, 30 + 2 + 6])
  })
})
