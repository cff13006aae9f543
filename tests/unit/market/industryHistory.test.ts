import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { industryHistory } from '../../../src-main/market/industryHistory.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import { eachWorkspace } from '../ingest/workspace.ts'

const workspace = eachWorkspace()
const DATES = Int32Array.of(20200102, 20200103, 20200106, 20200107)

/** What loading makes of a file, with bars of two stocks on all days. */
async function load(industry: string) {
  const { store, write, import: run } = workspace()
  const bars = ['600000.SH', '000001.SZ'].flatMap((symbol) =>
    Array.from(DATES, (date) => `${symbol},${date},9,9,9,9,5\n`),
  )
  write('bars.csv', `symbol,date,open,high,low,close,volume\n${bars.join('')}`)
  write('industry.csv', industry)
  expect((await run()).totals.rowsQuarantined).toBe(0)
  return loadMarket(store, { threads: 0 }).industries
}

/** By day, of each stock the industry and the date of the classification. */
async function known(industry: string) {
  const history = (await load(industry))!
  return Array.from(DATES, (_, day) =>
    Array.from(history.at(day), (at, stock) => [history.names[at] ?? null, history.asOfAt(day)[stock]]),
  )
}

describe('the industries of a day', () => {
  it('are the latest at or before it, and for a stock without one the first later one', async () => {
    const days = await known(
      'symbol,industry,as_of\n000001.SZ,Banks,2019-01-01\n000001.SZ,Insurance,2020-01-03\n' +
        '600000.SH,Steel,2020-01-06\n600000.SH,Air,2020-01-07\n600009.SH,Ports,2019-01-01\n',
    )
    const [banks, insurance] = [
      ['Banks', 20190101],
      ['Insurance', 20200103],
    ]
    const steel = ['Steel', 20200106]
    expect(days).toEqual([
      [banks, steel],
      [insurance, steel],
      [insurance, steel],
      [insurance, ['Air', 20200107]],
    ])
  })

  it('without a date hold until the first dated one; a stock without any is unknown', async () => {
    const days = await known('symbol,industry,as_of\n000001.SZ,Banks,\n000001.SZ,Banks,2020-01-03\n')
    const none = [null, -1]
    expect(days.slice(0, 2)).toEqual([
      [['Banks', 0], none],
      [['Banks', 20200103], none],
    ])
  })

  it('are those of every snapshot, however often these repeat one another', async () => {
    const snapshots = ['2019-12-31', '2020-01-02', '2020-01-03', '2020-01-06', '2020-01-07']
    const names = ['Air', 'Steel', 'Steel', 'Air', 'Air']
    const rows = snapshots.map((asOf, k) => `000001.SZ,${names[k]},${asOf}\n600000.SH,Ports,${asOf}\n`)
    const ports = ['Ports', 20191231]
    expect(await known(`symbol,industry,as_of\n${rows.join('')}`)).toEqual([
      [['Steel', 20200102], ports],
      [['Steel', 20200102], ports],
      [['Air', 20200106], ports],
      [['Air', 20200106], ports],
    ])
  })

  it('are null where no stock of the panel has one', async () => {
    expect(await load('symbol,industry\n600009.SH,Ports\n')).toBeNull()
  })

  it('are by definition, in one array while nothing changes, in whatever order the days are asked for', () => {
    const symbols = ['A', 'B', 'C']
    const dates = Int32Array.from({ length: 20 }, (_, t) => 20200101 + t)
    const asOf = fc.constantFrom(null, 20191201, ...Array.from({ length: 24 }, (_, t) => 20200101 + t))
    const row = fc.record({
      symbol: fc.constantFrom(...symbols),
      asOf,
      code: fc.constant(''),
      name: fc.constantFrom('x', 'y', 'z'),
    })
    const rows = fc.uniqueArray(row, {
      selector: (one) => `${one.symbol} ${one.asOf}`,
      minLength: 1,
      maxLength: 12,
    })
    const order = fc.shuffledSubarray([...dates.keys()], { minLength: dates.length })
    fc.assert(
      fc.property(rows, order, (unsorted, days) => {
        const sorted = unsorted.toSorted((a, b) => (a.asOf ?? 0) - (b.asOf ?? 0))
        const history = industryHistory({ symbols, dates }, sorted)!
        for (const day of days) {
          const found = symbols.map((_, i) => [history.names[history.at(day)[i]], history.asOfAt(day)[i]])
          const expected = symbols.map((symbol) => {
            const own = sorted.filter((one) => one.symbol === symbol)
            const before = own.filter((one) => (one.asOf ?? 0) <= dates[day])
            const by = before.at(-1) ?? own.at(0)
            return by === undefined ? [undefined, -1] : [by.name, by.asOf ?? 0]
          })
          expect(found).toEqual(expected)
          const quiet = day > 0 && !sorted.some((one) => one.asOf === dates[day])
          if (quiet) expect(history.at(day)).toBe(history.at(day - 1))
        }
      }),
      { numRuns: 100 },
    )
  })
})
