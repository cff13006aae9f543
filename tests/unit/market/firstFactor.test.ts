import { describe, expect, it } from 'vitest'
import { factorBefore } from '../../../src-main/market/firstFactor.ts'
import { derive } from '../../../src-main/market/derive.ts'
import { doctor } from '../../../src-main/market/doctor.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import { eachWorkspace } from '../ingest/workspace.ts'

const workspace = eachWorkspace()

describe('the factor before the first known one', () => {
  it.each<[what: string, first: number, preclose: number, close: number, before: number]>([
    ['a file of every day that begins late', 5, 10, 10.2, 5],
    ['a file of ex-days: a split', 2, 5, 5.1, 1],
    ['a file of ex-days: a dividend', 1.02, 9.8, 10, 1],
    ['a dividend lost in the rounding of the preclose', 1.0004, 10, 10.3, 1],
    ['a file that begins late, on an ex-day', 5, 9.8, 10, 4.9],
    ['a file that begins late, on a split', 5, 5, 5, 2.5],
    ['a factor of 1', 1, 10, 10, 1],
    ['a factor of 1 on an ex-day', 1, 5, 5, 1],
    ['no preclose, and a price that does not fall', 5, NaN, 10.2, 5],
    ['no preclose, and a price that falls as much', 2, NaN, 5.1, 1],
    ['no preclose, and a step that a day may have', 1.02, NaN, 10.1, 1],
    ['no preclose, and a reverse split', 0.1, NaN, 98, 1],
    ['no preclose, and a low level', 0.1, NaN, 9.9, 0.1],
  ])('%s', (_, first, preclose, close, before) => {
    expect(factorBefore(first, { preclose, close }, 10)).toBeCloseTo(before, 12)
  })
})

describe('bars from 2015 with factors of every day from 2018', () => {
  const FACTORS = 'symbol,date,adj_factor\n600000.SH,20200106,5\n600000.SH,20200107,5\n'
  const load = async (bars: string) => {
    const { store, write, import: run } = workspace()
    write('bars.csv', bars)
    write('factors.csv', FACTORS)
    await run()
    const { panel, factorsFrom } = loadMarket(store, { threads: 0 })
    const found = doctor(store).filter(({ code }) => code === 'factors_begin_late')
    return { returns: Array.from(derive(panel, 'typical').returns), from: Array.from(factorsFrom), found }
  }
  const rows = (...lines: string[]) => lines.map((line) => `600000.SH,${line}\n`).join('')

  it.each([
    [
      'with a preclose',
      'symbol,date,open,high,low,close,preclose,volume\n' +
        rows(
          '20200102,10,10,10,10,10,9',
          '20200103,10,10,10,10,10,0',
          '20200106,11,11,11,11,10,9',
          '20200107,11,11,11,11,11,9',
        ),
    ],
    [
      'without one',
      'symbol,date,open,high,low,close,volume\n' +
        rows(
          '20200102,10,10,10,10,9',
          '20200103,10,10,10,10,0',
          '20200106,11,11,11,11,9',
          '20200107,11,11,11,11,9',
        ),
    ],
  ])('do not jump by the level of the factor, %s', async (_, bars) => {
    const { returns, from, found } = await load(bars)
    expect(returns.map((value) => Number(value.toFixed(12)))).toEqual([NaN, NaN, 0.1, 0])
    expect(from).toEqual([2])
    expect(found).toEqual([
      {
        code: 'factors_begin_late',
        count: 1,
        examples: [{ subject: '600000.SH', date: 20200106, values: { factor: 5, before: 5 } }],
      },
    ])
  })

  it('are taken for those of ex-days where the preclose says so', async () => {
    const { returns, from, found } = await load(
      'symbol,date,open,high,low,close,preclose,volume\n' +
        rows('20200102,50,50,50,50,50,9', '20200103,50,50,50,50,50,9', '20200106,11,11,11,11,10,9'),
    )
    expect(returns.map((value) => Number(value.toFixed(12)))).toEqual([NaN, 0, 0.1])
    expect({ from, found }).toEqual({ from: [0], found: [] })
  })
})
