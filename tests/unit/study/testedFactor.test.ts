import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStudyService } from '../../../src-main/host/services/studies.ts'
import { loadPredictions, savePredictions } from '../../../src-main/store/runFiles.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import { runFactorDayTask } from '../../../src-main/study/factorDayTask.ts'
import { allTestDays } from '../../../src-main/study/factors.ts'
import { type RetestProgress, runRetestTask } from '../../../src-main/study/retestTask.ts'
import { factorValues, tracedStudy } from '../../../src-main/study/testedFactor.ts'
import { type FactorReport, factorReport } from '../../../src-shared/domain/factor.ts'
import { type FactorDay, factorDay, type TestedFactor } from '../../../src-shared/domain/factorDay.ts'
import type { RetestAnswer, RetestSettings } from '../../../src-shared/domain/factorRetest.ts'
import type { StudyResult } from '../../../src-shared/domain/result.ts'
import { mean, spearman } from '../../../src-shared/statistics.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)
const SAM: TestedFactor = { scope: 'composite', name: 'SAM' }
let store: WritableStore
let study: string
let result: StudyResult
/** What the study tested, each by what it is asked for. */
let tested: { factor: TestedFactor; report: FactorReport }[]

beforeAll(async () => {
  process.env['TMPDIR'] = mkdtempSync(join(tmpdir(), 'plateau-test-'))
  store = openStore((await smallStore()).path, { mode: 'write' })
  const [noCap, noIndustry] = store
    .all<{ symbol: string }>('SELECT symbol FROM index_membership WHERE out_date IS NULL ORDER BY symbol')
    .map(({ symbol }) => symbol)
  store.run(
    'UPDATE bar SET float_cap = NULL WHERE instrument = (SELECT id FROM instrument WHERE symbol = ?)',
    noCap,
  )
  store.run('DELETE FROM industry WHERE symbol = ?', noIndustry)
  store.run("INSERT INTO extra_factor VALUES (1, 'SMALL')")
  store.run(
    `INSERT INTO extra_factor_value (factor, instrument, date, value, batch)
     SELECT 1, instrument, date, -float_cap, batch FROM bar WHERE float_cap IS NOT NULL`,
  )
  const config = smallStudy()
  const service = createStudyService(store, WORKER)
  study = service.start({
    ...config,
    // Two windows, so that each day has models of its own.
    refitMonths: 4,
    optimizers: config.optimizers.filter(({ name }) => name === 'SAM'),
    training: { ...config.training, maxEpochs: 1 },
    composite: { weights: { daily: 1, weekly: 2 }, neutralise: ['industry'] },
    factorTest: { ...config.factorTest, imported: ['SMALL'] },
    backtest: { ...config.backtest, annualisedExcess: 'difference' },
  }).id
  expect(await service.finished(study)).toMatchObject({ state: 'done', error: null })
  result = service.result(study)
  await service.close()
  tested = [
    ...result.factors.map((report) => ({
      factor: { scope: report.frequency, name: report.optimizer },
      report,
    })),
    ...result.importedFactors.map((report) => ({
      factor: { scope: 'imported' as const, name: report.name },
      report,
    })),
  ]
}, 400_000)
afterAll(() => {
  store.close()
  rmSync(dirname(store.path), { recursive: true })
})

const PARTS: RetestSettings['neutralise'][] = [['industry'], ['size'], ['industry', 'size']]
const OWN: RetestSettings = { horizon: 5, layers: 5, neutralise: [] }
function answer(
  factor: TestedFactor,
  settings: Partial<RetestSettings>,
  progress: RetestProgress[] = [],
): RetestAnswer {
  return runRetestTask(
    { kind: 'retest', study, store: store.path, ...factor, settings: { ...OWN, ...settings } },
    (each) => progress.push(each),
  )
}
const retest = (...question: Parameters<typeof answer>): FactorReport => answer(...question).report
const dayOf = (factor: TestedFactor, date: number): FactorDay =>
  runFactorDayTask({ kind: 'factorDay', study, store: store.path, ...factor, date })

