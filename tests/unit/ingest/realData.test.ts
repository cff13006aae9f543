import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import { listQuarantine } from '../../../src-main/store/imports.ts'
import { memberships } from '../../../src-main/store/indices.ts'
import { dataSummary } from '../../../src-main/store/summary.ts'
import { eachWorkspace } from './workspace.ts'

const DATA = resolve(
  fileURLToPath(new URL('../../..', import.meta.url)),
  process.env['PLATEAU_DATA'] ?? '../shared/data',
)
const workspace = eachWorkspace()
const has = (folder: string): boolean => existsSync(join(DATA, folder))

describe.skipIf(!has('csi300'))('CSI 300, 2015-2020 (skipped without PLATEAU_DATA/csi300)', () => {
  it('imports whole, and every field of a bar is where the file has it', async () => {
    const { store, import: run } = workspace()
    const { totals, files } = await run(undefined, { paths: [join(DATA, 'csi300')] })
    expect(totals).toMatchObject({ rowsIn: 760_793, rowsStored: 760_793, rowsQuarantined: 0 })
    expect(files.find((file) => file.table === 'bars')?.rowsStored).toBe(751_184)
    expect(dataSummary(store)).toMatchObject({
      instruments: 585,
      bars: 751_184,
      firstDate: 20150105,
      lastDate: 20201231,
      calendar: { days: 1462, derived: false, barDatesOutside: 0 },
      coverage: 1,
      quarantine: [],
    })
    expect(dataSummary(store).indices[0]).toMatchObject({
      symbol: '000300.SH',
      members: 300,
      membersWithBars: 292,
    })

    // Every 997th line of the file against the loaded matrices.
    const { panel, bars } = loadMarket(store)
    expect(bars).toBe(751_184)
    expect(panel.traded.reduce((sum, flag) => sum + flag, 0)).toBe(721_161)
    const text = gunzipSync(readFileSync(join(DATA, 'csi300/daily_2015_2020.csv.gz'))).toString()
    const lines = text.trimEnd().split('\n').slice(1)
    const t = new Map(Array.from(panel.dates, (date, at) => [date, at]))
    const i = new Map(panel.symbols.map((symbol, at) => [symbol, at]))
    const number = (cell: string): number => (cell === '' ? NaN : Number(cell))
    for (let at = 0; at < lines.length; at += 997) {
      const [date, symbol, open, high, low, close, preclose, volume, amount, factor, turn, suspended, st] =
        lines[at].split(',')
      const cell = t.get(Number(date.replaceAll('-', '')))! * panel.symbols.length + i.get(symbol)!
      expect([
        panel.open[cell],
        panel.high[cell],
        panel.low[cell],
        panel.close[cell],
        panel.preclose[cell],
        panel.volume[cell],
        panel.amount[cell],
        panel.factor[cell],
      ]).toEqual([open, high, low, close, preclose, volume, amount, factor].map(number))
      expect(panel.traded[cell]).toBe(suspended === '1' ? 0 : 1)
      expect(panel.st[cell]).toBe(st === '' ? -1 : Number(st))
      // Other days' is carried (market/floatCaps.ts).
      if (turn === '' || suspended === '1') continue
      const floatCap = (number(close) * number(volume)) / (number(turn) / 100)
      // A turnover of fewer than three digits is narrowed by the days before.
      const digits = turn.replace(/^0\.0*|0*$|\./g, '').length
      if (digits > 2) expect(panel.floatCap[cell]).toEqual(floatCap)
      else expect(panel.floatCap[cell] / floatCap).toBeCloseTo(1, 2)
    }
  })
})

describe.skipIf(!has('sp500'))('S&P 500, 2013-2018 (skipped without PLATEAU_DATA/sp500)', () => {
  it('sends its bad rows to quarantine: slices of the files around them', async () => {
    const { store, write, import: run } = workspace()
    const bars = gunzipSync(readFileSync(join(DATA, 'sp500/all_stocks_5yr.csv.gz')))
      .toString()
      .split('\n')
    // AOS has high < low at line 54263, BBY a close outside at 78686, BHF no prices at 82951.
    const slices = [54_263, 78_686, 82_951].flatMap((line) => bars.slice(line - 3, line + 2))
    write('all_stocks_5yr.csv', [bars[0], ...slices].join('\n'))
    for (const name of ['index_sp500.csv', 'membership_sp500.csv', 'sectors.csv']) {
      write(name, readFileSync(join(DATA, 'sp500', name)))
    }
    const { files } = await run()
    expect(files.map((file) => [file.table, file.rowsIn, file.rowsQuarantined])).toEqual([
      ['bars', 15, 3],
      ['indexBars', 1260, 1],
      ['membership', 883, 5],
      ['industry', 505, 53],
    ])
    const refused = listQuarantine(store, 100)
    expect(refused.slice(0, 4).map(({ row, field, reason }) => [row, field, reason])).toEqual([
      [4, 'high', 'high_below_low'],
      [9, 'close', 'price_outside_range'],
      [14, 'open', 'missing_field'],
      [959, 'date', 'not_a_trading_day'],
    ])
    expect(memberships(store, 'SP500').length).toBe(878)
  })
})
