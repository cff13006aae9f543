import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanAdjustments } from '../../../src-main/store/bars.ts'
import { tradingDays } from '../../../src-main/store/calendar.ts'
import { listExtraFactors } from '../../../src-main/store/extraFactors.ts'
import { listImports, listQuarantine } from '../../../src-main/store/imports.ts'
import { indexWeights, listIndices, memberships } from '../../../src-main/store/indices.ts'
import { removeData } from '../../../src-main/store/remove.ts'
import type { ReadableStore } from '../../../src-main/store/store.ts'
import type { ImportReport } from '../../../src-shared/domain/importing.ts'
import { evidenceText } from '../../../src-shared/locales/importing.ts'
import { eachWorkspace, refusal } from './workspace.ts'

const workspace = eachWorkspace()
const counts = (inserted: number, replaced: number, unchanged: number, quarantined: number) => ({
  rowsIn: inserted + replaced + unchanged + quarantined,
  rowsStored: inserted + replaced + unchanged,
  rowsInserted: inserted,
  rowsReplaced: replaced,
  rowsUnchanged: unchanged,
  rowsQuarantined: quarantined,
})

describe('factors in a file of their own', () => {
  it('of every day become change points', async () => {
    const { store, write, import: run } = workspace()
    write(
      'adj.csv',
      'symbol,date,factor\nA,20200102,1\nA,20200103,1\nA,20200106,2\nB,20200102,3\nA,20200107,2\n',
    )
    expect((await run()).files).toMatchObject([{ table: 'factors', ...counts(5, 0, 0, 0) }])
    expect([...scanAdjustments(store)]).toEqual([
      [1, 20200102, 1],
      [1, 20200106, 2],
      [2, 20200102, 3],
    ])
  })

  it('merge with what is stored: a date that they do not name keeps its own', async () => {
    const { store, write, import: run } = workspace()
    write('a.csv', 'symbol,date,factor\nA,20200102,1\nA,20200601,2\nA,20210601,4\n')
    write('b.csv', 'symbol,date,factor\nA,20200102,1\nA,20200601,3\nA,20201201,3.5\n')
    await run(['a.csv'])
    expect((await run(['b.csv'])).totals).toEqual(counts(0, 2, 1, 0))
    expect([...scanAdjustments(store)].map(([, date, factor]) => [date, factor])).toEqual([
      [20200102, 1],
      [20200601, 3],
      [20201201, 3.5],
      [20210601, 4],
    ])
  })

  it('give way on the days whose bars bring their own', async () => {
    const { store, write, import: run } = workspace()
    write('adj.csv', 'symbol,date,factor\nA,20200101,5\nA,20200103,6\nA,20200110,7\n')
    write(
      'bars.csv',
      'date,symbol,open,high,low,close,volume,adj_factor\n20200102,A,1,1,1,1,1,2\n20200103,A,1,1,1,1,1,2\n20200106,A,1,1,1,1,1,4\n',
    )
    await run()
    // Those of days without a bar stay.
    expect([...scanAdjustments(store)].map(([, date, factor]) => [date, factor])).toEqual([
      [20200101, 5],
      [20200102, 2],
      [20200106, 4],
      [20200110, 7],
    ])
  })

  it.each([
    ['of both signs', (at: number) => Math.sin(at * 7)],
    ['ranks', (at: number) => ((at * 37) % 101) / 101 + 0.001],
  ])('are not taken from a column of daily values %s, and a chain stays', async (_, valueOf) => {
    const { store, write, import: run } = workspace()
    const days = Array.from({ length: 25 }, (_, at) => 20200101 + at)
    write(
      'bars.csv',
      'code,date,open,high,low,close,preclose,volume,amount,tradestatus\n' +
        days
          .map((day, at) => {
            const [close, preclose] = at < 10 ? [20, 20] : [10, 10]
            return `sh.600000,${day},${close},${close},${close},${close},${preclose},100,${close * 100},1\n`
          })
          .join(''),
    )
    await run(['bars.csv'])
    const chain = [...scanAdjustments(store)]
    expect(chain).toHaveLength(2)
    const alpha = days.map((day, at) => `600000.SH,${day},${valueOf(at)}\n`).join('')
    write('alpha.csv', `symbol,date,factor\n${alpha}`)
    const error = await refusal(() => run(['alpha.csv']))
    expect(error).toMatchObject({ code: 'mapping_invalid', place: { field: 'factor' } })
    expect([...scanAdjustments(store)]).toEqual(chain)
    // Under a name of its own it is a factor of one's own.
    write('alpha.csv', `symbol,date,alpha\n${alpha}`)
    expect((await run(['alpha.csv'])).files).toMatchObject([{ table: 'extraFactors', rowsStored: 25 }])
  })

  it('of every day that change with the ex-days, or of the ex-days alone, are taken', async () => {
    const { write, import: run } = workspace()
    const daily = Array.from({ length: 28 }, (_, at) => `A,${20200101 + at},${at < 14 ? 1 : 1.02}\n`)
    const exDays = Array.from({ length: 28 }, (_, at) => `B,${19900101 + at * 10_000},${1.02 ** at}\n`)
    write('adj.csv', `symbol,date,factor\n${daily.join('')}${exDays.join('')}`)
    expect((await run()).totals.rowsStored).toBe(56)
  })

  it('of the ex-days of many stocks are taken, though some have two within days', async () => {
    const { write, import: run } = workspace()
    const rows = Array.from({ length: 100 }, (_, at) => {
      const days = at < 22 ? [20200106, 20200108] : [20200106]
      return days.map((day, k) => `S${at},${day},${1.01 ** (k + 1)}\n`).join('')
    })
    write('adj.csv', `symbol,date,factor\n${rows.join('')}`)
    expect((await run()).totals.rowsStored).toBe(122)
  })

  it.each([
    ['under their full name', 'adj_factor', {}],
    [
      'by a mapping',
      'factor',
      { columns: { symbol: 'symbol', date: 'date', factor: 'factor' }, table: 'factors' },
    ],
  ])('that were computed of rounded prices are taken %s', async (_, name, mapping) => {
    const { write, import: run } = workspace()
    const rows = Array.from({ length: 28 }, (_, at) => `A,${20200101 + at},${0.9 + 1e-4 * (at % 7)}\n`)
    write('adj.csv', `symbol,date,${name}\n${rows.join('')}`)
    const stated = 'table' in mapping ? { mapping: write('../map.json', JSON.stringify(mapping)) } : {}
    expect((await run(undefined, stated)).files).toMatchObject([{ table: 'factors', rowsStored: 28 }])
  })

  it('refuse what cannot be one', async () => {
    const { store, write, import: run } = workspace()
    write('adj.csv', 'symbol,date,factor\nA,20200102,0\nA,20200103,x\nA,20200104,1\nA,20200104,2\nA,,1\n')
    expect((await run()).totals).toEqual(counts(1, 0, 0, 4))
    expect(listQuarantine(store, 9).map(({ row, reason }) => [row, reason])).toEqual([
      [2, 'bad_factor'],
      [3, 'bad_number'],
      [5, 'duplicate_key'],
      [6, 'missing_field'],
    ])
  })
})

