import { describe, expect, it } from 'vitest'
import type { MappingFile } from '../../../src-shared/domain/importing.ts'
import { listQuarantine } from '../../../src-main/store/imports.ts'
import { indexCloses, indexWeights } from '../../../src-main/store/indices.ts'
import { listInstruments } from '../../../src-main/store/instruments.ts'
import { eachWorkspace, refusal } from './workspace.ts'

const workspace = eachWorkspace()

/** `count` days of January 2020 by the text a row makes of a day. */
const days = (count: number, row: (day: string, at: number) => string): string =>
  Array.from({ length: count }, (_, at) => row(String(at + 1).padStart(2, '0'), at)).join('\n')

const TUSHARE = 'ts_code,trade_date,open,high,low,close,pre_close,change,pct_chg,vol,amount\n'
const AKSHARE = '日期,股票代码,开盘,收盘,最高,最低,成交量,成交额,振幅,涨跌幅,涨跌额,换手率\n'
/** AKSHARE as GB18030 has it. */
const AKSHARE_GBK =
  'c8d5c6da2cb9c9c6b1b4fac2eb2cbfaac5cc2ccad5c5cc2cd7eeb8df2cd7eeb5cd2cb3c9bdbbc1bf2cb3c9bdbbb6ee2cd5f1b7f92cd5c7b5f8b7f92cd5c7b5f8b6ee2cbbbbcad6c2ca0a'
const BAOSTOCK = 'date,code,open,high,low,close,preclose,volume,amount,adjustflag,turn,tradestatus,isST\n'

describe('Tushare', () => {
  it('daily is in lots and thousands, newest first', async () => {
    const { store, write, import: run } = workspace()
    // Ping An, 2020-01-02 and 2020-01-03.
    write(
      'daily.csv',
      `${TUSHARE}000001.SZ,20200103,16.94,17.31,16.92,17.18,16.87,0.31,1.8376,1116194.81,1914495.474\n` +
        '000001.SZ,20200102,16.65,16.95,16.55,16.87,16.45,0.42,2.5532,1530231.87,2571196.482\n',
    )
    const { files } = await run()
    expect(files[0]).toMatchObject({ preset: 'tushare', table: 'bars', rowsStored: 2 })
    expect(files[0].evidence).toEqual([
      { code: 'columns', values: { columns: expect.stringContaining('trade_date') } },
      { code: 'columns_not_read', values: { columns: 'change, pct_chg' } },
      { code: 'symbol_shape', values: { written: '000001.SZ', stored: '000001.SZ' } },
      { code: 'date_shape', values: { shape: 'YYYYMMDD' } },
      { code: 'units', values: { volume: 100, amount: 1000 } },
      {
        code: 'vwap_in_range',
        values: { rows: 2, share: 1, otherVolume: 1, otherAmount: 1, otherShare: 0 },
      },
      { code: 'factor_chained', values: {} },
    ])
    const [first] = store.all<{ volume: number; amount: number }>('SELECT * FROM bar ORDER BY date')
    expect(first).toMatchObject({ date: 20200102, open: 16.65, preclose: 16.45, close: 16.87 })
    expect(first.volume).toBeCloseTo(153_023_187, 6)
    expect(first.amount).toBeCloseTo(2_571_196_482, 6)
  })

  it('daily takes the factor that was joined to it, and else chains one of its ex-right precloses', async () => {
    const rows = (factors: readonly string[]) =>
      `600519.SH,20200629,1500,1500,1500,1500,1490,10,0.7,3,450${factors[0]}\n` +
      `600519.SH,20200630,1480,1480,1480,1480,1483,-3,-0.2,3,444${factors[1]}\n`
    const factorsOf = async (file: string): Promise<unknown[]> => {
      const { store, write, import: run } = workspace()
      write('daily.csv', file)
      expect((await run()).files[0].preset).toBe('tushare')
      return store.all('SELECT date, factor FROM adjustment')
    }
    expect(await factorsOf(TUSHARE.trim() + ',adj_factor\n' + rows([',6.8', ',6.88']))).toEqual([
      { date: 20200629, factor: 6.8 },
      { date: 20200630, factor: 6.88 },
    ])
    expect(await factorsOf(TUSHARE + rows(['', '']))).toEqual([
      { date: 20200629, factor: 1 },
      { date: 20200630, factor: 1500 / 1483 },
    ])
    expect(await factorsOf((TUSHARE + rows(['', ''])).replace('pre_close', 'unknown'))).toEqual([])
  })

  it('adj_factor, index_weight and index_daily fill their tables', async () => {
    const { store, write, import: run } = workspace()
    write('daily.csv', `${TUSHARE}600000.SH,20200103,10,10,10,10,10,0,0,3,3\n`)
    write('adj.csv', 'ts_code,trade_date,adj_factor\n600000.SH,20200103,12.5\n600000.SH,20200102,12.25\n')
    write('weights.csv', 'index_code,con_code,trade_date,weight\n000300.SH,600000.SH,20200102,100\n')
    write('levels.csv', `${TUSHARE}000300.SH,20200102,4100,4200,4000,4150,4100,50,1,9,9\n`)
    const { files } = await run()
    expect(files.map(({ preset, table }) => [preset, table])).toEqual([
      ['tushare', 'bars'],
      ['tushare', 'factors'],
      ['tushare', 'indexBars'],
      ['tushare', 'indexWeights'],
    ])
    expect(store.all('SELECT date, factor FROM adjustment')).toEqual([
      { date: 20200102, factor: 12.25 },
      { date: 20200103, factor: 12.5 },
    ])
    expect(indexWeights(store, '000300.SH').map(({ weight }) => weight)).toEqual([1])
    expect(indexCloses(store, '000300.SH')).toEqual([{ date: 20200102, close: 4150 }])
    expect(listInstruments(store).map(({ symbol }) => symbol)).toEqual(['600000.SH'])
  })
})

