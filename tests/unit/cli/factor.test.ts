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
    'answers in lines without --json, and says that the data are synthetic',
    { timeout: 60_000 },
    async () => {
      const { code, stdout } = await at('cheap')
      expect(code).toBe(0)
      expect(stdout).toContain('cheap  [SYNTHETIC DATA]')
      expect(stdout).toMatch(/RankIC +[−\d.]+/)
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