describe('daily values in files of their own', () => {
  it('come together from several files, and a missing one leaves the stored one', async () => {
    const { store, write, import: run } = workspace()
    write('cap.csv', 'symbol,date,float_cap\nA,20200102,1000\nA,20200103,\nA,20200106,0\nB,20200102,-1\n')
    write('st.csv', 'symbol,date,is_st\nA,20200102,1\nA,20200103,0\n')
    write('halts.csv', 'symbol,date,suspended\nA,20200103,1\n')
    const { totals, reasons } = await run()
    expect(totals).toEqual(counts(4, 0, 0, 3))
    expect(reasons).toEqual({ missing_field: 2, negative_amount: 1 })
    expect([...store.scan('SELECT instrument, date, float_cap, suspended, is_st FROM daily_value')]).toEqual([
      [1, 20200102, 1000, null, 1],
      [1, 20200103, null, 1, 0],
    ])
    expect((await run()).totals).toEqual(counts(0, 0, 4, 3))
  })

  it('are refused when they say nothing, under the fields that the file has', async () => {
    const { store, write, import: run } = workspace()
    write('halts.csv', 'symbol,date,suspended\nA,20200103,\n')
    write('flags.csv', 'symbol,date,suspended,st\nA,20200103,,\n')
    await run()
    expect(listQuarantine(store, 9).map(({ reason, field }) => [reason, field])).toEqual([
      ['missing_field', 'suspended, st'],
      ['missing_field', 'suspended'],
    ])
  })
})