describe('AkShare', () => {
  const row = '000001,16.65,16.87,16.95,16.55,1530231,2571196482.0,2.43,2.55,0.42,0.79\n'

  it('is in lots and CNY, in GBK and in UTF-8, with and without the column of codes', async () => {
    const { store, write, import: run } = workspace()
    write('gbk.csv', Buffer.concat([Buffer.from(AKSHARE_GBK, 'hex'), Buffer.from(`2020-01-02,${row}`)]))
    write('utf8.csv', `${AKSHARE}2020-01-03,${row}`)
    const without = (line: string): string => line.replace(/^([^,]+),[^,]+,/, '$1,')
    write('600519.csv', without(AKSHARE) + without(`2020-01-02,${row}`))
    const { files } = await run()
    expect(files.map(({ preset }) => preset)).toEqual(['akshare', 'akshare', 'akshare'])
    expect(files[0].evidence).toContainEqual({
      code: 'symbol_from_name',
      values: { written: '600519', stored: '600519.SH' },
    })
    expect(files[1].evidence).toContainEqual({ code: 'units', values: { volume: 100, amount: 1, turn: 100 } })
    expect(listInstruments(store).map(({ symbol }) => symbol)).toEqual(['000001.SZ', '600519.SH'])
    expect(files[1].evidence).toContainEqual({
      code: 'columns_not_read',
      values: { columns: '振幅, 涨跌幅, 涨跌额' },
    })
    // A turnover of 0.79 leaves 0.6 % open.
    expect(store.all('SELECT DISTINCT volume, amount, float_cap FROM bar')).toEqual([
      { volume: 153_023_100, amount: 2_571_196_482, float_cap: null },
    ])
  })

  it('in other units is refused, and the evidence says which would fit', async () => {
    const { folder, write, import: run } = workspace()
    const rows = (count: number): string =>
      days(count, (day) => `2020-01-${day},000001,10,10,11,9,500,5000,0,0,0,0`)
    write('shares.csv', AKSHARE + rows(25))
    const error = await refusal(() => run())
    expect([error.code, error.place]).toEqual([
      'mapping_invalid',
      { file: `${folder}/shares.csv`, field: 'amount' },
    ])
    expect(error.remedy).toContain(
      "With volume × 1 and amount × 1 it lies within the day's range on 100% of the first 25 days.",
    )
    // Too few to tell units from wrong amounts: each row is refused by itself.
    write('shares.csv', AKSHARE + rows(5))
    const { files, reasons } = await run()
    expect(reasons).toEqual({ amount_off_price: 5 })
    expect(files[0].evidence).toContainEqual({
      code: 'vwap_in_range',
      values: { rows: 5, share: 0, otherVolume: 1, otherAmount: 1, otherShare: 1 },
    })
  })
})

