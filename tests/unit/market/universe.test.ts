import { describe, expect, it } from 'vitest'
import { EXCLUDED, universeExclusions, universeMask } from '../../../src-main/market/universe.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { marketOf, panelOf } from './panelFixture.ts'
import type { StockColumns } from './panelFixture.ts'

const days = ['2020-03-02', '2020-03-03', '2020-03-04']
const bars = (symbol: string, changes: Partial<StockColumns> = {}): StockColumns => ({
  symbol,
  dates: days,
  open: [10, 10, 10],
  high: [10, 10, 10],
  low: [10, 10, 10],
  close: [10, 10, 10],
  volume: [100, 100, 100],
  amount: [1000, 1000, 1000],
  adj_factor: [1, 1, 1],
  suspended: [0, 0, 0],
  is_st: [0, 0, 0],
  ...changes,
})
const panel = panelOf(days, [
  bars('A', { is_st: [0, 1, null] }),
  bars('B', { listDate: '2020-03-03', suspended: [1, 0, 0] }),
  bars('C', { suspended: [0, 0, 1] }),
])
const member = Uint8Array.of(1, 1, 1, 1, 1, 0, 1, 1, 0)
const market = marketOf(panel, { IDX: member, BARE: null })

describe('universe', () => {
  it('is every instrument that trades, is not ST and has been listed long enough', () => {
    const rules = { minListedDays: 2, excludeSt: true }
    expect(Array.from(universeMask(market, null, rules))).toEqual([1, 0, 1, 0, 0, 1, 1, 1, 0])
    expect(Array.from(universeMask(market, null, { ...rules, excludeSt: false }))).toEqual([
      1, 0, 1, 1, 0, 1, 1, 1, 0,
    ])
  })

  it('names every reason', () => {
    const reasons = universeExclusions(market, 'IDX', { minListedDays: 2, excludeSt: true })
    expect(reasons[3]).toBe(EXCLUDED.st)
    expect(reasons[4]).toBe(EXCLUDED.recentlyListed)
    expect(reasons[8]).toBe(EXCLUDED.notMember | EXCLUDED.notTraded)
  })

  it.each(['NONE', 'BARE'])('refuses the index %s and says what is stored', (symbol) => {
    const attempt = () => universeMask(market, symbol, { minListedDays: 0, excludeSt: true })
    expect(attempt).toThrow(PlateauError)
    try {
      attempt()
    } catch (error) {
      expect((error as PlateauError).code).toBe('not_found')
      expect((error as PlateauError).remedy).toContain('IDX')
    }
  })
})