describe('extra factors', () => {
  const valuesOf = (store: ReadableStore, name: string): unknown[] => [
    ...store.scan(
      `SELECT instrument, date, value FROM extra_factor_value JOIN extra_factor ON id = factor
       WHERE name = ? ORDER BY instrument, date`,
      name,
    ),
  ]

  it('are stored by the names of their columns; text and empty cells are no factor', async () => {
    const { store, write, import: run } = workspace()
    write(
      'style.csv',
      'date,symbol,name,beta,size factor\n20200102,A,Alpha,1.2,-3\n20200103,A,Alpha,,0\n20200103,B,Beta,,\n',
    )
    expect((await run()).files).toMatchObject([{ table: 'extraFactors', ...counts(2, 0, 0, 1) }])
    expect(listExtraFactors(store)).toEqual([
      { name: 'beta', values: 1, firstDate: 20200102, lastDate: 20200102 },
      { name: 'size factor', values: 2, firstDate: 20200102, lastDate: 20200103 },
    ])
    expect(valuesOf(store, 'size factor')).toEqual([
      [1, 20200102, -3],
      [1, 20200103, 0],
    ])
  })

  it('of two files do not shut each other out; a value that comes twice keeps its first', async () => {
    const { store, write, import: run } = workspace()
    write('a.csv', 'date,symbol,beta,value\n20200102,A,1,2\n')
    write('b.csv', 'date,symbol,quality,growth\n20200102,A,3,4\n')
    write('c.csv', 'date,symbol,beta,other\n20200102,A,9,9\n')
    expect((await run()).totals).toEqual(counts(2, 0, 0, 1))
    expect(valuesOf(store, 'beta')).toEqual([[1, 20200102, 1]])
  })

  it('of a row that is refused do not keep those of another out', async () => {
    const { store, write, import: run } = workspace()
    write('a.csv', 'date,symbol,pe,value\n20200102,A,1,2\n')
    write('b.csv', 'date,symbol,pe,pb\n20200102,A,1,2\n')
    write('c.csv', 'date,symbol,pb,growth\n20200102,A,3,4\n')
    expect((await run()).totals).toEqual(counts(2, 0, 0, 1))
    expect(valuesOf(store, 'pb')).toEqual([[1, 20200102, 3]])
  })
})