describe('Baostock', () => {
  const row = (day: string, close: number, preclose: number, rest: string): string =>
    `2020-01-${day},sz.000001,${close},${close},${close},${close},${preclose},${rest}\n`

  it('without a factor gets the one of its preclose, over suspensions and again on every import', async () => {
    const { store, write, import: run } = workspace()
    const traded = '100,1000,3,0.5,1,0'
    write(
      'a.csv',
      BAOSTOCK +
        // The first preclose is an issue price. On the 7th trade resumes at half the price: one for one.
        row('02', 10, 7, traded) +
        row('03', 10.1, 10, traded) +
        row('06', 10.1, 10.1, '0,0,3,,0,0') +
        row('07', 5.05, 5.05, traded) +
        row('08', 5.1, 5, traded),
    )
    const { files } = await run()
    expect(files[0]).toMatchObject({ preset: 'baostock', rowsStored: 5 })
    expect(files[0].evidence).toContainEqual({ code: 'factor_chained', values: {} })
    const points = () => store.all('SELECT date, factor FROM adjustment')
    const before = [
      { date: 20200102, factor: 1 },
      { date: 20200107, factor: 2 },
      { date: 20200108, factor: 2 * (5.05 / 5) },
    ]
    expect(points()).toEqual(before)
    await run()
    expect(points()).toEqual(before)

    // An earlier year comes later: the chain begins with it.
    write('b.csv', BAOSTOCK + row('01', 8, 8, traded))
    await run(['b.csv'])
    expect(points()).toEqual([
      { date: 20200101, factor: 1 },
      { date: 20200102, factor: 8 / 7 },
      { date: 20200107, factor: (8 / 7) * 2 },
      { date: 20200108, factor: (8 / 7) * 2 * (5.05 / 5) },
    ])
  })

  const traded = '100,1000,3,0.5,1,0'
  const other = ['02', '03', '06']
    .map((day) => row(day, 10, 10, traded))
    .join('')
    .replaceAll('000001', '000002')
  it.each([
    ['that the calendar has', { 'calendar.csv': 'date\n2020-01-02\n2020-01-03\n2020-01-06\n' }],
    ['that another stock has', { 'other.csv': BAOSTOCK + other }],
    [
      'after the calendar ends',
      { 'other.csv': BAOSTOCK + other, 'calendar.csv': 'date\n2019-12-31\n2020-01-02\n' },
    ],
  ])('is not chained over a day %s: the preclose is of that day, which may come later', async (_, files) => {
    const { store, write, import: run } = workspace()
    for (const [name, content] of Object.entries<string>(files)) write(name, content)
    // The row of the 3rd cannot be right. On the 6th there is no ex-day.
    const [first, last] = [row('02', 10, 10, traded), row('06', 11, 11, traded)]
    write('a.csv', BAOSTOCK + first + '2020-01-03,sz.000001,11,10,11,11,10,100,1000,3,0.5,1,0\n' + last)
    const { totals } = await run()
    expect(totals.rowsQuarantined).toBe(1)
    const points = () =>
      store.all(
        "SELECT date, factor FROM adjustment WHERE instrument = (SELECT id FROM instrument WHERE symbol = '000001.SZ')",
      )
    expect(points()).toEqual([{ date: 20200102, factor: 1 }])
    write('a.csv', BAOSTOCK + row('03', 5.5, 5, traded))
    write('b.csv', BAOSTOCK + row('06', 11, 5.5, traded))
    await run(['a.csv', 'b.csv'])
    expect(points()).toEqual([
      { date: 20200102, factor: 1 },
      { date: 20200103, factor: 2 },
    ])
  })

  it('is not chained over a year that was not imported, nor over longer than exchanges close', async () => {
    const { store, write, import: run } = workspace()
    const on = (date: string, price: number): string =>
      `${date},sz.000001,${price},${price},${price},${price},${price},${traded}\n`
    write('a.csv', BAOSTOCK + on('2015-12-31', 10) + on('2017-01-03', 20) + on('2017-01-20', 10))
    await run()
    expect(store.all('SELECT date, factor FROM adjustment')).toEqual([
      { date: 20151231, factor: 1 },
      { date: 20170120, factor: 2 },
    ])
  })

  it('keeps its ex-days when bars come again from a file without the preclose', async () => {
    const { store, write, import: run } = workspace()
    write('a.csv', BAOSTOCK + row('02', 10, 10, traded) + row('03', 5, 5, '200,1000,3,0.5,1,0'))
    await run()
    write('b.csv', 'date,symbol,open,high,low,close,volume\n2020-01-03,000001.SZ,5,5,5,5,300\n')
    expect((await run(['b.csv'])).totals.rowsReplaced).toBe(1)
    expect(store.all('SELECT date, factor FROM adjustment')).toEqual([
      { date: 20200102, factor: 1 },
      { date: 20200103, factor: 2 },
    ])
  })

  it('yields to a factor of the stock itself, in the same import and in later ones', async () => {
    const own = 'date,symbol,open,high,low,close,volume,adj_factor\n2020-01-03,000001.SZ,10,10,10,10,1,7\n'
    const chained = BAOSTOCK + row('02', 10, 10, '100,1000,3,0.5,1,0')
    const factors = [{ date: 20200102, factor: 7 }]
    const together = workspace()
    together.write('a.csv', chained)
    together.write('b.csv', own)
    await together.import()
    expect(together.store.all('SELECT date, factor FROM adjustment')).toEqual(factors)
    const later = workspace()
    later.write('a.csv', chained)
    later.write('b.csv', own)
    for (const name of ['a.csv', 'b.csv', 'a.csv']) await later.import([name])
    expect(later.store.all('SELECT date, factor FROM adjustment')).toEqual(factors)
  })

  it('without statuses is known by the shape of its codes; those of indices are index bars', async () => {
    const { store, write, import: run } = workspace()
    const header = 'date,code,open,high,low,close,preclose,volume,amount,pctChg\n'
    write('a.csv', `${header}2020-01-02,sh.600000,10,10,10,10,9,100,1000,11.1\n`)
    write('b.csv', `${header}2020-01-02,sh.000300,4100,4200,4000,4150,4100,9,9,1.2\n`)
    write('c.csv', `${header}2020-01-02,600004,10,10,10,10,9,100,1000,11.1\n`)
    const { files } = await run()
    expect(files.map(({ preset, table }) => [preset, table])).toEqual([
      ['baostock', 'bars'],
      ['generic', 'bars'],
      ['baostock', 'indexBars'],
    ])
    expect(listInstruments(store).map(({ symbol }) => symbol)).toEqual(['600000.SH', '600004.SH'])
    expect(indexCloses(store, '000300.SH')).toEqual([{ date: 20200102, close: 4150 }])
  })

  it('of stocks and indices is read for its stocks; rows of indices are refused', async () => {
    const { store, write, import: run } = workspace()
    write(
      'a.csv',
      BAOSTOCK +
        '2020-01-02,sh.000300,4100,4200,4000,4150,4100,9,,3,,1,0\n' +
        '2020-01-02,sh.600000,10,10,10,10,10,100,1000,3,0.5,1,0\n' +
        '2020-01-03,sh.600000,5,5,5,5,5,100,500,3,0.5,1,0\n',
    )
    const { files, reasons } = await run()
    expect(files[0]).toMatchObject({ preset: 'baostock', table: 'bars', rowsStored: 2 })
    expect(reasons).toEqual({ other_series: 1 })
    expect(store.all('SELECT factor FROM adjustment')).toEqual([{ factor: 1 }, { factor: 2 }])
    expect(listInstruments(store).map(({ symbol }) => symbol)).toEqual(['600000.SH'])
  })

  it('with adjusted prices is refused: the file that begins with them, else the row', async () => {
    const { folder, store, write, import: run } = workspace()
    write('a.csv', BAOSTOCK + row('02', 10, 10, '100,1000,2,0.5,1,0'))
    const error = await refusal(() => run())
    expect([error.code, error.place]).toEqual([
      'mapping_invalid',
      { file: `${folder}/a.csv`, field: 'adjustflag' },
    ])
    expect(error.message).toBe('The prices are adjusted: adjustflag is 2, not 3.')
    write(
      'a.csv',
      BAOSTOCK + row('02', 10, 10, '100,1000,3,0.5,1,0') + row('03', 10, 10, '100,1000,1,0.5,1,0'),
    )
    expect((await run()).totals).toMatchObject({ rowsStored: 1, rowsQuarantined: 1 })
    expect(listQuarantine(store, 9).map(({ row: line, field, reason }) => [line, field, reason])).toEqual([
      [3, 'adjustFlag', 'bad_flag'],
    ])
  })
})

