import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { factorReport } from '../../../src-shared/domain/factor.ts'
import { factorAnalysis } from '../../../src-shared/domain/factorAnalysis.ts'
import { openStore } from '../../../src-main/store/store.ts'
import type { FactorAnswer } from '../../../src-main/study/factorTask.ts'
import { smallStore } from '../../fixtures/smallStore.ts'
import { answerOf, errorOf, plateau } from './plateau.ts'

let folder: string
let store: string

beforeAll(async () => {
  ;({ folder, path: store } = await smallStore())
  const db = openStore(store, { mode: 'read' })
  const bars = db.all<{ date: number; symbol: string; close: number }>(
    'SELECT date, symbol, close FROM bar JOIN instrument ON instrument.id = bar.instrument WHERE close IS NOT NULL',
  )
  db.close()
  const early = join(folder, 'early.csv')
  writeFileSync(
    early,
    `date,symbol,early\n${bars
      .filter(({ date }) => date <= 20151031)
      .map(({ date, symbol, close }) => `${date},${symbol},${1 / close}`)
      .join('\n')}\n`,
  )
  expect((await plateau(['import', early, '--store', store, '--json'])).code).toBe(0)
  const file = join(folder, 'cheap.csv')
  writeFileSync(
    file,
    `date,symbol,cheap\n${bars.map(({ date, symbol, close }) => `${date},${symbol},${1 / close}`).join('\n')}\n`,
  )
  expect((await plateau(['import', file, '--store', store, '--json'])).code).toBe(0)
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true }))

const at = (...args: string[]) => plateau(['factor', ...args, '--store', store])

describe('plateau factor', () => {
  it(
    'tests a stored factor on the whole market, and on an index over a period',
    { timeout: 60_000 },
    async () => {
      const whole = answerOf<FactorAnswer>(await at('cheap', '--json'))
      expect(factorReport.parse(whole.report)).toEqual(whole.report)
      expect(factorAnalysis.parse(whole.analysis)).toEqual(whole.analysis)
      expect(whole).toMatchObject({
        synthetic: true,
        universe: { index: null, minListedDays: 60, excludeSt: true },
        horizon: 5,
      })
      // The sample has one snapshot, of its last day.
      expect(whole.industryBasis).toEqual({
        stockDays: whole.report.universeStockDates,
        later: { stockDays: whole.report.universeStockDates, first: 20161230, last: 20161230 },
        undated: 0,
        unknown: 0,
      })
      expect(whole.report.layers).toHaveLength(10)
      expect(whole.report.testDates.length).toBeGreaterThan(90)

      const index = answerOf<FactorAnswer>(
        await at(
          ...['cheap', '--universe', 'SYN40.IDX', '--from', '2016-01-01', '--to', '2016-06-30'],
          ...['--layers', '5', '--horizon', '1', '--json'],
        ),
      )
      expect(index.universe.index).toBe('SYN40.IDX')
      expect(index.report.layers).toHaveLength(5)
      expect(index.report.testDates.every((date) => date > 20160101 && date <= 20160630)).toBe(true)
      expect(Math.max(...index.report.pairs)).toBeLessThanOrEqual(40)
      // With a horizon of one day the test's own RankIC is that of the first day after the fill.
      expect(index.analysis.decay[0].oneDay).toBe(index.report.rankIcSummary.mean)
      expect(index.analysis.industries.length).toBeGreaterThan(1)
    },
  )

  it(
    'holds the layers for a week after the last fill, or to --to where that is later',
    { timeout: 60_000 },
    async () => {
      const reportOf = async (...args: string[]) => answerOf<FactorAnswer>(await at(...args, '--json'))
      // Friday 2016-03-25 is the last test date, filled on Monday 28.
      const { report, analysis } = await reportOf('cheap', '--to', '2016-03-25')
      expect(report.testDates.at(-1)).toBe(20160325)
      expect(report.returnDates.filter((date) => date > 20160328)).toHaveLength(5)
      expect(analysis.years.map(({ year }) => year)).toEqual([2015, 2016])
      // Prices beyond the walk still count for the decay: every lag has the same test dates.
      expect(new Set(analysis.decay.map(({ cumulativeN }) => cumulativeN)).size).toBe(1)

      // The values end in October: the layers a week after the last fill, though --to is absent.
      const early = (await reportOf('early')).report
      expect(early.returnDates.at(-1)).toBeLessThan(20151115)
      const asked = (await reportOf('early', '--to', '2015-12-25')).report
      expect(asked.returnDates.at(-1)).toBe(20151225)
    },
  )

  it(
    'says from when to when a factor has values, and which period is none',
    { timeout: 60_000 },
    async () => {
      const late = errorOf(await at('early', '--from', '2016-02-01', '--json'))
      expect(late).toMatchObject({ code: 'data_insufficient' })
      expect(late.remedy).toMatch(/from 2015-\d\d-\d\d to 2015-10-\d\d/)
      const turned = errorOf(await at('cheap', '--from', '2016-06-30', '--to', '2016-01-01', '--json'))
      expect(turned).toMatchObject({ code: 'usage' })
      expect(turned.message).toContain('2016-01-01, before it begins on 2016-06-30')
    },
  )

  it(
    'answers in lines without --json, and says that the data are synthetic',
    { timeout: 60_000 },
    async () => {
      const { code, stdout } = await at('cheap')
      expect(code).toBe(0)
      expect(stdout).toContain('cheap  [SYNTHETIC DATA]')
      expect(stdout).toMatch(/RankIC +[−\d.]+/)
      expect(stdout).toMatch(/^[\d,]+ more without a period return, [\d,]+ with one$/m)
      expect((await at('early')).stdout).toMatch(
        /^\d+ rebalances; last test date with a value 2015-10-\d\d$/m,
      )
      expect(stdout).toMatch(
        /^[\d,]+ stock-dates \(100\.00%\) by a later classification, 2016-12-30: hindsight$/m,
      )
      const industriesOf = (text: string) => text.split('\n\n').at(-1)?.trim().split('\n').slice(3) ?? []
      expect(industriesOf(stdout).some((row) => !row.includes('—'))).toBe(true)
      // Six weeks are under ten dates: an industry has its number of stocks alone.
      const few = industriesOf((await at('cheap', '--from', '2016-01-01', '--to', '2016-02-14')).stdout)
      expect(few.length).toBeGreaterThan(1)
      for (const row of few) expect(row).toMatch(/ [\d.]+ +— +— +—$/)
    },
  )

  it.each<[string, string[], string]>([
    ['a factor that is not stored', ['dear'], 'not_found'],
    ['an index that is not stored', ['cheap', '--universe', 'X.IDX'], 'not_found'],
    ['a period without a week', ['cheap', '--from', '2030-01-01'], 'data_insufficient'],
    ['layers beyond the stocks', ['cheap', '--universe', 'SYN40.IDX', '--layers', '50'], 'data_insufficient'],
    ['one layer', ['cheap', '--layers', '1'], 'usage'],
    ['a horizon in part', ['cheap', '--horizon', '2.5'], 'usage'],
    ['a date that is none', ['cheap', '--from', 'May'], 'usage'],
    ['no name', [], 'usage'],
  ])('refuses %s', { timeout: 60_000 }, async (_, args, code) => {
    const ended = await at(...args, '--json')
    expect(ended.code).toBe(2)
    expect(errorOf(ended)).toMatchObject({ code })
  })
})