describe('members as snapshots', () => {
  it('are members from each snapshot to the next; the last one is open', async () => {
    const { store, write, import: run } = workspace()
    write(
      'members.csv',
      'index,symbol,date\nI,A,20200131\nI,B,20200131\nI,A,20200228\nI,C,20200228\nI,C,20200228\n',
    )
    expect((await run()).files).toMatchObject([{ table: 'memberSnapshots', ...counts(4, 0, 0, 1) }])
    expect(memberships(store, 'I')).toEqual([
      { index: 'I', symbol: 'A', inDate: 20200131, outDate: null },
      { index: 'I', symbol: 'B', inDate: 20200131, outDate: 20200228 },
      { index: 'I', symbol: 'C', inDate: 20200228, outDate: null },
    ])
    expect((await run()).totals).toEqual(counts(0, 0, 4, 1))
  })

  it('say what their file name says when they name no index', async () => {
    const { store, write, import: run } = workspace()
    write('membership_I.csv', 'symbol,date\nA,20200131\n')
    await run()
    expect(memberships(store, 'I')).toMatchObject([{ symbol: 'A', inDate: 20200131, outDate: null }])
  })

  it('give the same intervals in one file or many, in any order', async () => {
    const DATES = [20200131, 20200228, 20200331, 20200430]
    const lists = fc.array(fc.uniqueArray(fc.constantFrom<string>('A', 'B', 'C'), { minLength: 1 }), {
      minLength: DATES.length,
      maxLength: DATES.length,
    })
    const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 })
    await fc.assert(
      fc.asyncProperty(lists, order, async (members, files) => {
        const { store, write, import: run } = workspace()
        for (const at of files) {
          write(
            `${at}.csv`,
            `index,symbol,date\n${members[at].map((symbol) => `I,${symbol},${DATES[at]}\n`).join('')}`,
          )
          await run([`${at}.csv`])
        }
        const isMember = (symbol: string, date: number): boolean =>
          memberships(store, 'I').some(
            (each) =>
              each.symbol === symbol && each.inDate <= date && (each.outDate === null || date < each.outDate),
          )
        for (const [at, date] of DATES.entries())
          for (const symbol of ['A', 'B', 'C']) {
            expect(isMember(symbol, date)).toBe(members[at].includes(symbol))
            expect(isMember(symbol, date + 5)).toBe(members[at].includes(symbol))
          }
        // No two intervals of a stock touch.
        for (const each of memberships(store, 'I'))
          expect(
            memberships(store, 'I').some((o) => o.symbol === each.symbol && o.inDate === each.outDate),
          ).toBe(false)
      }),
      { numRuns: 20 },
    )
  })
})

describe('membership intervals', () => {
  const HEADER = 'index,symbol,in_date,out_date\n'
  const spans = (store: ReadableStore): unknown[] =>
    memberships(store, 'I').map(({ symbol, inDate, outDate }) => [symbol, inDate, outDate])

  it.each(['9999-12-31', '99991231', '2200/1/1', '9999-12-31 00:00:00', '3000-01-01'])(
    'that end on %s have not ended',
    async (never) => {
      const { store, write, import: run } = workspace()
      write('membership.csv', `${HEADER}I,A,20150101,${never}\nI,B,20150101,20200101\nI,C,20150101,22\n`)
      expect((await run()).reasons).toEqual({ bad_date: 1 })
      expect(spans(store)).toEqual([
        ['A', 20150101, null],
        ['B', 20150101, 20200101],
      ])
    },
  )

  it('take the place of those of an earlier import that they overlap', async () => {
    const { store, write, import: run } = workspace()
    write(
      'membership.csv',
      `${HEADER}I,A,20150101,20200101\nI,A,20210101,\nI,B,20150101,20200101\nI,C,20150101,\nJ,A,20150101,\n`,
    )
    await run()
    write('membership.csv', `${HEADER}I,A,20160101,20200101\nI,B,20140101,\nI,C,20100101,20150101\n`)
    expect((await run()).totals).toEqual(counts(1, 2, 0, 0))
    expect(spans(store)).toEqual([
      ['A', 20160101, 20200101],
      ['A', 20210101, null],
      ['B', 20140101, null],
      ['C', 20100101, 20150101],
      ['C', 20150101, null],
    ])
    expect(memberships(store, 'J')).toHaveLength(1)
    expect((await run()).totals).toEqual(counts(0, 0, 3, 0))
  })

  it('of one import stay, even where they overlap', async () => {
    const { store, write, import: run } = workspace()
    write('members_1.csv', `${HEADER}I,A,20150101,20200101\n`)
    write('members_2.csv', `${HEADER}I,A,20180101,\n`)
    const both = [
      ['A', 20150101, 20200101],
      ['A', 20180101, null],
    ]
    expect((await run()).totals).toEqual(counts(2, 0, 0, 0))
    expect(spans(store)).toEqual(both)
    expect((await run()).totals).toEqual(counts(0, 0, 2, 0))
    expect(spans(store)).toEqual(both)
  })
})