describe('a factor tested anew', () => {
  it('by the settings of the study is what the study says, of every factor', () => {
    expect(tested.map(({ factor: { scope, name } }) => `${name} ${scope}`)).toEqual([
      'SAM composite',
      'SAM daily',
      'SAM weekly',
      'SMALL imported',
    ])
    for (const { factor, report } of tested) {
      const neutralise = factor.scope === 'composite' ? (['industry'] as const) : []
      const anew = retest(factor, { neutralise: [...neutralise] })
      expect(anew).toEqual(factorReport.parse(report))
    }
  })

  it('has the excess of its layers by the rule of the study', () => {
    for (const { layers, benchmark } of [...tested.map(({ report }) => report), retest(SAM, { layers: 3 })])
      for (const { annualisedExcess, annualisedReturn } of layers)
        expect(annualisedExcess).toBeCloseTo(annualisedReturn - benchmark.annualisedReturn, 12)
  })

  it('over another horizon has other ICs on the same layers, with a lag for the returns that overlap', () => {
    const [own, longer] = [retest(SAM, {}), retest(SAM, { horizon: 20 })]
    expect(longer.layerReturns).toEqual(own.layerReturns)
    expect(longer.testDates).toEqual(own.testDates)
    expect(longer.rankIc).not.toEqual(own.rankIc)
    // The last weeks have no return of twenty days yet.
    expect(longer.skippedDates).toBeGreaterThan(own.skippedDates)
    expect(longer.rankIcSummary.neweyWestLag).toBeGreaterThanOrEqual(own.rankIcSummary.neweyWestLag!)
    const day = dayOf({ scope: 'daily', name: 'SAM' }, own.testDates[3])
    expect(day.horizon).toBe(result.config.factorTest.horizon)
  })

  it('has as many layers as it is asked for', () => {
    expect(retest(SAM, { layers: 3 }).layers.map(({ layer }) => layer)).toEqual([1, 2, 3])
  })

  it('is free of what it is asked to be free of among the stocks that it is tested on', () => {
    const traced = tracedStudy(store, study, result)
    const { universe, market } = traced.prepared
    const { panel, industries } = market
    const stocks = panel.symbols.length
    const days = allTestDays(traced.prepared)
    for (const { factor } of tested)
      for (const neutralise of PARTS) {
        const { values } = factorValues(store, traced, factor, neutralise, days)
        values.forEach((row, test) => {
          const of = <A extends Float64Array | Uint8Array>(matrix: A) =>
            matrix.subarray(days[test] * stocks, (days[test] + 1) * stocks)
          const [within, caps] = [of(universe), of(panel.floatCap)]
          const industry = industries!.at(days[test])
          const counted = Array.from(row.keys()).filter((i) => within[i] === 1 && !Number.isNaN(row[i]))
          expect(counted.length).toBeGreaterThan(20)
          const groups = Map.groupBy(counted, (i) => (neutralise.includes('industry') ? industry[i] : 0))
          let slope = 0
          for (const group of groups.values()) {
            expect(mean(group.map((i) => row[i]))).toBeCloseTo(0, 10)
            const sized = group.filter((i) => !Number.isNaN(caps[i]))
            const centre = mean(sized.map((i) => Math.log(caps[i])))
            for (const i of sized) slope += (row[i] * (Math.log(caps[i]) - centre)) / counted.length
          }
          if (neutralise.includes('size')) expect(slope).toBeCloseTo(0, 10)
        })
      }
  })

  it('counts the stock-dates that have no industry or no size to be freed of', () => {
    expect(answer(SAM, {})).toMatchObject({ withoutIndustry: 0, withoutSize: 0 })
    const byIndustry = answer(SAM, { neutralise: ['industry'] })
    expect(byIndustry.withoutSize).toBe(0)
    // As the study, which is itself freed of industries.
    expect(result.notes).toContainEqual({
      code: 'neutralised_without_industry',
      values: { count: byIndustry.withoutIndustry },
    })
    const { testDates } = byIndustry.report
    // One stock is in the universe without an industry and another without a capitalisation, on most test dates.
    for (const count of [byIndustry.withoutIndustry, answer(SAM, { neutralise: ['size'] }).withoutSize]) {
      expect(count).toBeGreaterThan(testDates.length / 2)
      expect(count).toBeLessThanOrEqual(testDates.length)
    }
  })

  it('says how far it is: nothing of the market, then every test date', () => {
    const progress: RetestProgress[] = []
    const { testDates } = retest(SAM, {}, progress)
    expect(progress).toEqual([null, ...testDates.map((_, at) => ({ done: at + 1, all: testDates.length }))])
  })

  it('is refused of a factor that the study did not test, and of more layers than there are stocks', () => {
    expect(() => retest({ scope: 'composite', name: 'GAM' }, {})).toThrow(
      expect.objectContaining({
        code: 'not_found',
        message: expect.stringContaining('GAM / composite'),
        remedy: expect.stringContaining('SAM / weekly'),
      }),
    )
    expect(() => retest(SAM, { layers: 50 })).toThrow(expect.objectContaining({ code: 'data_insufficient' }))
  })
})

