import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countBars, scanAdjustments } from '../../../src-main/store/bars.ts'
import { listImports } from '../../../src-main/store/imports.ts'
import { removeData } from '../../../src-main/store/remove.ts'
import type { ReadableStore } from '../../../src-main/store/store.ts'
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

/** The factor in force on each day of the one stock that has a bar. */
function factorsByDay(store: ReadableStore): Map<number, number> {
  const points = [...scanAdjustments(store)]
  return new Map(
    store
      .all<{ date: number }>('SELECT date FROM bar ORDER BY date')
      .map(({ date }) => [date, points.findLast((point) => point[1] <= date)?.[2] ?? NaN]),
  )
}

const BAOSTOCK = 'date,code,open,high,low,close,preclose,volume,amount,adjustflag,turn,tradestatus,isST\n'
const dayOf = (at: number): number => 20200101 + at
const range = fc.tuple(fc.nat({ max: 11 }), fc.nat({ max: 11 })).map(([a, b]) => ({
  symbols: null,
  from: dayOf(Math.min(a, b)),
  to: dayOf(Math.max(a, b)),
}))

describe('the factors of the days that are left', () => {
  it('that came with the bars are what they were, each change noted once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 12, maxLength: 12 }),
        range,
        async (factors, removal) => {
          const { store, write, import: run } = workspace()
          write(
            'bars.csv',
            `date,symbol,open,high,low,close,volume,adj_factor\n${factors.map((factor, at) => `${dayOf(at)},A,1,1,1,1,1,${factor}\n`).join('')}`,
          )
          await run()
          const before = factorsByDay(store)
          const points = [...scanAdjustments(store)].length
          const { bars, factors: gone } = removeData(store, removal, false)
          const after = factorsByDay(store)
          expect(after.size).toBe(12 - bars)
          for (const [date, factor] of after) expect(factor).toBe(before.get(date))
          const left = [...scanAdjustments(store)]
          expect(left.length).toBe(points - gone)
          expect(left.filter((point, at) => at > 0 && point[2] === left[at - 1][2])).toEqual([])
        },
      ),
      { numRuns: 40 },
    )
  })

  it('that are chained keep their ratios, also when more bars come; the removed days come back as they were', async () => {
    const day = fc.record({
      close: fc.integer({ min: 500, max: 2000 }),
      exRight: fc.constantFrom(1, 1, 1, 0.5, 0.8),
      traded: fc.constantFrom(1, 1, 1, 0),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(day, { minLength: 12, maxLength: 12 }), range, async (days, removal) => {
        const { store, write, import: run } = workspace()
        let last = 1000
        const rows = days.map(({ close, exRight, traded }, at) => {
          const preclose = Math.round(last * exRight)
          const price = ((traded === 1 ? close : preclose) / 100).toFixed(2)
          if (traded === 1) last = close
          return `${dayOf(at)},sz.000001,${price},${price},${price},${price},${(preclose / 100).toFixed(2)},${100 * traded},,3,,${traded},0\n`
        })
        const file = (name: string, of: readonly string[]): string => {
          write(name, BAOSTOCK + of.join(''))
          return name
        }
        await run([file('some.csv', rows.slice(0, 11))])
        const before = factorsByDay(store)
        removeData(store, removal, false)
        const keptRatios = (): void => {
          const after = [...factorsByDay(store)].filter(([date]) => before.has(date))
          for (const [date, factor] of after)
            expect(factor / after[0][1]).toBeCloseTo(before.get(date)! / before.get(after[0][0])!, 9)
          expect(after.every(([, factor]) => factor > 0)).toBe(true)
        }
        keptRatios()
        await run([file('last.csv', rows.slice(11))])
        keptRatios()

        await run([file('all.csv', rows)])
        const whole = workspace()
        whole.write('all.csv', BAOSTOCK + rows.join(''))
        await whole.import()
        expect([...scanAdjustments(store)]).toEqual([...scanAdjustments(whole.store)])
      }),
      { numRuns: 40 },
    )
  })

  it('of a stock whose bars are all gone are chained no more', async () => {
    const { store, write, import: run } = workspace()
    write('a.csv', `${BAOSTOCK}20200101,sz.000001,1,1,1,1,1,100,,3,,1,0\n`)
    await run()
    expect(store.all('SELECT * FROM chained_factor')).toHaveLength(1)
    removeData(store, { symbols: ['000001.SZ'], from: null, to: null }, false)
    expect(store.all('SELECT * FROM chained_factor')).toEqual([])
    expect([...scanAdjustments(store)]).toEqual([])
  })
})
