import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { carryFloatCaps } from '../../../src-main/market/floatCaps.ts'

const NONE = Number.NaN

interface Day {
  readonly close: number
  readonly factor?: number
  readonly traded?: boolean
  readonly cap?: number
}

/** The caps of one stock after carrying. */
const carried = (days: readonly Day[]): number[] => [...filled(days).floatCap]

function filled(days: readonly Day[]) {
  const capGiven = new Uint8Array(days.length)
  const floatCap = Float64Array.from(days, ({ cap }) => cap ?? NONE)
  carryFloatCaps({
    symbols: ['A'],
    close: Float64Array.from(days, ({ close }) => close),
    factor: Float64Array.from(days, ({ factor }) => factor ?? 1),
    traded: Uint8Array.from(days, ({ traded }) => (traded === false ? 0 : 1)),
    floatCap,
    capGiven,
  })
  return { floatCap, capGiven }
}

describe('a float capitalisation', () => {
  it('moves with the price over days without one, and not over days without trade', () => {
    expect(
      carried([
        { close: 9 },
        { close: 10, cap: 100 },
        { close: 12 },
        { close: NONE, traded: false },
        { close: 99, traded: false },
        { close: 11 },
        { close: 11, cap: 140 },
        { close: 22 },
      ]),
    ).toEqual([NONE, 100, 120, 120, 120, 110, 140, 280])
  })

  it('is known to be given or carried', () => {
    const days = [{ close: 9 }, { close: 10, cap: 100 }, { close: 12 }, { close: 11, cap: 140 }]
    expect([...filled(days).capGiven]).toEqual([0, 1, 0, 1])
  })

  it('stays over a split, which lowers the price and adds shares', () => {
    expect(
      carried([
        { close: 10, cap: 100 },
        { close: 5, factor: 2 },
        { close: 6, factor: 2 },
      ]),
    ).toEqual([100, 100, 120])
    // The split falls in a suspension: its new price is not known before the next trade.
    expect(
      carried([
        { close: 10, cap: 100 },
        { close: 10, factor: 2, traded: false },
        { close: 6, factor: 2 },
      ]),
    ).toEqual([100, 100, 120])
  })

  it('of a day without trade goes with the price before it, and of one before the first trade with that', () => {
    expect(carried([{ close: 10 }, { close: 10, traded: false, cap: 100 }, { close: 11 }]).slice(1)).toEqual([
      100, 110,
    ])
    expect(
      carried([
        { close: NONE, traded: false, cap: 100 },
        { close: NONE, traded: false },
        { close: 8 },
        { close: 4 },
      ]),
    ).toEqual([100, 100, 100, 50])
  })

  it('is float shares x close again wherever the shares stay, whatever days have none', () => {
    const day = fc.record({
      close: fc.double({ min: 1, max: 100, noNaN: true }),
      traded: fc.boolean(),
      given: fc.boolean(),
    })
    fc.assert(
      fc.property(
        fc.array(day, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 9 }),
        (days, split) => {
          let last = NONE
          const market = days.map(({ close, traded, given }, t) => {
            // From the middle on every share is `split` of them.
            const factor = t < days.length / 2 ? 1 : split
            if (traded) last = close
            return {
              close: close / factor,
              factor,
              traded,
              cap: given ? 1e6 * last : NONE,
              expected: 1e6 * last,
            }
          })
          let known = false
          carried(market).forEach((cap, t) => {
            known ||= market[t].cap > 0
            if (known) expect(cap / market[t].expected).toBeCloseTo(1, 12)
            else expect(cap).toBeNaN()
          })
        },
      ),
      { numRuns: 200 },
    )
  })
})