describe('the layers of a test date', () => {
  it('hold every stock of the test once, the highest scores first, and give the RankIC of the date', () => {
    for (const { factor, report } of tested) {
      const test = 4
      const answer = dayOf(factor, report.testDates[test])
      expect(factorDay.parse(answer)).toEqual(answer)
      expect(answer).toMatchObject({ layers: 5, horizon: 5, rankIc: report.rankIc[test] })
      const { stocks } = answer
      expect(new Set(stocks.map(({ symbol }) => symbol)).size).toBe(stocks.length)
      for (const { name } of stocks) expect(name).not.toBe('')
      const inOrder = (values: readonly number[]) =>
        values.every((value, at) => at === 0 || value >= values[at - 1])
      expect(inOrder(stocks.map(({ layer }) => layer))).toBe(true)
      expect(inOrder(stocks.map(({ score }) => -score))).toBe(true)
      const sizes = report.layers.map(({ layer }) => stocks.filter((stock) => stock.layer === layer).length)
      expect(sizes[0] - sizes[4]).toBe(stocks.length % 5 === 0 ? 0 : 1)
      const paired = stocks.filter(({ nextReturn }) => nextReturn !== null)
      expect(paired).toHaveLength(report.pairs[test])
      expect(
        spearman(
          paired.map(({ score }) => score),
          paired.map(({ nextReturn }) => nextReturn!),
        ),
      ).toBeCloseTo(report.rankIc[test]!, 12)
    }
  })

  it('are refused on a day that is no test date, and where a prediction is not what the study had', () => {
    const [{ testDates }] = result.factors
    expect(() => dayOf(SAM, testDates[1] - 1)).toThrow(
      expect.objectContaining({ code: 'not_found', message: expect.stringContaining('no test date') }),
    )
    const [{ key }] = result.runs.filter(
      ({ key: { optimizer, window } }) => optimizer === 'SAM' && window === 0,
    )
    const days = loadPredictions(store, study, key)
    days[1].values[5] += 1e-3
    savePredictions(store, study, key, days)
    expect(() => dayOf(SAM, testDates[1])).toThrow(expect.objectContaining({ code: 'store_corrupt' }))
    // It is of that day and that frequency alone.
    dayOf(SAM, testDates[2])
    dayOf({ scope: key.frequency === 'daily' ? 'weekly' : 'daily', name: 'SAM' }, testDates[1])
  })

  it('and a test anew are refused of an imported factor that is not what the study tested, and of no other', () => {
    const [{ testDates }] = result.importedFactors
    const imported: TestedFactor = { scope: 'imported', name: 'SMALL' }
    // An import of the factor again, with another value on one test day.
    const scale = (by: number) =>
      store.run(
        `UPDATE extra_factor_value SET value = value * ? WHERE date = ?
         AND instrument = (SELECT min(instrument) FROM extra_factor_value)`,
        by,
        testDates[4],
      )
    const changed = expect.objectContaining({
      code: 'data_changed',
      message: expect.stringContaining(result.importedHash!.slice(0, 12)),
    })
    scale(2)
    expect(() => retest(imported, {})).toThrow(changed)
    expect(() => dayOf(imported, testDates[4])).toThrow(changed)
    expect(() => dayOf(imported, testDates[5])).toThrow(changed)
    dayOf(SAM, testDates[4])
    scale(0.5)
    retest(imported, {})
  })

  // Last: it changes the store.
  it('are refused where the stored data are not those that the study read', () => {
    store.run('UPDATE bar SET close = close * 1.0001 WHERE date = (SELECT max(date) FROM bar)')
    store.run("UPDATE import_batch SET sha256 = 'f' || substr(sha256, 2) WHERE id = 1")
    const [{ testDates }] = result.factors
    expect(() => dayOf(SAM, testDates[1])).toThrow(expect.objectContaining({ code: 'data_changed' }))
    expect(() => retest(SAM, {})).toThrow(expect.objectContaining({ code: 'data_changed' }))
  })
})
