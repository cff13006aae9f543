import { describe, expect, it } from 'vitest'
import { listQuarantine } from '../../../src-main/store/imports.ts'
import { listInstruments } from '../../../src-main/store/instruments.ts'
import { eachWorkspace, refusal } from './workspace.ts'

const workspace = eachWorkspace()

describe('bars', () => {
  it('are stored as written, with what a suspended day and a first day lack as missing', async () => {
    const { store, write, import: run } = workspace()
    write(
      'bars.csv',
      'date,ts_code,open,high,low,close,preclose,volume,amount,adj_factor,turn,suspended,is_st\n' +
        '2015-01-05,600000.SH,15.88,16.25,15.56,16.07,15.69,513568704.0,8182820864.0,6.01565458,3.441509,0,0.0\n' +
        '2015-01-06,600000.SH,16.07,16.07,16.07,16.07,16.07,0,,6.01565458,,1,\n' +
        '2015-01-07,600000.SH,0,0,0,16.07,0,,,6.01565458,,,1\n',
    )
    expect((await run()).totals).toMatchObject({ rowsIn: 3, rowsStored: 3, rowsQuarantined: 0 })
    const columns = 'date, open, high, low, close, preclose, volume, amount, float_cap, suspended, is_st'
    const [traded, suspended, empty] = [...store.scan<(number | null)[]>(`SELECT ${columns} FROM bar`)]
    expect(traded.filter((_, i) => i !== 8)).toEqual([
      20150105, 15.88, 16.25, 15.56, 16.07, 15.69, 513568704, 8182820864, 0, 0,
    ])
    // 513568704 shares at a turnover of 3.441509 % are 14,922,776,839 float shares, at 16.07 each.
    expect(traded[8]).toBeCloseTo((513568704 / 0.03441509) * 16.07, 2)
    expect(suspended).toEqual([20150106, 16.07, 16.07, 16.07, 16.07, 16.07, 0, null, null, 1, null])
    expect(empty).toEqual([20150107, null, null, null, 16.07, null, null, null, null, 1, 1])
  })

  it.each<[string, string, string, string]>([
    ['missing_field', 'date', 'no date', ',A,1,1,1,1,1,10,10,1,0,0'],
    ['missing_field', 'symbol', 'no symbol', '20200102,,1,1,1,1,1,10,10,1,0,0'],
    ['missing_field', 'low', 'no price', '20200102,A,1,1,--,1,1,10,10,1,0,0'],
    ['missing_field', 'volume', 'no volume on a day said to be traded', '20200102,A,1,1,1,1,1,,10,1,0,0'],
    ['bad_date', 'date', 'a day that is none', '20200230,A,1,1,1,1,1,10,10,1,0,0'],
    ['bad_number', 'open', 'hexadecimal', '20200102,A,0x1,1,1,1,1,10,10,1,0,0'],
    ['bad_number', 'volume', 'infinity', '20200102,A,1,1,1,1,1,1e999,10,1,0,0'],
    ['bad_number', 'amount', 'words', '20200102,A,1,1,1,1,1,10,停牌,1,0,0'],
    ['bad_flag', 'suspended', 'a flag of 2', '20200102,A,1,1,1,1,1,10,10,1,2,0'],
    ['bad_flag', 'st', 'a flag of maybe', '20200102,B,1,1,1,1,1,10,10,1,0,maybe'],
    ['bad_factor', 'factor', 'a factor of 0', '20200102,A,1,1,1,1,1,10,10,0,0,0'],
    ['high_below_low', 'high', 'high under low', '20200102,A,2,1,3,2,1,10,20,1,0,0'],
    ['price_outside_range', 'open', 'open over high', '20200102,A,1.02,1,1,1,1,10,10,1,0,0'],
    ['price_outside_range', 'close', 'close under low', '20200102,A,1,1,1,.98,1,10,10,1,0,0'],
    ['non_positive_price', 'close', 'a close of 0 on a traded day', '20200102,A,1,1,1,0,1,10,10,1,0,0'],
    ['non_positive_price', 'preclose', 'a negative preclose', '20200102,A,1,1,1,1,-1,10,10,1,0,0'],
    ['negative_volume', 'volume', 'a negative volume', '20200102,A,1,1,1,1,1,-10,10,1,0,0'],
    ['negative_amount', 'amount', 'a negative amount', '20200102,A,1,1,1,1,1,10,-10,1,0,0'],
    ['wrong_field_count', '', 'a cell too few', '20200102,A,1,1,1,1,1,10,10,1,0'],
    ['wrong_field_count', '', 'a cell too many', '20200102,A,1,1,1,1,1,10,10,1,0,0,'],
  ])('%s (%s) is the quarantine of %s', async (reason, field, _, line) => {
    const { store, write, import: run } = workspace()
    const path = write(
      'bars.csv',
      `date,symbol,open,high,low,close,preclose,volume,amount,adj_factor,suspended,is_st\n${line}\n` +
        '20200103,A,1,1,1,1,1,10,10,1,0,0\n',
    )
    const { totals, reasons } = await run()
    expect(totals).toMatchObject({ rowsIn: 2, rowsStored: 1, rowsQuarantined: 1 })
    expect(reasons).toEqual({ [reason]: 1 })
    expect(listQuarantine(store, 9)).toEqual([{ path, row: 2, field, reason, raw: line }])
    expect(store.all('SELECT date FROM bar')).toEqual([{ date: 20200103 }])
    expect(listInstruments(store).map((instrument) => instrument.symbol)).toEqual(['A'])
  })

  it.each<[string, string, string, string]>([
    [
      'amount_off_price',
      'amount',
      'a mean price of 1000 where the range is 9 to 11',
      'A,10,11,9,10,100,100000,',
    ],
    ['amount_off_price', 'amount', 'a mean price of 1', 'A,10,11,9,10,100,100,'],
    ['negative_amount', 'floatCap', 'a negative float cap', 'A,10,11,9,10,100,1000,-5'],
    ['other_series', 'symbol', 'an index', '000300.SH,10,11,9,10,100,1000,'],
  ])('%s (%s) is the quarantine of %s', async (reason, field, _, line) => {
    const { store, write, import: run } = workspace()
    const header = 'date,symbol,open,high,low,close,volume,amount,float_cap\n'
    write('bars.csv', `${header}20200102,${line}\n20200103,A,10,11,9,10,100,1000,7\n`)
    expect((await run()).totals).toMatchObject({ rowsIn: 2, rowsStored: 1, rowsQuarantined: 1 })
    expect(listQuarantine(store, 9)).toMatchObject([{ row: 2, field, reason }])
    expect(store.all('SELECT date, float_cap FROM bar')).toEqual([{ date: 20200103, float_cap: 7 }])
  })

  it('with an amount off the prices are refused one by one until most of them are', async () => {
    const file = (count: number, off: number): string =>
      'date,symbol,open,high,low,close,volume,amount\n' +
      Array.from(
        { length: count },
        (_, at) => `202001${String(at + 1).padStart(2, '0')},A,10,11,9,10,100,${at < off ? 100 : 1000}\n`,
      ).join('')
    for (const [count, off] of [
      [19, 19],
      [20, 10],
    ]) {
      const { store, write, import: run } = workspace()
      write('bars.csv', file(count, off))
      expect((await run()).reasons).toEqual({ amount_off_price: off })
      expect(store.get('SELECT count(*) AS bars FROM bar')).toEqual({ bars: count - off })
    }
    const { store, write, import: run } = workspace()
    write('bars.csv', file(20, 11))
    expect((await refusal(() => run())).code).toBe('mapping_invalid')
    expect(listQuarantine(store, 99)).toEqual([])
  })

  it('whose mean prices lie outside many days end the import: the prices are adjusted', async () => {
    // As traded at 10, adjusted to what `factor` makes of it on the days before the ex-day.
    const file = (before: number, factor: number): string =>
      'date,symbol,open,high,low,close,volume,amount\n' +
      Array.from({ length: 30 }, (_, at) => {
        const [open, high, low] = [10, 10.2, 9.8].map((price) => (at < before ? price * factor : price))
        return `202001${String(at + 1).padStart(2, '0')},A,${open},${high},${low},${open},100,1000\n`
      }).join('')
    const { store, write, import: run } = workspace()
    write('bars.csv', file(11, 0.9))
    const error = await refusal(() => run())
    expect(error).toMatchObject({ code: 'mapping_invalid', place: { field: 'amount' } })
    expect(error.message).toContain('11 of 30 days')
    expect(error.inChinese?.message).toContain('11')
    expect(store.get('SELECT count(*) AS bars FROM bar')).toEqual({ bars: 0 })
    // Few such days, and small adjustments, tell nothing.
    for (const [before, factor] of [
      [10, 0.9],
      [30, 0.99],
    ]) {
      const small = workspace()
      small.write('bars.csv', file(before, factor))
      expect((await small.import()).totals.rowsStored).toBe(30)
    }
  })

  it('of a mapping keep the factor of its column when it says so, and only then', async () => {
    const columns = { symbol: 's', date: 'd', open: 'o', high: 'h', low: 'l', close: 'c', volume: 'v' }
    const factorsBy = async (factor: string): Promise<unknown> => {
      const { store, write, import: run } = workspace()
      write('b.csv', 's,d,o,h,l,c,v,f,p\nA,20200102,10,10,10,10,1,1,10\nA,20200103,5,5,5,5,1,7,5\n')
      const all = { ...columns, factor: 'f', preclose: 'p' }
      await run(undefined, { mapping: write('../map.json', JSON.stringify({ factor, columns: all })) })
      return store.all('SELECT date, factor FROM adjustment')
    }
    const first = { date: 20200102, factor: 1 }
    expect(await factorsBy('column')).toEqual([first, { date: 20200103, factor: 7 }])
    expect(await factorsBy('preclose')).toEqual([first, { date: 20200103, factor: 2 }])
    expect(await factorsBy('none')).toEqual([])
  })

  it('of adjusted prices have an adjusted vwap', async () => {
    const { store, write, import: run } = workspace()
    write('b.csv', 'symbol,date,open,high,low,close,volume,f,vwap\nA,20200102,15,15,15,15,100,1.5,15\n')
    const fields = ['symbol', 'date', 'open', 'high', 'low', 'close', 'volume', 'vwap']
    const columns = { ...Object.fromEntries(fields.map((field) => [field, field])), factor: 'f' }
    const mapping = write('../map.json', JSON.stringify({ prices: 'adjusted', columns }))
    const { files } = await run(undefined, { mapping })
    expect(store.get('SELECT close, volume, amount FROM bar')).toEqual({
      close: 10,
      volume: 100,
      amount: 1000,
    })
    expect(files[0].evidence).toContainEqual({ code: 'vwap_in_range', values: { rows: 1, share: 1 } })
  })

  it('of a day without trade may leave their prices blank as well as 0', async () => {
    const { store, write, import: run } = workspace()
    write(
      'bars.csv',
      'date,symbol,open,high,low,close,volume,suspended\n' +
        '20200102,A,,,,10,0,1\n20200103,A,0,0,0,10,0,1\n20200106,A,,,,10,5,0\n',
    )
    expect((await run()).reasons).toEqual({ missing_field: 1 })
    const bar = { open: null, high: null, low: null, close: 10, volume: 0, suspended: 1 }
    expect(store.all('SELECT open, high, low, close, volume, suspended FROM bar')).toEqual([bar, bar])
  })

  it('whose numbers are none in their unit are refused', async () => {
    const { store, write, import: run } = workspace()
    write('b.csv', 'symbol,date,open,high,low,close,volume\nA,20200102,1,1,1,1,1e307\nA,20200103,1,1,1,1,1\n')
    const fields = ['symbol', 'date', 'open', 'high', 'low', 'close', 'volume']
    const columns = Object.fromEntries(fields.map((field) => [field, field]))
    const mapping = write('../map.json', JSON.stringify({ columns, units: { volume: 100 } }))
    expect((await run(undefined, { mapping })).reasons).toEqual({ bad_number: 1 })
    expect(store.all('SELECT volume FROM bar')).toEqual([{ volume: 100 }])
  })

  it('may close one tick outside their range', async () => {
    const { write, import: run } = workspace()
    write('bars.csv', 'date,symbol,open,high,low,close,volume\n20200102,A,10.01,10,9.99,9.98,5\n')
    expect((await run()).totals.rowsStored).toBe(1)
  })

  it('keep the first row of a key within an import, over files too, and the last over imports', async () => {
    const { store, write, import: run } = workspace()
    const header = 'date,symbol,open,high,low,close,volume\n'
    write('a.csv', `${header}20200102,A,1,1,1,1,5\n20200102,A,2,2,2,2,5\n20200102,A,1,1,1,1,5\n`)
    write('b.csv', `${header}2020/1/2,a,3,3,3,3,5\n`)
    const close = (): unknown => store.all('SELECT close FROM bar')
    expect((await run()).reasons).toEqual({ duplicate_key: 3 })
    expect(close()).toEqual([{ close: 1 }])
    expect((await run(['b.csv'])).totals.rowsStored).toBe(1)
    expect(close()).toEqual([{ close: 3 }])
  })

  it('on a day inside the calendar that is no trading day are refused; of days beyond it the calendar says nothing', async () => {
    const { write, import: run } = workspace()
    write('calendar.csv', 'date\n2020-01-02\n2020-01-03\n2020-01-06\n')
    write(
      'bars.csv',
      `date,symbol,open,high,low,close,volume\n${['02', '04', '05', '06', '07'].map((d) => `2020-01-${d},A,1,1,1,1,1\n`).join('')}`,
    )
    const { reasons, totals } = await run()
    expect(reasons).toEqual({ not_a_trading_day: 2 })
    expect(totals).toMatchObject({ rowsIn: 8, rowsStored: 6, rowsQuarantined: 2 })
  })

  it('take the symbol from a column Name, or from the file', async () => {
    const { store, write, import: run } = workspace()
    write('all.csv', 'date,open,high,low,close,volume,Name\n2013-02-08,1,1,1,1,5,AAPL\n')
    write('sh.600406.csv', 'date,high,low,open,close,volume\n2005-01-04,13.19,12.8,13,12.88,307204\n')
    await run()
    expect(listInstruments(store).map((instrument) => instrument.symbol)).toEqual(['600406.SH', 'AAPL'])
    expect(store.all('SELECT open, high, low, close FROM bar WHERE date = 20050104')).toEqual([
      { open: 13, high: 13.19, low: 12.8, close: 12.88 },
    ])
  })

  it('go by Chinese column names too, in GBK or UTF-8', async () => {
    const { store, write, import: run } = workspace()
    write(
      'gbk.csv',
      Buffer.from(
        'c8d5c6da2cbfaac5cc2cd7eeb8df2cd7eeb5cd2ccad5c5cc2cb3c9bdbbc1bf2cb9c9c6b1b4fac2eb0a',
        'hex',
      ),
    )
    write('utf8.csv', '日期,开盘,最高,最低,收盘,成交量,股票代码\n2020-01-02,1,2,1,2,5,000001\n')
    expect((await run()).totals).toMatchObject({ rowsIn: 1, rowsStored: 1, rowsQuarantined: 0 })
    expect(listInstruments(store)[0].symbol).toBe('000001.SZ')
  })

  it('whose amount and volume cannot be in the units assumed end the import, unless a mapping says the units', async () => {
    const { folder, store, write, import: run } = workspace()
    const rows = Array.from(
      { length: 25 },
      (_, i) => `202001${String(i + 1).padStart(2, '0')},000001.SZ,10,11,9,10,300,300`,
    )
    write('daily.csv', `trade_date,ts_code,open,high,low,close,vol,amount\n${rows.join('\n')}\n`)
    const error = await refusal(() => run())
    expect([error.code, error.place.field]).toEqual(['mapping_invalid', 'amount'])
    expect(store.all('SELECT * FROM instrument')).toEqual([])

    const map = write(
      '../map.json',
      JSON.stringify({
        columns: {
          date: 'trade_date',
          symbol: 'ts_code',
          open: 'open',
          high: 'high',
          low: 'low',
          close: 'close',
          volume: 'vol',
          amount: 'amount',
        },
        units: { volume: 100, amount: 1000 },
      }),
    )
    const { files } = await run(undefined, { mapping: map })
    expect(files).toEqual([
      {
        path: `${folder}/daily.csv`,
        preset: 'mapping',
        table: 'bars',
        evidence: expect.arrayContaining([{ code: 'asked', values: {} }]),
        rowsIn: 25,
        rowsStored: 25,
        rowsInserted: 25,
        rowsReplaced: 0,
        rowsUnchanged: 0,
        rowsQuarantined: 0,
      },
    ])
    expect(store.get('SELECT volume, amount FROM bar')).toEqual({ volume: 30_000, amount: 300_000 })
  })
})
