import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFloatCaps } from '../../../src-main/ingest/bars/floatCap.ts'
import { carryFloatCaps } from '../../../src-main/market/floatCaps.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import { eachWorkspace } from './workspace.ts'

const CSI300 = join(
  resolve(
    fileURLToPath(new URL('../../..', import.meta.url)),
    process.env['PLATEAU_DATA'] ?? '../shared/data',
  ),
  'csi300',
)
const workspace = eachWorkspace()
const load = async () => {
  const { store, import: run } = workspace()
  await run(undefined, { paths: [CSI300] })
  const { panel } = loadMarket(store)
  const { symbols, dates } = panel
  /** Without those carried over other days. */
  const floatCap = new Float64Array(panel.floatCap.length).fill(NaN)
  for (const { symbol, date, cap } of store.all<{ symbol: string; date: number; cap: number }>(
    `SELECT symbol, date, float_cap AS cap FROM bar JOIN instrument ON instrument.id = instrument
     WHERE float_cap IS NOT NULL`,
  ))
    floatCap[dates.indexOf(date) * symbols.length + symbols.indexOf(symbol)] = cap
  return { ...panel, floatCap, carried: panel.floatCap }
}

/** The figures of docs/decisions/0013-float-cap-from-turnover.md. */
describe.skipIf(!existsSync(CSI300))(
  'float caps of CSI 300 stocks (skipped without PLATEAU_DATA/csi300)',
  () => {
    it('are known on nearly every day, stay but for changes of the shares, and rank as the market does', async () => {
      const { dates, symbols, close, floatCap, factor, traded } = await load()
      const stocks = symbols.length
      let pairs = 0
      const changes = { all: 0, exDay: 0, more: 0 }
      for (let i = 0; i < stocks; i++) {
        let last = -1
        for (let at = i; at < floatCap.length; at += stocks) {
          if (!(floatCap[at] > 0)) continue
          if (last !== -1) {
            pairs++
            const ratio = floatCap[at] / close[at] / (floatCap[last] / close[last])
            if (Math.abs(ratio - 1) > 0.005) {
              changes.all++
              if (Math.abs(factor[at] / factor[last] - 1) > 1e-6) changes.exDay++
              if (ratio > 1) changes.more++
            }
          }
          last = at
        }
      }
      const count = (flags: ArrayLike<number>): number =>
        Array.from(flags).reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0)
      expect([count(traded), count(floatCap)]).toEqual([721_161, 711_531])
      expect([pairs, changes]).toEqual([710_949, { all: 2599, exDay: 511, more: 2306 }])

      const largest = (date: number, many: number): string[] => {
        const row = dates.indexOf(date) * stocks
        return symbols
          .map((symbol, i) => ({ symbol, cap: floatCap[row + i] }))
          .filter(({ cap }) => cap > 0)
          .sort((a, b) => b.cap - a.cap)
          .slice(0, many)
          .map(({ symbol }) => symbol)
      }
      expect(largest(20161230, 4)).toEqual(['601857.SH', '601398.SH', '601288.SH', '601988.SH'])
      expect(largest(20201231, 4)).toEqual(['600519.SH', '601398.SH', '000858.SZ', '601318.SH'])
    })

    it('carried with the price are within 2 % after a year, where the last cap alone is a quarter off', async () => {
      const { dates, symbols, floatCap, carried, traded, close, factor } = await load()
      const stocks = symbols.length
      const middle = (values: number[]): number =>
        values.sort((a, b) => a - b)[Math.floor(0.5 * values.length)]
      const lastOf = (day: number, i: number): number => {
        let at = day * stocks + i
        while (at >= 0 && Number.isNaN(floatCap[at])) at -= stocks
        return floatCap[at]
      }
      const end = dates.indexOf(20201231)
      const moved = symbols.flatMap((_, i) => {
        const at = end * stocks + i
        const without = traded[at] === 1 && Number.isNaN(floatCap[at]) && carried[at] > 0
        return without ? [Math.abs(carried[at] / lastOf(end, i) - 1)] : []
      })
      expect(moved).toHaveLength(97)
      expect(middle(moved)).toBeCloseTo(0.167, 3)

      const errors = [20160104, 20170103, 20180102, 20190102].map((first) => {
        const from = dates.indexOf(first)
        const hidden = floatCap.slice().fill(NaN, (from + 1) * stocks)
        carryFloatCaps({
          symbols,
          close,
          factor,
          traded,
          floatCap: hidden,
          capGiven: new Uint8Array(hidden.length),
        })
        const off = (cap: (at: number, i: number) => number): number[] =>
          symbols.flatMap((_, i) => {
            const at = (from + 243) * stocks + i
            const known = floatCap[from * stocks + i] > 0 && floatCap[at] > 0
            return known ? [Math.abs(Math.log(cap(at, i) / floatCap[at]))] : []
          })
        const withPrice = off((at) => hidden[at])
        const alone = off((_, i) => floatCap[from * stocks + i])
        return [withPrice.length, middle(withPrice).toFixed(3), middle(alone).toFixed(3)]
      })
      expect(errors).toEqual([
        [421, '0.020', '0.152'],
        [458, '0.020', '0.255'],
        [497, '0.021', '0.333'],
        [531, '0.022', '0.323'],
      ])
    })

    it('come within 0.5 % out of rates of two decimals, by the days before', async () => {
      const { dates, symbols, close, volume, floatCap } = await load()
      const stocks = symbols.length
      const capOf = createFloatCaps(100)
      const off: number[] = []
      let days = 0
      for (let at = 0; at < floatCap.length; at++) {
        if (!(floatCap[at] > 0)) continue
        days++
        const cap = capOf({
          symbol: symbols[at % stocks],
          date: dates[Math.floor(at / stocks)],
          close: close[at],
          volume: 100 * Math.round(volume[at] / 100),
          turn: Math.round((1e4 * close[at] * volume[at]) / floatCap[at]) / 100,
        })
        if (cap !== null) off.push(Math.abs(cap / floatCap[at] - 1))
      }
      off.sort((a, b) => a - b)
      expect(off.length / days).toBeCloseTo(0.992, 3)
      expect(off[Math.floor(0.99 * off.length)]).toBeCloseTo(0.0041, 4)
      expect(off.filter((share) => share > 0.01).length / off.length).toBeLessThan(0.0004)
    })
  },
)