describe('NSE', () => {
  it('keeps the series EQ, whose amount is VWAP x volume', async () => {
    const { store, write, import: run } = workspace()
    const row = (series: string): string =>
      `2019-01-01,INFY,${series},660,662,666,654,665,665.05,658.98,2943390,193964219000000.0,,,\n`
    write(
      'INFY.csv',
      'Date,Symbol,Series,Prev Close,Open,High,Low,Last,Close,VWAP,Volume,Turnover,Trades,Deliverable Volume,%Deliverble\n' +
        row('EQ') +
        row('BL'),
    )
    const { files, reasons } = await run()
    expect(files[0]).toMatchObject({ preset: 'nse', rowsStored: 1 })
    expect(files[0].evidence).toContainEqual({ code: 'vwap_in_range', values: { rows: 2, share: 1 } })
    expect(reasons).toEqual({ other_series: 1 })
    expect(store.get('SELECT close, preclose, amount FROM bar')).toEqual({
      close: 665.05,
      preclose: 660,
      amount: 658.98 * 2_943_390,
    })
  })
})

describe('Kaggle', () => {
  it('has the symbol in a column Name, in files of one stock and of all', async () => {
    const { store, write, import: run } = workspace()
    write('A_data.csv', 'date,open,high,low,close,volume,Name\n2013/2/8,45,46,44,45,5,A\n')
    write(
      'all.csv',
      'date,open,high,low,close,volume,Name\n2013-02-11,1,1,1,1,5,A\n2013-02-11,1,1,1,1,5,AAL\n',
    )
    const { files } = await run()
    expect(files.map(({ preset }) => preset)).toEqual(['kaggle', 'kaggle'])
    expect(files[0].evidence).toContainEqual({ code: 'date_shape', values: { shape: 'YYYY/M/D' } })
    expect(listInstruments(store).map(({ symbol }) => symbol)).toEqual(['A', 'AAL'])
  })
})

