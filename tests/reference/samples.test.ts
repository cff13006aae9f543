import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { derive } from '../../src-main/market/derive.ts'
import { crossSectionAt, dailySeries, FIELDS, labelsAt, weeklySeries } from '../../src-main/market/samples.ts'
import { fitWindows, splitDates } from '../../src-main/market/splits.ts'
import { EXCLUDED, universeExclusions, universeMask } from '../../src-main/market/universe.ts'
import { weeklyBars } from '../../src-main/market/weekly.ts'
import { formatDate, parseDate } from '../../src-shared/domain/date.ts'
import { marketOf, panelOf } from '../unit/market/panelFixture.ts'
import type { StockColumns } from '../unit/market/panelFixture.ts'

const folder = join(process.env.PLATEAU_REFERENCE ?? '../shared/reference', 'research')
/** The README of the reference folder: sample z-scores are compared at 1e-11 absolute. */
const TOLERANCE = 1e-11

interface Golden {
  frequency: 'daily' | 'weekly'
  L: number
  horizon: number
  fields: string[]
  min_listed_days: number
  calendar: string[]
  days: string[]
  stocks: (Omit<StockColumns, 'symbol' | 'dates'> & {
    code: string
    list_date: string
    member: [string, string | null][]
    first_date: string
  })[]
  expected: {
    date: string
    vwap_standin: 'typical' | 'none'
    cross_section: string[]
    dropped: Record<string, string[]>
    label_missing: string[]
    label_codes: string[]
    label: number[]
    z: number[][][]
  }[]
  splits?: {
    inputs: { calendar: string[]; horizon: number; stride: number }
    expected: Record<string, number | string | string[]>
  }[]
}

const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Golden

describe.each(['samples.json', 'samples_weekly.json'])('golden %s', (name) => {
  describe.skipIf(!existsSync(join(folder, name)))(`(skipped without ${join(folder, name)})`, () => {
    it('reproduces universe, features and labels', () => {
      const golden = read(name)
      expect(golden.fields).toEqual([...FIELDS])
      const panel = panelOf(
        golden.calendar,
        golden.stocks.map((stock) => ({
          ...stock,
          symbol: stock.code,
          dates: golden.days.slice(golden.days.indexOf(stock.first_date)),
          listDate: stock.list_date,
        })),
      )
      const width = panel.symbols.length
      const member = new Uint8Array(panel.traded.length)
      golden.stocks.forEach((stock, i) =>
        golden.calendar.forEach((day, t) => {
          if (stock.member.some(([from, to]) => from <= day && (to === null || day < to)))
            member[t * width + i] = 1
        }),
      )
      const market = marketOf(panel, { INDEX: member })
      const rules = { minListedDays: golden.min_listed_days, excludeSt: true }
      const reasons = universeExclusions(market, 'INDEX', rules)
      const universe = universeMask(market, 'INDEX', rules)

      for (const expected of golden.expected) {
        const t = golden.calendar.indexOf(expected.date)
        const derived = derive(panel, expected.vwap_standin)
        const series =
          golden.frequency === 'daily'
            ? dailySeries(panel, derived)
            : weeklySeries(panel, weeklyBars(panel, derived, expected.vwap_standin))
        const features = crossSectionAt(series, universe, { sequenceLength: golden.L, t })
        const symbols = Array.from(features.stocks, (i) => panel.symbols[i])
        expect(symbols, expected.date).toEqual(expected.cross_section)

        const names = {
          not_member: 'notMember',
          listed_lt_60: 'recentlyListed',
          st: 'st',
          not_traded: 'notTraded',
        } as const
        panel.symbols.forEach((symbol, i) => {
          const bits = (expected.dropped[symbol] ?? [])
            .filter((reason) => reason !== 'window_missing_bar')
            .reduce((sum, reason) => sum | EXCLUDED[names[reason as keyof typeof names]], 0)
          expect(reasons[t * width + i], `${symbol} ${expected.date}`).toBe(bits)
        })
        const windowOnly = Object.values(expected.dropped).filter(
          (all) => all.join() === 'window_missing_bar',
        ).length
        expect(features.dropped.missingBar + features.dropped.missingField).toBe(windowOnly)

        const z = expected.z.flat(2)
        expect(features.inputs.length).toBe(z.length)
        const worst = z.reduce((max, value, k) => Math.max(max, Math.abs(value - features.inputs[k])), 0)
        expect(worst).toBeLessThanOrEqual(TOLERANCE)

        const labels = labelsAt(panel, derived, features.stocks, { t, horizon: golden.horizon })
        expect(symbols.filter((_, s) => Number.isNaN(labels[s]))).toEqual(expected.label_missing)
        const present = symbols.filter((_, s) => !Number.isNaN(labels[s]))
        expect(present).toEqual(expected.label_codes)
        labels
          .filter((label) => !Number.isNaN(label))
          .forEach((label, k) => expect(Math.abs(label - expected.label[k])).toBeLessThanOrEqual(TOLERANCE))
      }
      expect(golden.expected.length).toBe(4)
    })
  })
})

describe.skipIf(!existsSync(join(folder, 'samples.json')))(
  `golden splits (skipped without ${folder})`,
  () => {
    it('splits and purges as the file says', () => {
      const { splits = [] } = read('samples.json')
      expect(splits.length).toBe(3)
      for (const { inputs, expected } of splits) {
        const fitDays = Int32Array.from(inputs.calendar, (day) => parseDate(day) ?? 0)
        const split = splitDates({ first: 0, last: fitDays.length - 1 }, inputs.horizon, inputs.stride)
        const days = (list: ArrayLike<number>) => Array.from(list, (t) => formatDate(fitDays[t]))
        expect(days(split.trainDates)).toEqual(expected.train_sample_dates)
        expect(days(split.validDates)).toEqual(expected.valid_sample_dates)
        expect(days([split.trainDays.first, split.trainDays.last])).toEqual(expected.train_days)
        expect(days([split.validDays.first, split.validDays.last])).toEqual(expected.valid_days)
        const span = (first: number, last: number) =>
          Array.from({ length: last - first + 1 }, (_, k) => first + k)
        expect(days(span(split.trainDays.last + 1, split.validDays.first - 1))).toEqual(expected.train_purged)
        expect(days(span(split.validDays.last + 1, fitDays.length - 1))).toEqual(expected.valid_purged)

        const [fitStart, fitEnd] = [inputs.calendar[0], inputs.calendar[inputs.calendar.length - 1]]
        const predictEnd = String(expected.first_prediction_date)
        const dates = Int32Array.of(...fitDays, parseDate(predictEnd) ?? 0)
        const [window] = fitWindows(
          { period: { fitStart, fitEnd, predictEnd }, refitMonths: null, fitMonths: null },
          dates,
        )
        expect(formatDate(window.predictStart)).toBe(predictEnd)
      }
    })
  },
)
