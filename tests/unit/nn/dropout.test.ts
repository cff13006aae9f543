import { describe, expect, it } from 'vitest'
import { dropoutDraw, dropoutKey, dropoutThreshold } from '../../../src-main/nn/dropout.ts'

const range = (length: number): number[] => Array.from({ length }, (_, i) => i)
const DRAWS = 200_000

/** Which of the elements 0, 1, ... a mask drops. */
function maskOf(seed: number, layer: number, rate: number): boolean[] {
  const [key, threshold] = [dropoutKey(seed, layer), dropoutThreshold(rate)]
  return range(DRAWS).map((index) => dropoutDraw(key, index) < threshold)
}

/** A share of `DRAWS` independent draws of this probability: within four standard deviations. */
function expectShare(share: number, probability: number): void {
  const deviation = Math.sqrt((probability * (1 - probability)) / DRAWS)
  expect(Math.abs(share - probability)).toBeLessThan(4 * deviation)
}

const shareOf = (mask: boolean[]): number => mask.filter(Boolean).length / mask.length

describe('the dropout mask', () => {
  it('is that of lowbias32 in any language', () => {
    // Computed with Python's integers: key = mix(seed + (layer + 1) 0x9e3779b9), draw = mix(mix(index ^ key) + key).
    const indices = [0, 1, 2, 1_000_003, 2 ** 32 - 1]
    const known: [seed: number, layer: number, key: number, draws: number[]][] = [
      [0, 0, 33350994, [632013150, 1092597679, 3947725486, 712105082, 3347798959]],
      [0, 1, 83415710, [870610294, 368117577, 4074995693, 1255075536, 4212282937]],
      [1, 0, 2672842292, [1242376808, 3691495742, 456547297, 4260306192, 2748551049]],
      [12345, 0, 1084875187, [2689174796, 3189934112, 901259372, 2636953929, 3140770446]],
      [12345, 2, 3640002105, [967953108, 3459037057, 3784324039, 2563005491, 125767617]],
      [2 ** 32 - 1, 1, 538578972, [2526499205, 534932260, 1299748304, 2301027969, 1559198455]],
    ]
    for (const [seed, layer, key, draws] of known) {
      expect(dropoutKey(seed, layer)).toBe(key)
      expect(indices.map((index) => dropoutDraw(key, index))).toEqual(draws)
    }
  })

  it('has uniform draws', () => {
    const key = dropoutKey(3, 0)
    const draws = range(DRAWS).map((index) => dropoutDraw(key, index))
    for (const shift of [0, 12, 24]) {
      const counts = new Float64Array(256)
      for (const draw of draws) counts[(draw >>> shift) & 255]++
      const expected = DRAWS / 256
      const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
      // 255 degrees of freedom: mean 255, standard deviation sqrt(510).
      expect(Math.abs(chiSquare - 255)).toBeLessThan(5 * Math.sqrt(510))
    }
  })

  it.each([0.01, 0.1, 0.3, 0.5, 0.9, 0.999])('drops the share %f', (rate) => {
    for (const seed of [0, 1, 77, 2 ** 32 - 1]) expectShare(shareOf(maskOf(seed, 0, rate)), rate)
  })

  it('drops neighbours, other layers and other seeds independently', () => {
    const rate = 0.3
    const mask = maskOf(5, 0, rate)
    const jointly = (other: boolean[]) => shareOf(mask.map((dropped, i) => dropped && other[i]))
    // The next unit, unit 64 of the next step, and what is one bit of the index away.
    for (const offset of [1, 2, 64, 640, 1024, 65_536])
      expectShare(jointly([...mask.slice(offset), ...mask.slice(0, offset)]), rate ** 2)
    for (const layer of [1, 2]) expectShare(jointly(maskOf(5, layer, rate)), rate ** 2)
    for (const seed of [0, 4, 6, 7, 13, 5 + 2 ** 31]) expectShare(jointly(maskOf(seed, 0, rate)), rate ** 2)
  })

  it('has another key for every seed and layer', () => {
    const keys = range(3).flatMap((layer) => range(1000).map((seed) => dropoutKey(seed, layer)))
    expect(new Set(keys).size).toBe(3000)
  })

  it('has a threshold for every rate from 0 to below 1', () => {
    expect(dropoutThreshold(0)).toBe(0)
    expect(dropoutThreshold(0.25)).toBe(2 ** 30)
    expect(dropoutThreshold(0.1)).toBe(429_496_729)
    expect(dropoutThreshold(1 - Number.EPSILON)).toBe(2 ** 32 - 1)
    for (const rate of [1, 1.5, -0.1, NaN])
      expect(() => dropoutThreshold(rate)).toThrow(expect.objectContaining({ code: 'usage' }))
  })
})