describe('index weights', () => {
  const HEADER = 'index,date,symbol,weight\n'

  it('of a date may be in several files of an import', async () => {
    const { store, write, import: run } = workspace()
    write('w1.csv', `${HEADER}I,20200131,A,60\nI,20200228,A,30\n`)
    write('w2.csv', `${HEADER}I,20200131,B,40\nI,20200131,A,60\n`)
    const { files } = await run()
    expect(files.map(({ rowsInserted, rowsQuarantined }) => [rowsInserted, rowsQuarantined])).toEqual([
      [1, 1],
      [1, 1],
    ])
    expect(indexWeights(store, 'I').map(({ symbol, weight }) => [symbol, weight])).toEqual([
      ['A', 0.6],
      ['B', 0.4],
    ])
    expect(listQuarantine(store, 9).map(({ row, reason, raw }) => [row, reason, raw])).toEqual([
      [3, 'weights_off_total', 'I,20200228,A,30'],
      [3, 'duplicate_key', 'I,20200131,A,60'],
    ])
  })

  it('are fractions or percent by what those of a date sum to, each date for itself', async () => {
    const { store, write, import: run } = workspace()
    write('weights.csv', `${HEADER}I,20200131,A,60\nI,20200131,B,38\nI,20200228,A,0.6\nI,20200228,B,0.4\n`)
    expect((await run()).totals).toEqual(counts(4, 0, 0, 0))
    expect(indexWeights(store, 'I').map(({ weight }) => weight)).toEqual([0.6, 0.38, 0.6, 0.4])
    expect((await run()).totals).toEqual(counts(0, 0, 4, 0))
  })

  it('that sum to neither are kept out with their rows', async () => {
    const { store, write, import: run } = workspace()
    write('weights.csv', `${HEADER}I,20200131,A,5\nI,20200131,B,7\nI,20200228,A,1\n`)
    expect((await run()).totals).toEqual(counts(1, 0, 0, 2))
    expect(listQuarantine(store, 9)).toMatchObject([
      { row: 2, field: 'weight', reason: 'weights_off_total', raw: 'I,20200131,A,5' },
      { row: 3, field: 'weight', reason: 'weights_off_total', raw: 'I,20200131,B,7' },
    ])
    expect(listIndices(store)).toHaveLength(1)
    write('weights.csv', `${HEADER}J,20200131,A,5\n`)
    await run()
    expect(listIndices(store).map(({ symbol }) => symbol)).toEqual(['I'])
  })

  it('of a date are the whole list: what a corrected one names no more goes, and is told', async () => {
    const { store, write, import: run } = workspace()
    const rows = () => indexWeights(store, 'I').map(({ date, symbol, weight }) => [date, symbol, weight])
    const told = ({ files }: ImportReport) =>
      files.map(({ evidence }) => evidence.filter(({ code }) => code === 'weights_removed'))
    write('weights.csv', `${HEADER}I,20200131,A,1\nI,20200630,A,60\nI,20200630,B,39\nI,20200630,X,1\n`)
    expect(told(await run())).toEqual([[]])
    // The corrected list in two files; the row of B in it is refused, so that what is known of B stays.
    write('w1.csv', `${HEADER}I,20200630,A,60\nI,20200630,B,-39\n`)
    write('w2.csv', `${HEADER}I,20200630,Y,40\n`)
    const report = await run(['w1.csv', 'w2.csv'])
    expect(report.totals).toEqual(counts(1, 0, 1, 1))
    expect(told(report)).toEqual([[{ code: 'weights_removed', values: { rows: 1, lists: 1 } }], []])
    expect(rows()).toEqual([
      [20200131, 'A', 1],
      [20200630, 'A', 0.6],
      [20200630, 'B', 0.39],
      [20200630, 'Y', 0.4],
    ])
    // A list that is refused takes nothing out.
    write('w1.csv', `${HEADER}I,20200630,A,60\n`)
    const refused = await run(['w1.csv'])
    expect([refused.totals, told(refused)]).toEqual([counts(0, 0, 0, 1), [[]]])
    expect(rows()).toHaveLength(4)
  })
})

