import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom, fillNormal, randomOf, seedRandom } from '../../../src-shared/random.ts'

describe('createRandom', () => {
  // Studies are reproducible from their seeds: these numbers are those of every version.
  it.each([
    {
      seed: 0,
      stream: 0,
      uniform: [0.8467216826975346, 0.4814060633070767, 0.041273417649790645],
      normal: [0.34433210797633623, 0.5201750500291493, -1.1858086105996648],
      below: [3, 685, 1637718196],
      permutation: [5, 7, 1, 0, 2, 4, 6, 3],
    },
    {
      seed: 1,
      stream: 0,
      uniform: [0.5599506199359894, 0.4089827963616699, 0.11718338704667985],
      normal: [-0.9071171271029004, -0.2680008914083371, 0.5434660851881389],
      below: [3, 848, 67107902],
      permutation: [4, 1, 0, 2, 7, 6, 5, 3],
    },
    {
      seed: 20240131,
      stream: 2,
      uniform: [0.27754716761410236, 0.6169079123064876, 0.3849433227442205],
      normal: [1.231358309901646, 0.21676393115077963, 0.5090119387206349],
      below: [4, 736, 4053545359],
      permutation: [4, 7, 5, 3, 1, 0, 2, 6],
    },
    {
      seed: -7,
      stream: 4,
      uniform: [0.42505130637437105, 0.9685124142561108, 0.6138297060970217],
      normal: [0.03729233407552907, -0.6821406462316824, 1.2841708678290602],
      below: [2, 434, 1313771248],
      permutation: [0, 7, 5, 1, 2, 3, 4, 6],
    },
  ])('draws the numbers it has always drawn: seed $seed, stream $stream', (expected) => {
    const random = createRandom(expected.seed, expected.stream)
    expect(expected.uniform.map(() => random.uniform())).toEqual(expected.uniform)
    expect(expected.normal.map(() => random.normal())).toEqual(expected.normal)
    expect([10, 1000, 2 ** 32].map((n) => random.below(n))).toEqual(expected.below)
    expect([...random.permutation(8)]).toEqual(expected.permutation)
  })

  it('moves on a state that can be copied, but for the second normal of a pair', () => {
    const state = seedRandom(3, 1)
    const random = randomOf(state)
    random.uniform()
    const copy = state.slice()
    const following = Array.from({ length: 5 }, () => random.uniform())
    const again = randomOf(copy)
    expect(Array.from({ length: 5 }, () => again.uniform())).toEqual(following)
    expect(copy).toEqual(state)

    random.normal()
    const between = state.slice()
    const second = random.normal()
    expect(state).toEqual(between)
    expect(randomOf(between).normal()).not.toBe(second)
  })

  it('has a stream of its own for every use of a seed', () => {
    const firsts = Array.from({ length: 50 }, (_, at) => createRandom(at % 5, Math.floor(at / 5)).uniform())
    expect(new Set(firsts).size).toBe(50)
  })
})

