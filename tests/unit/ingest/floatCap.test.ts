import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WritableStore } from '../../../src-main/store/store.ts'
import { createFloatCaps, type TurnoverDay } from '../../../src-main/ingest/bars/floatCap.ts'
import { eachWorkspace, refusal } from './workspace.ts'

const workspace = eachWorkspace()

const capsOf = (days: readonly Partial<TurnoverDay>[], unit = 100): (number | null)[] => {
  const floatCap = createFloatCaps(unit)
  return days.map((day, at) =>
    floatCap({ symbol: 'A', date: 20200101 + at, close: 1, volume: 1000, turn: 1.23, ...day }),
  )
}

describe('the float cap of a turnover rate', () => {
  it('is close x volume / turnover rate, in the unit of the file', () => {
    expect(capsOf([{ close: 5, volume: 1230, turn: 1.23 }])).toEqual([(5 * 1230) / 0.0123])
    expect(capsOf([{ close: 5, volume: 1230, turn: 0.0123 }], 1)).toEqual([(5 * 1230) / 0.0123])
  })

  it.each([
    ['three digits', 0.0123, true],
    ['the least of three digits', 0.000101, true],
    ['two digits', 0.0012, false],
    ['two digits in zeros that were padded', Number('0.001200'), false],
    ['two digits in the noise of float32', Math.fround(0.0012), false],
    ['two digits in the noise of arithmetic', 0.1 + 0.2, false],
    ['one digit over 1', 7, false],
  ])('is known of one day by itself with %s', (_, turn, known) => {
    expect(capsOf([{ turn }])[0] !== null).toBe(known)
  })

  it.each([0, -1, 100.5, NaN])('is none of a rate of %d percent', (turn) => {
    expect(capsOf([{ turn }])).toEqual([null])
  })

  it('is narrowed by earlier days where one is too coarse, until the shares change', () => {
    // 1e9 shares: 0.034 % and 0.0462 % written in two decimals; then twice as many.
    const coarse = { volume: 340_000, turn: 0.03 }
    const days = [
      coarse,
      { volume: 15_400_000, turn: 1.54 },
      { ...coarse, close: 2 },
      { volume: 340_000, turn: 0.02 },
      { volume: 300_000, turn: 0.02 },
    ]
    const [first, exact, narrowed, changed, after] = capsOf(days)
    expect([first, changed, after]).toEqual([null, null, null])
    expect(exact).toBe(15_400_000 / 0.0154)
    expect(narrowed! / 2e9).toBeCloseTo(1, 3)
  })

  it('says nothing of a stock by another, nor of a day by a later one', () => {
    const exact = { volume: 15_400_000, turn: 1.54 }
    const coarse = { volume: 340_000, turn: 0.03 }
    expect(capsOf([exact, { ...coarse, symbol: 'B' }])[1]).toBeNull()
    expect(capsOf([{ ...exact, date: 20200203 }, coarse])[1]).toBeNull()
  })

  const traded = fc.record({
    volume: fc.integer({ min: 100_000, max: 40_000_000 }),
    close: fc.double({ min: 1, max: 100, noNaN: true }),
  })

  it('is within 0.5 % of the true one, however coarse the rates, while the shares stay', () => {
    const known: number[] = []
    fc.assert(
      fc.property(
        fc.integer({ min: 1e8, max: 5e9 }),
        fc.constantFrom(2, 3, 4),
        fc.array(traded, { minLength: 40, maxLength: 40 }),
        (shares, decimals, trades) => {
          const caps = capsOf(
            trades.map((day) => ({ ...day, turn: Number(((day.volume / shares) * 100).toFixed(decimals)) })),
          )
          caps.forEach((cap, at) => {
            if (cap === null) return
            const off = cap / (trades[at].close * shares) - 1
            // The middle of bounds that wide, and the noise of the last digit.
            expect(Math.abs(off)).toBeLessThan(0.005 + 1e-4)
          })
          known.push(caps.filter((cap) => cap !== null).length / caps.length)
        },
      ),
      { numRuns: 60 },
    )
    expect(known.reduce((sum, share) => sum + share, 0) / known.length).toBeGreaterThan(0.8)
  })

  it('is that of the days until then, whatever comes after', () => {
    const day = fc.tuple(traded, fc.constantFrom(3e8, 3.3e8, 2e9))
    fc.assert(
      fc.property(fc.array(day, { minLength: 2, maxLength: 30 }), fc.nat(29), (trades, cut) => {
        const days = trades.map(([trade, shares]) => ({
          ...trade,
          turn: Number(((trade.volume / shares) * 100).toFixed(2)),
        }))
        expect(capsOf(days.slice(0, cut))).toEqual(capsOf(days).slice(0, cut))
      }),
      { numRuns: 60 },
    )
  })
})