describe('a preset that is asked for', () => {
  it('reads a file that has no more than the columns it needs', async () => {
    const { store, write, import: run } = workspace()
    write('x.csv', 'ts_code,trade_date,open,high,low,close,vol\n600000.SH,20200102,10,10,10,10,3\n')
    expect((await run(undefined, { dryRun: true })).files[0].preset).toBe('generic')
    const { files } = await run(undefined, { preset: 'tushare' })
    expect(files[0].preset).toBe('tushare')
    expect(files[0].evidence[0]).toEqual({ code: 'asked', values: {} })
    expect(store.get('SELECT volume FROM bar')).toEqual({ volume: 300 })
  })

  it('does not guess at columns it does not know', async () => {
    const { folder, write, import: run } = workspace()
    write('x.csv', TUSHARE)
    const error = await refusal(() => run(undefined, { preset: 'wind' }))
    expect([error.code, error.place]).toEqual([
      'column_missing',
      { file: `${folder}/x.csv`, row: 1, field: 'date' },
    ])
    expect(error.remedy).toContain('TRADE_DT')
  })

  it('of adjusted prices needs their factor', async () => {
    const { write, import: run } = workspace()
    const adjusted = write(
      'SH600519.csv',
      'date,open,high,low,close,volume,factor\n2020-01-02,20,22,18,20,5,2\n',
    )
    const { files } = await run(undefined, { preset: 'qlib', dryRun: true })
    expect(files[0].evidence.map(({ code }) => code)).toContain('prices_adjusted')
    write('SH600519.csv', 'date,open,high,low,close,volume\n2020-01-02,20,22,18,20,5\n')
    expect((await refusal(() => run(undefined, { preset: 'qlib' }))).place).toEqual({
      file: adjusted,
      row: 1,
      field: 'factor',
    })
  })
})