describe('a trading calendar', () => {
  const told = ({ files }: ImportReport) =>
    files.flatMap(({ evidence }) => evidence.filter(({ code }) => code.startsWith('days_')))
  const calendar = (...dates: number[]) => `date\n${dates.join('\n')}\n`

  it('is the whole list from its first to its last day: a day that a corrected one names no more goes', async () => {
    const { store, write, import: run } = workspace()
    write('calendar.csv', calendar(20191231, 20200101, 20200102, 20200103, 20200106))
    expect(told(await run())).toEqual([])
    write('calendar.csv', calendar(20191231, 20200102, 20200103))
    const report = await run()
    expect(report.totals).toEqual(counts(0, 0, 3, 0))
    expect(told(report)).toEqual([{ code: 'days_removed', values: { days: 1, first: 20200101 } }])
    expect(tradingDays(store)).toEqual([20191231, 20200102, 20200103, 20200106])
    expect(evidenceText(told(report)[0], 'zh-CN')).toBe(
      '删除日历首末两日之间未列出的已存交易日 1 个，最早为 2020-01-01',
    )
  })

  it('keeps a day on which a bar is stored, and says which', async () => {
    const { store, write, import: run } = workspace()
    write('calendar.csv', calendar(20200101, 20200102, 20200103, 20200106))
    write('bars.csv', 'date,symbol,open,high,low,close,volume\n20200102,A,1,1,1,1,1\n')
    await run()
    write('calendar.csv', calendar(20200101, 20200106))
    expect(told(await run(['calendar.csv']))).toEqual([
      { code: 'days_removed', values: { days: 1, first: 20200103 } },
      { code: 'days_kept', values: { days: 1, first: 20200102 } },
    ])
    expect(tradingDays(store)).toEqual([20200101, 20200102, 20200106])
    // Once the bars are gone, so is the day.
    removeData(store, { symbols: ['A'], from: null, to: null }, false)
    expect(told(await run(['calendar.csv']))).toEqual([
      { code: 'days_removed', values: { days: 1, first: 20200102 } },
    ])
    expect(tradingDays(store)).toEqual([20200101, 20200106])
  })

  it('in several files: each speaks of its own days, and a day that one of them names stays', async () => {
    const { store, write, import: run } = workspace()
    write('2019.csv', calendar(20190102, 20190103))
    await run()
    write('2018.csv', calendar(20180102, 20180104))
    write('2020.csv', calendar(20200102, 20200106))
    write('2020_other.csv', calendar(20200102, 20200103, 20200106))
    expect(told(await run(['2018.csv', '2020.csv', '2020_other.csv']))).toEqual([])
    expect(tradingDays(store)).toEqual([20180102, 20180104, 20190102, 20190103, 20200102, 20200103, 20200106])
  })
})

describe('industries', () => {
  it('keep their history: one per snapshot', async () => {
    const { store, write, import: run } = workspace()
    write(
      'industry.csv',
      'symbol,industry,as_of\nA,Banks,20200101\nA,Steel,20210101\nA,Coal,20210101\nB,Banks,\n',
    )
    expect((await run()).totals).toEqual(counts(3, 0, 0, 1))
    expect(store.all('SELECT symbol, as_of, name FROM industry')).toEqual([
      { symbol: 'A', as_of: 20200101, name: 'Banks' },
      { symbol: 'A', as_of: 20210101, name: 'Steel' },
      { symbol: 'B', as_of: 0, name: 'Banks' },
    ])
  })

  it('by day are dated by their days', async () => {
    const { store, write, import: run } = workspace()
    write('industry.csv', 'date,code,industry\n20200102,A,Banks\n20200103,A,Banks\n20200106,A,Insurance\n')
    expect((await run()).files).toMatchObject([{ table: 'industry', ...counts(3, 0, 0, 0) }])
    expect(store.all('SELECT as_of, name FROM industry')).toEqual([
      { as_of: 20200102, name: 'Banks' },
      { as_of: 20200103, name: 'Banks' },
      { as_of: 20200106, name: 'Insurance' },
    ])
  })

  it("of Tushare's stock_basic bring names and listing dates, by the whole code", async () => {
    const { store, write, import: run } = workspace()
    write(
      'stock_basic.csv',
      'ts_code,symbol,name,area,industry,market,list_date\n000001.SZ,1,平安银行,深圳,银行,主板,19910403\n',
    )
    expect((await run()).files).toMatchObject([{ table: 'industry', ...counts(1, 0, 0, 0) }])
    expect(store.all('SELECT symbol, name FROM industry')).toEqual([{ symbol: '000001.SZ', name: '银行' }])
    expect(store.all('SELECT symbol, name, list_date FROM instrument')).toEqual([
      { symbol: '000001.SZ', name: '平安银行', list_date: 19910403 },
    ])
  })
})

