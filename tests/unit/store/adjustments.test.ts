import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanAdjustments } from '../../../src-main/store/bars.ts'
import { eachWorkspace } from '../ingest/workspace.ts'

const workspace = eachWorkspace()
const header = 'date,symbol,open,high,low,close,volume,adj_factor\n'
const row = (day: number, factor: number | ''): string =>
  `202001${String(day).padStart(2, '0')},A,1,1,1,1,10,${factor}\n`

describe('adjustment factors', () => {
  it('are stored as change points, from rows in any order', async () => {
    const { store, write, import: run } = workspace()
    write('a.csv', header + row(9, 2) + row(3, 1) + row(6, 1) + row(10, 2) + row(8, 1))
    await run()
    expect([...scanAdjustments(store)]).toEqual([
      [1, 20200103, 1],
      [1, 20200109, 2],
    ])
  })

  it('of days that a later import does not cover stay as they were', async () => {
    const { store, write, import: run } = workspace()
    write('a.csv', header + row(1, 1) + row(2, 1) + row(3, 2) + row(4, 2) + row(5, 2))
    write('b.csv', header + row(2, 7) + row(3, 7) + row(6, 2))
    await run(['a.csv'])
    await run(['b.csv'])
    expect([...scanAdjustments(store)]).toEqual([
      [1, 20200101, 1],
      [1, 20200102, 7],
      [1, 20200104, 2],
    ])
  })

  it('are left alone by bars without a factor, and never rewrite a bar', async () => {
    const { store, write, import: run } = workspace()
    write('a.csv', header + row(1, 3))
    write('b.csv', header + row(2, ''))
    await run(['a.csv'])
    const bar = store.get('SELECT * FROM bar WHERE date = 20200101')
    await run(['b.csv'])
    expect([...scanAdjustments(store)]).toEqual([[1, 20200101, 3]])
    expect(store.get('SELECT * FROM bar WHERE date = 20200101')).toEqual(bar)
  })

  it.each([
    ['one import', ['1', '2', '3', '4']],
    ['an import a day', ['1', '23', '4']],
    ['another order', ['4231']],
    ['another order after the first day', ['1', '432']],
  ])('hold on over days that come without one: %s', async (_, imports) => {
    const { store, write, import: run } = workspace()
    const factors = { 1: 1, 2: 2, 3: '', 4: 2 } as const
    for (const [i, days] of imports.entries()) {
      const rows = [...days].map((day) => row(Number(day), factors[Number(day) as keyof typeof factors]))
      write(`${i}.csv`, header + rows.join(''))
      await run([`${i}.csv`])
    }
    expect([...scanAdjustments(store)]).toEqual([
      [1, 20200101, 1],
      [1, 20200102, 2],
    ])
  })

  it.each([[['2345']], [['2354']], [['3', '245']], [['5432']]])(
    'of days that come without one are those of the day before, in whatever order they come: %j',
    async (imports) => {
      const { store, write, import: run } = workspace()
      const factors = { 2: 2, 3: 2, 4: 7, 5: '' } as const
      for (const [i, days] of imports.entries()) {
        const rows = [...days].map((day) => row(Number(day), factors[Number(day) as keyof typeof factors]))
        write(`${i}.csv`, header + rows.join(''))
        await run([`${i}.csv`])
      }
      expect([...scanAdjustments(store)]).toEqual([
        [1, 20200102, 2],
        [1, 20200104, 7],
      ])
    },
  )

  it('of a replaced bar that comes without one stay as they were', async () => {
    const { store, write, import: run } = workspace()
    write('a.csv', header + row(1, 1) + row(2, 1) + row(3, 1))
    write('b.csv', `${header + row(1, 2)}20200102,A,1,1,1,1,99,\n`)
    await run(['a.csv'])
    expect((await run(['b.csv'])).totals).toMatchObject({ rowsReplaced: 1, rowsUnchanged: 1 })
    expect([...scanAdjustments(store)]).toEqual([
      [1, 20200101, 2],
      [1, 20200102, 1],
    ])
  })

  it('of a file of their own stay on days without a bar', async () => {
    const { store, write, import: run } = workspace()
    write('factors.csv', 'symbol,date,adj_factor\nA,20191201,1\nA,20191215,2\nA,20200105,3\nA,20200120,4\n')
    write('late.csv', header + row(3, 2) + row(10, 3))
    write('early.csv', 'date,symbol,open,high,low,close,volume\n20191216,A,1,1,1,1,10\n')
    const points = [
      [1, 20191201, 1],
      [1, 20191215, 2],
      [1, 20200105, 3],
      [1, 20200120, 4],
    ]
    await run(['factors.csv', 'late.csv'])
    expect([...scanAdjustments(store)]).toEqual(points)
    await run(['early.csv'])
    expect([...scanAdjustments(store)]).toEqual(points)
  })

  it('give back, day by day, the latest factor imported for that day', async () => {
    const days = fc.uniqueArray(
      fc.record({ day: fc.integer({ min: 1, max: 28 }), factor: fc.integer({ min: 1, max: 3 }) }),
      {
        selector: (entry) => entry.day,
        minLength: 1,
      },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(days, { minLength: 1, maxLength: 3 }), async (imports) => {
        const { store, write, import: run } = workspace()
        const expected = new Map<number, number>()
        for (const [i, entries] of imports.entries()) {
          write(`${i}.csv`, header + entries.map(({ day, factor }) => row(day, factor)).join(''))
          await run([`${i}.csv`])
          for (const { day, factor } of entries) expected.set(20200100 + day, factor)
        }
        const points = [...scanAdjustments(store)]
        for (const [date, factor] of expected) {
          expect(points.findLast((point) => point[1] <= date)?.[2]).toBe(factor)
        }
        const changes = points.filter((point, i) => i > 0 && point[2] === points[i - 1][2])
        expect(changes).toEqual([])
      }),
      { numRuns: 25 },
    )
  })
})