describe('a saved mapping', () => {
  it.each<[string, string, string, string]>([
    ['a column of codes', 'auto', 'daily.csv', `${TUSHARE}600000.SH,20200103,10,10,10,10,10,0,0,3,3\n`],
    [
      'the name of the file',
      'auto',
      'sh.600406.csv',
      'date,high,low,open,close,volume\n20200102,2,1,1,1,5\n',
    ],
    ['a part of it', 'auto', 'index_sp500.csv', 'date,close\n20130208,1518\n'],
    ['volume in lots', 'auto', '600519.csv', `${AKSHARE}2020-01-02,000001,1,1,1,1,1,100,0,0,0,2\n`],
    [
      'turnover in percent',
      'auto',
      't.csv',
      'date,symbol,open,high,low,close,volume,turn\n20200102,A,1,1,1,1,1,2\n',
    ],
    ['a chained factor', 'auto', 'b.csv', `${BAOSTOCK}2020-01-02,sh.600000,1,1,1,1,1,1,1,3,1,1,0\n`],
    [
      'adjusted prices',
      'qlib',
      'SH600000.csv',
      'date,open,high,low,close,volume,factor\n20200102,2,2,2,2,5,2\n',
    ],
    ['daily factors', 'auto', 'f.csv', 'date,symbol,momentum,size\n20200102,600000.SH,0.5,2\n'],
  ])('reads a file with %s as the preset did', async (_, preset, name, content) => {
    const { store, write, import: run } = workspace()
    write(name, content)
    const saved: MappingFile[] = []
    const onRecognised = (recognised: MappingFile): void => void saved.push(recognised)
    await run(undefined, { preset, dryRun: true, onRecognised })
    const mapping = write('../map.json', JSON.stringify(saved[0]))
    const again = await run(undefined, { mapping, dryRun: true, onRecognised })
    expect(saved[1]).toEqual(saved[0])
    expect(again.files[0].evidence[0]).toEqual({ code: 'asked', values: {} })

    const stored = async (options: object): Promise<unknown> => {
      const other = workspace()
      other.write(name, content)
      await other.import(undefined, options)
      return ['instrument', 'bar', 'adjustment', 'index_bar', 'extra_factor_value'].map((table) =>
        other.store.all(`SELECT * FROM ${table}`),
      )
    }
    expect(await stored({ mapping })).toEqual(await stored({ preset }))
    expect(store.all('SELECT * FROM import_batch')).toEqual([])
  })

  it('takes the subject from names like the one it was saved for, and no others', async () => {
    const { folder, store, write, import: run } = workspace()
    write('index_sp500.csv', 'date,close\n20130208,1518\n')
    let mapping = ''
    await run(undefined, {
      onRecognised: (recognised) => void (mapping = write('../map.json', JSON.stringify(recognised))),
    })
    write('index_dax.csv', 'date,close\n20130208,7652\n')
    await run(['index_dax.csv'], { mapping })
    expect(store.all('SELECT symbol FROM index_bar')).toEqual([{ symbol: 'DAX' }, { symbol: 'SP500' }])
    write('dax.csv', 'date,close\n20130208,7652\n')
    const error = await refusal(() => run(['dax.csv'], { mapping }))
    expect([error.code, error.place]).toEqual([
      'column_missing',
      { file: `${folder}/dax.csv`, row: 1, field: 'symbol' },
    ])
  })

  it('that chains a factor needs the preclose, and adjusted prices their factor', async () => {
    const { write, import: run } = workspace()
    const columns = Object.fromEntries(
      ['date', 'open', 'high', 'low', 'close', 'volume'].map((field) => [field, field]),
    )
    for (const [rule, field] of [
      [{ factor: 'preclose' }, 'preclose'],
      [{ factor: 'column' }, 'factor'],
      [{ prices: 'adjusted' }, 'factor'],
    ] as const) {
      const mapping = write('../map.json', JSON.stringify({ columns, ...rule }))
      const error = await refusal(() => run(undefined, { mapping }))
      expect([error.code, error.place.field]).toEqual(['mapping_invalid', `columns.${field}`])
    }
  })
})