describe('the counts of an import', () => {
  const FILES: readonly (readonly [
    name: string,
    header: string,
    rows: readonly string[],
    changed: string,
  ])[] = [
    ['instruments.csv', 'symbol,name,list_date', ['A,Alpha,20100101', 'B,Beta,'], 'A,Gamma,20100101'],
    ['calendar.csv', 'date', ['20200102', '20200103'], '20200106'],
    [
      'bars.csv',
      'date,symbol,open,high,low,close,volume',
      ['20200102,A,1,1,1,1,1', '20200103,A,1,1,1,1,1'],
      '20200102,A,1,2,1,1,1',
    ],
    ['adj.csv', 'symbol,date,factor', ['A,20200102,1', 'A,20200103,2'], 'A,20200102,3'],
    ['cap.csv', 'symbol,date,float_cap', ['A,20200102,1', 'A,20200103,2'], 'A,20200102,3'],
    ['style.csv', 'symbol,date,beta,size', ['A,20200102,1,', 'A,20200103,2,1'], 'A,20200102,3,'],
    [
      'index_I.csv',
      'date,open,high,low,close,volume',
      ['20200102,1,1,1,1,1', '20200103,1,1,1,1,2'],
      '20200102,1,2,1,1,1',
    ],
    [
      'membership.csv',
      'index,symbol,in_date,out_date',
      ['I,A,20200102,', 'I,B,20200102,'],
      'I,A,20200102,20210101',
    ],
    ['industry.csv', 'symbol,industry,as_of', ['A,Banks,20200101', 'B,Banks,20200101'], 'A,Steel,20200101'],
  ]

  it.each(FILES)('%s: inserted, then unchanged, then one replaced', async (name, header, rows, changed) => {
    const { store, write, import: run } = workspace()
    const file = (lines: readonly string[]): string => write(name, `${header}\n${lines.join('\n')}\n`)
    file(rows)
    expect((await run()).totals).toEqual(counts(2, 0, 0, 0))
    expect((await run(undefined, { dryRun: true })).totals).toEqual(counts(0, 0, 2, 0))
    expect((await run()).totals).toEqual(counts(0, 0, 2, 0))
    file([changed, rows[1]])
    const third = name === 'calendar.csv' ? counts(1, 0, 1, 0) : counts(0, 1, 1, 0)
    expect((await run(undefined, { dryRun: true })).totals).toEqual(third)
    expect((await run()).totals).toEqual(third)
    expect(listImports(store).at(-1)).toMatchObject(third)
  })

  it('leave the batch that wrote an unchanged row in its place', async () => {
    const { store, write, import: run } = workspace()
    for (const [name, header, rows] of FILES) write(name, `${header}\n${rows.join('\n')}\n`)
    await run()
    const TABLES = [
      'calendar',
      'bar',
      'daily_value',
      'extra_factor_value',
      'index_bar',
      'index_membership',
      'industry',
    ]
    const content = (): unknown => [
      ...TABLES.map((table) => store.all(`SELECT * FROM ${table}`)),
      store.all('SELECT * FROM adjustment'),
    ]
    const before = content()
    await run()
    expect(content()).toEqual(before)
  })
})
