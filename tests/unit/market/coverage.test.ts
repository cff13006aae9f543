import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayStates, type RefusedDay, storeCoverage } from '../../../src-main/market/coverage.ts'
import { listInstruments } from '../../../src-main/store/instruments.ts'
import { type Coverage, DAY_STATE } from '../../../src-shared/domain/coverage.ts'
import { eachWorkspace, openWorkspace } from '../ingest/workspace.ts'

const workspace = eachWorkspace()
const COLUMNS = 'date,symbol,open,high,low,close,volume,amount,suspended,adj_factor'
const bar = (date: number, symbol: string, volume = 100, suspended = 0, factor = 1): string =>
  `${date},${symbol},10,10,10,10,${volume},${10 * volume},${suspended},${factor}`

/** Weekdays around the end of a month, Monday 2020-06-22 to Friday 2020-07-10. */
const DAYS = [22, 23, 24, 25, 26, 29, 30, 101, 102, 103, 106, 107, 108, 109, 110].map((day) => 20200600 + day)
const [A, B] = ['600001.SH', '600002.SH']

const cell = ({ months }: Coverage, stock: number, month: number) =>
  stock * months.length + months.indexOf(month)

describe('the coverage of a store', () => {
  it('counts traded, suspended, missing and quarantined days by month', async () => {
    const { store, write, import: run } = workspace()
    write('calendar.csv', ['date', ...DAYS].join('\n'))
    const kept = DAYS.filter((_, at) => at !== 1 && at !== 9 && at !== 10)
    write(
      'bars.csv',
      [
        COLUMNS,
        ...kept.map((date) =>
          bar(date, A, date === DAYS[3] ? 0 : 100, date === DAYS[4] ? 1 : 0, date < DAYS[8] ? 1 : 2),
        ),
        bar(DAYS[5], B),
      ].join('\n'),
    )
    await run()
    const refusals: (RefusedDay | null)[] = [
      { symbol: A, date: DAYS[9] },
      { symbol: A, date: DAYS[9] },
      // Stored after all.
      { symbol: A, date: DAYS[0] },
      { symbol: B, date: DAYS[14] },
      { symbol: 'NOBODY', date: DAYS[0] },
      null,
    ]
    const { coverage, refused } = storeCoverage(store, refusals)
    expect(coverage.symbols).toEqual([A, B])
    expect([...coverage.months]).toEqual([202006, 202007])
    expect([...coverage.days]).toEqual(DAYS)
    const june = cell(coverage, 0, 202006)
    const july = cell(coverage, 0, 202007)
    const counts = (at: number) =>
      [coverage.traded, coverage.suspended, coverage.missing, coverage.quarantined].map((of) => of[at])
    expect(counts(june)).toEqual([4, 2, 1, 0])
    expect(counts(july)).toEqual([6, 0, 1, 1])
    // A single bar: nothing is missing before or after it, and a refused day lies outside of its span.
    expect(counts(cell(coverage, 1, 202006))).toEqual([1, 0, 0, 0])
    expect(counts(cell(coverage, 1, 202007))).toEqual([0, 0, 0, 1])
    expect([...coverage.first]).toEqual([DAYS[0], DAYS[5]])
    expect([...coverage.last]).toEqual([DAYS[14], DAYS[5]])
    expect([...coverage.bars]).toEqual([12, 1])
    expect([...coverage.missingDays]).toEqual([2, 0])
    expect([...coverage.factorChanges]).toEqual([1, 0])
    expect(coverage.quarantineUnplaced).toBe(2)
    expect([...refused.stock]).toEqual([0, 1])
    expect([...refused.date]).toEqual([DAYS[9], DAYS[14]])
  })

  it('takes the word of daily values for a suspension, and leaves out bars on no exchange day', async () => {
    const { store, write, import: run } = workspace()
    write('calendar.csv', ['date', ...DAYS].join('\n'))
    write('bars.csv', [COLUMNS, ...DAYS.map((date) => bar(date, A))].join('\n'))
    await run()
    const id = listInstruments(store)[0].id
    store.run('INSERT INTO daily_value VALUES (?, ?, NULL, 1, NULL, 1)', id, DAYS[2])
    // A Sunday, as an import without a calendar would have taken it.
    for (const sunday of [20200628, 20200705])
      store.run(
        'INSERT INTO bar SELECT instrument, ?, open, high, low, close, preclose, volume, amount, float_cap, 0, is_st, batch FROM bar WHERE date = ?',
        sunday,
        DAYS[0],
      )
    store.run('INSERT INTO daily_value VALUES (?, 20200628, NULL, 1, NULL, 1)', id)
    const { coverage } = storeCoverage(store, [])
    expect([...coverage.traded]).toEqual([6, 8])
    expect([...coverage.suspended]).toEqual([1, 0])
    expect([...coverage.missing]).toEqual([0, 0])
    expect(coverage.barsOutside).toBe(2)
    expect([...coverage.bars]).toEqual([17])
  })

  it('says who is and was a member of an index, and nothing of an empty store', async () => {
    const { store, write, import: run } = workspace()
    expect(storeCoverage(store, []).coverage).toMatchObject({ symbols: [], months: new Int32Array() })
    write('bars.csv', [COLUMNS, ...DAYS.flatMap((date) => [bar(date, A), bar(date, B)])].join('\n'))
    write(
      'membership.csv',
      `index_symbol,symbol,in_date,out_date\nI,${A},20200601,\nI,${B},20200601,20200701\nJ,${A},20300101,\n`,
    )
    await run()
    const { coverage } = storeCoverage(store, [])
    expect(coverage.indices.map(({ symbol, member }) => [symbol, ...member])).toEqual([
      ['I', 2, 1],
      ['J', 1, 0],
    ])
    expect(coverage.calendarDerived).toBe(true)
  })

  it('says the same by month as by day, of whatever is stored', async () => {
    const days = fc.array(fc.constantFrom('none', 'traded', 'zero', 'flagged', 'refused'), {
      minLength: DAYS.length,
      maxLength: DAYS.length,
    })
    await fc.assert(
      fc.asyncProperty(fc.array(days, { minLength: 1, maxLength: 3 }), async (stocks) => {
        const { store, write, import: run, close } = openWorkspace()
        try {
          const symbols = stocks.map((_, i) => `60000${i}.SH`)
          const rows = stocks.flatMap((states, i) =>
            states.flatMap((state, at) =>
              state === 'none' || state === 'refused'
                ? []
                : bar(DAYS[at], symbols[i], state === 'zero' ? 0 : 100, state === 'flagged' ? 1 : 0),
            ),
          )
          const refusals = stocks.flatMap((states, i) =>
            states.flatMap((state, at) =>
              state === 'refused' ? { symbol: symbols[i], date: DAYS[at] } : [],
            ),
          )
          write('calendar.csv', ['date', ...DAYS].join('\n'))
          // One more stock, so that there is always a bar.
          write('bars.csv', [COLUMNS, ...DAYS.map((date) => bar(date, '999999.SH')), ...rows].join('\n'))
          await run()
          const { coverage } = storeCoverage(store, refusals)
          for (const { id, symbol } of listInstruments(store)) {
            const refused = new Set(refusals.filter((each) => each.symbol === symbol).map(({ date }) => date))
            const states = dayStates(store, id, coverage.days as Int32Array<ArrayBuffer>, refused)
            const stock = coverage.symbols.indexOf(symbol)
            for (const month of coverage.months)
              for (const name of ['traded', 'suspended', 'missing', 'quarantined'] as const) {
                const byDay = states.filter(
                  (state, t) => state === DAY_STATE[name] && Math.floor(coverage.days[t] / 100) === month,
                )
                expect([symbol, month, name, coverage[name][cell(coverage, stock, month)]]).toEqual([
                  symbol,
                  month,
                  name,
                  byDay.length,
                ])
              }
          }
        } finally {
          close()
        }
      }),
      { numRuns: 12 },
    )
  })
})