const floatCaps = (store: WritableStore): (number | null)[] =>
  store
    .all<{ float_cap: number | null }>('SELECT float_cap FROM bar ORDER BY instrument, date')
    .map(({ float_cap }) => float_cap)

describe('importing turnover rates', () => {
  const HEADER = 'date,symbol,open,high,low,close,volume,turn,suspended\n'
  const row = (day: string, volume: number, turn: string, suspended = 0): string =>
    `2020-01-${day},A,10,10,10,10,${volume},${turn},${suspended}\n`

  it('gives a float cap on days with trade; a rate that is missing refuses no row', async () => {
    const { store, write, import: run } = workspace()
    write(
      'a.csv',
      HEADER +
        row('02', 5000, '1.25') +
        row('03', 5000, '') +
        row('06', 5000, '0') +
        row('07', 0, '1.25') +
        row('08', 5000, '1.25', 1) +
        row('09', 5000, '120') +
        row('10', 5000, '1.4'),
    )
    const { totals, files } = await run()
    expect(totals).toMatchObject({ rowsIn: 7, rowsInserted: 7, rowsQuarantined: 0 })
    // 1.4 by itself leaves 4 % open, and its shares are not the 400,000 of the first day.
    expect(floatCaps(store)).toEqual([4e6, null, null, null, null, null, null])
    expect(files[0].evidence).toContainEqual({ code: 'units', values: { volume: 1, turn: 100 } })
  })

  it('again changes nothing, and a dry run stores nothing', async () => {
    const { store, write, import: run } = workspace()
    // Of two days the second alone would tell nothing.
    write('a.csv', HEADER + row('02', 5000, '1.25') + row('03', 4800, '1.2'))
    expect((await run(undefined, { dryRun: true })).totals).toMatchObject({ rowsInserted: 2 })
    expect(floatCaps(store)).toEqual([])
    await run()
    const stored = floatCaps(store)
    expect(stored[1]! / 4e6).toBeCloseTo(1, 2)
    expect((await run()).totals).toMatchObject({ rowsUnchanged: 2, rowsReplaced: 0 })
    expect(floatCaps(store)).toEqual(stored)
  })

  it('leaves the float caps that the file itself gives', async () => {
    const { store, write, import: run } = workspace()
    write(
      'a.csv',
      'date,symbol,open,high,low,close,volume,turn,float_cap\n' +
        '2020-01-02,A,10,10,10,10,5000,1.25,7\n2020-01-03,A,10,10,10,10,5000,1.25,\n',
    )
    const { files } = await run()
    expect(floatCaps(store)).toEqual([7, 4e6])
    expect(files[0].evidence).toContainEqual({ code: 'units', values: { volume: 1, floatCap: 1, turn: 100 } })
  })

  it('in another unit ends where most rates are above all shares, and is told by how many days', async () => {
    const { folder, store, write, import: run } = workspace()
    const rows = (count: number): string =>
      Array.from({ length: count }, (_, at) => row(String(at + 1).padStart(2, '0'), 5000, '125')).join('')
    write('a.csv', HEADER + rows(25))
    const error = await refusal(() => run())
    expect([error.code, error.place]).toEqual(['mapping_invalid', { file: `${folder}/a.csv`, field: 'turn' }])
    expect(error.message).toContain('above 100')
    expect(error.message).toContain('25 of 25 days')
    const columns = Object.fromEntries(
      HEADER.trim()
        .split(',')
        .map((name) => [name, name]),
    )
    const mapping = write('../map.json', JSON.stringify({ columns, units: { turn: 10_000 } }))
    await run(undefined, { mapping })
    expect(new Set(floatCaps(store))).toEqual(new Set([4e6]))
  })
})