describe('fillNormal', () => {
  // Twenty passes over a million: what happens beyond 4 shows in thousands only.
  const [PASSES, LENGTH] = [20, 1_000_000]
  const COUNT = PASSES * LENGTH
  const [BINS, WIDTH, LEAST] = [200, 0.05, -5]
  const counts = new Float64Array(BINS)
  const sums = new Float64Array(4)
  const products = new Float64Array(4)
  const sample = new Float64Array(LENGTH)
  const state = seedRandom(11)
  for (let pass = 0; pass < PASSES; pass++) {
    fillNormal(state, sample)
    for (let i = 0; i < LENGTH; i++) {
      const x = sample[i]
      sums[0] += x
      sums[1] += x * x
      sums[2] += x * x * x
      sums[3] += x * x * x * x
      for (let lag = 1; lag <= products.length; lag++) if (i >= lag) products[lag - 1] += x * sample[i - lag]
      // What lies beyond the bins counts in the outermost.
      counts[Math.max(0, Math.min(BINS - 1, Math.floor((x - LEAST) / WIDTH)))]++
    }
  }
  /** Of a mean of the sample, in deviations of one draw. */
  const FIVE_DEVIATIONS = 5 / Math.sqrt(COUNT)

  // Runs go on from their seeds and checkpoints: these numbers, too, are those of every version.
  it('draws the numbers it has always drawn', () => {
    const drawn = new Float64Array(6)
    fillNormal(seedRandom(20240131, 4), drawn)
    expect([...drawn]).toEqual([
      0.47372251169866225, -1.198284257840623, -0.3163116687874642, -2.119085330527502, -0.2587908129605849,
      -0.5875172812599231,
    ])
  })

  it('has the moments of a standard normal', () => {
    // Means 0, 1, 0 and 3 of x, x^2, x^3 and x^4; their variances are 1, 2, 15 and 96.
    const moments = [
      [0, 1],
      [1, 2],
      [0, 15],
      [3, 96],
    ]
    moments.forEach(([expected, variance], at) =>
      expect(Math.abs(sums[at] / COUNT - expected)).toBeLessThan(FIVE_DEVIATIONS * Math.sqrt(variance)),
    )
  })

  it('falls into two hundred bins as a standard normal does', () => {
    // Shares by Simpson's rule; the outermost have half of what is beyond 4.95 (in all 7.4e-7) each.
    const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
    let squared = 0
    for (let bin = 0; bin < BINS; bin++) {
      const from = LEAST + bin * WIDTH
      const share =
        bin === 0 || bin === BINS - 1
          ? 7.42e-7 / 2
          : (WIDTH / 6) * (density(from) + 4 * density(from + WIDTH / 2) + density(from + WIDTH))
      squared += (counts[bin] - COUNT * share) ** 2 / (COUNT * share)
    }
    // Chi-squared with about two hundred degrees of freedom: mean 200, deviation 20.
    expect(squared).toBeLessThan(200 + 5 * 20)
  })

  it.each([
    // P(x > z): within the layers, beyond the last of them (3.654), and where only its tail reaches.
    [0.5, 0.3085375387259869],
    [2, 0.02275013194817921],
    [3.5, 2.3262907903552504e-4],
    [3.7, 1.0779973347738824e-4],
    [4, 3.167124183311992e-5],
    [4.5, 3.3976731247300535e-6],
  ])('is beyond %f as often as a standard normal, on either side', (z, share) => {
    const bins = Math.round((-LEAST - z) / WIDTH)
    const sum = (from: number, to: number): number => counts.subarray(from, to).reduce((a, b) => a + b, 0)
    const most = FIVE_DEVIATIONS * Math.sqrt(share * (1 - share))
    expect(Math.abs(sum(0, bins) / COUNT - share)).toBeLessThan(most)
    expect(Math.abs(sum(BINS - bins, BINS) / COUNT - share)).toBeLessThan(most)
  })

  it('has no memory from one draw to the next', () => {
    for (const product of products) expect(Math.abs(product / COUNT)).toBeLessThan(FIVE_DEVIATIONS)
  })

  it('takes 32 bits a number, of the stream that other numbers are drawn from, and more for a few', () => {
    let more = 0
    for (let seed = 0; seed < 2000; seed++) {
      const moved = seedRandom(seed)
      fillNormal(moved, new Float64Array(1))
      const other = seedRandom(seed)
      const { uniform } = randomOf(other)
      let taken = 0
      do uniform()
      while (++taken < 20 && other.some((word, at) => word !== moved[at]))
      expect(taken).toBeLessThan(20)
      if (taken > 1) more++
    }
    expect(more).toBeGreaterThan(0)
    expect(more).toBeLessThan(0.03 * 2000)
  })

  it('fills in parts what it fills at once, and leaves the same state', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.nat(2000), { maxLength: 6 }), (seed, lengths) => {
        const whole = new Float64Array(lengths.reduce((sum, length) => sum + length, 0))
        const state = seedRandom(seed)
        fillNormal(state, whole)
        const inParts = new Float64Array(whole.length)
        const other = seedRandom(seed)
        let from = 0
        for (const length of lengths) {
          fillNormal(other, inParts.subarray(from, from + length))
          from += length
        }
        expect(inParts).toEqual(whole)
        expect(other).toEqual(state)
      }),
    )
  })

  it('starts again from a copied state', () => {
    const state = seedRandom(5)
    fillNormal(state, new Float64Array(999))
    const copy = state.slice()
    const [one, other] = [new Float64Array(5000), new Float64Array(5000)]
    fillNormal(state, one)
    fillNormal(copy, other)
    expect(other).toEqual(one)
    expect(copy).toEqual(state)
    fillNormal(state, other)
    expect(other).not.toEqual(one)
  })
})
