import { describe, expect, it } from 'vitest'
import { countBars, scanAdjustments } from '../../../src-main/store/bars.ts'
import { listImports } from '../../../src-main/store/imports.ts'
import { removeData } from '../../../src-main/store/remove.ts'
import { eachWorkspace, refusal, type Workspace } from '../ingest/workspace.ts'

const workspace = eachWorkspace()

/** Bars of A and B on five days; A's factor changes on the third; a cap and a factor beta of every day. */
async function filled(): Promise<Workspace> {
  const space = workspace()
  const days = [2, 3, 6, 7, 8].map((day) => `2020010${day}`)
  const rows = (write: (symbol: string, day: string, at: number) => string): string =>
    ['A', 'B'].flatMap((symbol) => days.map((day, at) => write(symbol, day, at))).join('')
  space.write(
    'bars.csv',
    `date,symbol,open,high,low,close,volume,adj_factor\n${rows((symbol, day, at) => `${day},${symbol},1,1,1,1,1,${symbol === 'A' && at > 1 ? 2 : 1}\n`)}`,
  )
  space.write('cap.csv', `date,symbol,float_cap\n${rows((symbol, day) => `${day},${symbol},5\n`)}`)
  space.write('beta.csv', `date,symbol,beta,size\n${rows((symbol, day) => `${day},${symbol},5,1\n`)}`)
  await space.import()
  return space
}

const RANGE = { symbols: ['A'], from: 20200103, to: 20200106 }

describe('removing', () => {
  it('takes a range of a stock, and the factor in force afterwards stays', async () => {
    const { store } = await filled()
    const counts = { bars: 2, factors: 0, dailyValues: 2, extraFactors: 4 }
    expect(removeData(store, RANGE, true)).toEqual(counts)
    expect(countBars(store)).toBe(10)
    expect(removeData(store, RANGE, false)).toEqual(counts)
    expect(store.all('SELECT date FROM bar WHERE instrument = 1 ORDER BY date')).toEqual([
      { date: 20200102 },
      { date: 20200107 },
      { date: 20200108 },
    ])
    expect([...scanAdjustments(store)]).toEqual([
      [1, 20200102, 1],
      [1, 20200107, 2],
      [2, 20200102, 1],
    ])
    expect(store.get('SELECT count(*) AS n FROM daily_value')).toEqual({ n: 8 })
    expect(listImports(store).at(-1)).toMatchObject({ preset: 'remove', rowsIn: 0 })
  })

  it('takes all days of a stock, or all stocks of the days', async () => {
    const { store } = await filled()
    expect(removeData(store, { symbols: ['A'], from: null, to: null }, false)).toEqual({
      bars: 5,
      factors: 2,
      dailyValues: 5,
      extraFactors: 10,
    })
    expect(removeData(store, { symbols: null, from: 20200107, to: null }, false)).toMatchObject({ bars: 2 })
    expect(countBars(store)).toBe(3)
  })

  it('of what is not there changes nothing, one transaction for all', async () => {
    const { store } = await filled()
    const error = await refusal(() => removeData(store, { ...RANGE, symbols: ['A', 'X'] }, false))
    expect(error).toMatchObject({ code: 'not_found', place: { file: store.path } })
    expect(countBars(store)).toBe(10)
    expect(
      (await refusal(() => removeData(store, { symbols: null, from: null, to: null }, false))).code,
    ).toBe('usage')
    expect((await refusal(() => removeData(store, { ...RANGE, to: 20200101 }, false))).code).toBe('usage')
  })
})