describe('the evidence for turnover rates', () => {
  it.each([
    ['percent', '1.25', 'turnover', 0.0125],
    ['a fraction read as percent', '0.0062', 'turnover_odd', 0.000062],
    ['basis points read as percent', '62', 'turnover_odd', 0.62],
  ])('is their range, in %s', async (_, turn, code, median) => {
    const { write, import: run } = workspace()
    write(
      'a.csv',
      `date,symbol,open,high,low,close,volume,turn\n20200102,A,1,1,1,1,9,${turn}\n20200103,A,1,1,1,1,9,\n`,
    )
    const { files } = await run()
    const [found] = files[0].evidence.filter((each) => each.code.startsWith('turnover'))
    expect(found).toEqual({
      code,
      values: { rows: 1, median: expect.closeTo(median, 9), largest: expect.closeTo(median, 9) },
    })
  })
})

describe('float caps of vendors', () => {
  it('AkShare: lots, and a turnover of two decimals that days tell together', async () => {
    const { store, write, import: run } = workspace()
    const row = (day: string, lots: number, turn: string): string =>
      `2020-01-${day},000001,10,10,10,10,${lots},${lots * 1000},0,0,0,${turn}\n`
    write(
      'a.csv',
      '日期,股票代码,开盘,收盘,最高,最低,成交量,成交额,振幅,涨跌幅,涨跌额,换手率\n' +
        row('02', 12_000, '0.24') +
        row('03', 61_500, '1.23') +
        row('06', 2_000, '0.04'),
    )
    const { files } = await run()
    expect(files[0]).toMatchObject({ preset: 'akshare', rowsInserted: 3 })
    expect(files[0].evidence).toContainEqual({ code: 'units', values: { volume: 100, amount: 1, turn: 100 } })
    const [first, exact, narrowed] = floatCaps(store)
    expect(first).toBeNull()
    expect(exact).toBeCloseTo(5e9, -1)
    expect(narrowed! / 5e9).toBeCloseTo(1, 2)
  })

  it('Tushare: daily_basic in tens of thousands, by itself and joined to daily', async () => {
    const { store, write, import: run } = workspace()
    write(
      'basic.csv',
      'ts_code,trade_date,close,turnover_rate,turnover_rate_f,pe,pb,total_share,float_share,free_share,total_mv,circ_mv\n' +
        '000001.SZ,20200102,16.87,0.7885,1.9,11,1.2,1940591.82,1940575.47,820000,32737783.9,32737508.1\n',
    )
    write(
      'joined.csv',
      'ts_code,trade_date,open,high,low,close,pre_close,vol,amount,turnover_rate,circ_mv\n' +
        '000001.SZ,20200103,10,10,10,10,10,30,30,0.6,1.5\n000001.SZ,20200106,10,10,10,10,10,30,30,0.625,\n',
    )
    const { files } = await run()
    expect(files.map(({ preset, table }) => [preset, table])).toEqual([
      ['tushare', 'bars'],
      ['tushare', 'dailyValues'],
    ])
    expect(files[1].evidence).toContainEqual({ code: 'units', values: { floatCap: 10_000 } })
    expect(floatCaps(store)).toEqual([15_000, (10 * 3000) / 0.00625])
    const [cap] = store.all<{ float_cap: number }>('SELECT float_cap FROM daily_value')
    expect(cap.float_cap).toBeCloseTo(327_375_081_000, 0)
  })
})
