import { describe, expect, it } from 'vitest'
import { enhance } from '../../../src-main/portfolio/enhance.ts'
import type { EnhancementProblem } from '../../../src-main/portfolio/enhancementProblem.ts'
import { obstacles } from '../../../src-main/portfolio/unreachable.ts'
import { type ErrorWords, PlateauError } from '../../../src-shared/errors.ts'
import { limits, small } from './rebalances.ts'

const NONE = Number.NaN
const band = { ...limits, stockActiveMax: 0.1 }
/** `sold`: the stocks of the list `sell`, the others' ranges are of `stocks`. */
const range = (lower: number[], upper: number[], sold: readonly number[] = []) => ({
  lower: Float64Array.from(lower),
  upper: Float64Array.from(upper),
  sold: Uint8Array.from(lower, (_, i) => (sold.includes(i) ? 1 : 0)),
})

/** The message names these, the place this field, and the remedy this. */
async function refusal(
  problem: EnhancementProblem,
): Promise<{ message: string; field: string; remedy: string; inChinese: ErrorWords }> {
  const error = await enhance(problem).then(
    () => null,
    (reason: unknown) => PlateauError.from(reason),
  )
  expect(error?.code).toBe('infeasible')
  const { message, place, remedy, inChinese } = error!
  return { message, field: place.field!, remedy: remedy!, inChinese: inChinese! }
}

describe('weights of single stocks that cannot sum to 1', () => {
  it('by least weights of single stocks: those are named, not the bands', async () => {
    const problem = small({ stockRange: range([0.6, 0.5, NONE, NONE], [0.7, 0.6, NONE, NONE]), limits: band })
    expect(obstacles(problem)).toEqual(['stocks'])
    const { message, field, remedy } = await refusal(problem)
    expect(field).toBe('portfolio.limits.stocks')
    expect(message).toMatch(/between 130\.00% and .* not 100%.*`stocks` asks for/)
    expect(remedy).toBe('Lower the least or raise the largest weights in `stocks`.')
  })

  it('by the list of what is sold: wider bands would do as well', async () => {
    const problem = small({
      stockRange: range([0, NONE, NONE, NONE], [0, NONE, NONE, NONE], [0]),
      limits: band,
    })
    expect(obstacles(problem)).toEqual(['sell', 'stockActiveMax'])
    const { field, remedy, inChinese } = await refusal(problem)
    expect(field).toBe('portfolio.limits.sell')
    // 0.4 + 0.4 + 0.1 is missing 0.1, which three stocks share.
    expect(remedy).toBe('Take stocks out of `sell`. Or: Raise stockActiveMax to 13.34%.')
    expect(inChinese).toEqual({
      message:
        '个股权重合计只能在 40.00% 至 90.00% 之间，无法等于 100%；以下各项单独即足以致此：清仓名单；个股偏离上限 10%。',
      remedy: '请缩短清仓名单（sell），或将个股偏离上限提高至 13.34%。',
    })
  })

  it('by a largest weight of 0 in `stocks`, which is no list of what is sold', async () => {
    const problem = small({ stockRange: range([0, NONE, NONE, NONE], [0, NONE, NONE, NONE]), limits: band })
    expect(obstacles(problem)).toEqual(['stocks', 'stockActiveMax'])
    expect((await refusal(problem)).field).toBe('portfolio.limits.stocks')
    // The one of `stocks` alone is not enough, the one of `sell` is.
    const both = small({
      stockRange: range([0, 0, NONE, NONE], [0, 0, NONE, NONE], [0]),
      benchmark: Float64Array.of(0.4, 0.05, 0.4, 0.15),
      limits: band,
    })
    expect(obstacles(both)).toEqual(['sell', 'stockActiveMax'])
  })

  it('by stocks that cannot trade: `hold` where there is such a list, else wider bands', async () => {
    const frozen = Uint8Array.of(1, 1, 0, 0)
    const held = Float64Array.of(0.1, 0.1, 0.1, 0)
    const suspended = await refusal(small({ held, frozen, limits: band }))
    expect(suspended.field).toBe('portfolio.limits.stockActiveMax')
    expect(suspended.message).toContain('which keep 20.00%')
    expect(suspended.remedy).toBe('Raise stockActiveMax to 25.00%.')
    const listed = await refusal(small({ held, frozen, limits: { ...band, hold: ['A', 'B'] } }))
    expect(listed.field).toBe('portfolio.limits.hold')
    expect(listed.remedy).toContain('Take stocks out of `hold`. Or: ')
  })

  it('by several rules together, when none of them alone is enough', async () => {
    const problem = small({
      stockRange: range([0, 0, NONE, NONE], [0, 0.01, NONE, NONE], [0]),
      frozen: Uint8Array.of(0, 0, 1, 1),
      limits: band,
    })
    expect(obstacles(problem)).toEqual([])
    const { message, remedy } = await refusal(problem)
    expect(message).toContain('no single rule is the cause')
    expect(remedy).toBe('Loosen several of these rules together.')
  })

  it('of participation nothing is said: it is left to the fills', async () => {
    const problem = small({
      tradeMax: new Float64Array(4),
      stockRange: range([0.6, 0.5, NONE, NONE], [0.7, 0.6, NONE, NONE]),
      limits: band,
    })
    expect((await refusal(problem)).field).toBe('portfolio.limits.stocks')
  })
})
