import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { studyResult } from '../../../src-shared/domain/result.ts'
import type { StudyConfig } from '../../../src-shared/domain/study.ts'
import { noteText } from '../../../src-shared/locales/index.ts'
import { createRandom } from '../../../src-shared/random.ts'
import { composite, frequencyPrediction } from '../../../src-main/factor/composite.ts'
import { neutralise } from '../../../src-main/factor/neutralise.ts'
import { createStudyService } from '../../../src-main/host/services/studies.ts'
import { importPaths } from '../../../src-main/ingest/importPaths.ts'
import { industryHistory } from '../../../src-main/market/industryHistory.ts'
import { loadMarket } from '../../../src-main/market/loadMarket.ts'
import type { MarketData } from '../../../src-main/market/panel.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import { allTestDays, testFactors } from '../../../src-main/study/factors.ts'
import { importedHash, readImportedFactors } from '../../../src-main/study/importedFactors.ts'
import { runLineageTask } from '../../../src-main/study/lineageTask.ts'
import { requireNeutralisable } from '../../../src-main/study/neutralisation.ts'
import { droppedNotes } from '../../../src-main/study/notes.ts'
import { type Prepared, prepare } from '../../../src-main/study/prepare.ts'
import { planRuns } from '../../../src-main/study/runKeys.ts'
import type { StudyRun } from '../../../src-main/study/training.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

let store: WritableStore
let market: MarketData

const MOVED = 20160901

/** Stocks in five industries; every third moves to the next one in the middle of the test period. */
const industryName = (stock: number, date: number): string =>
  `I${(stock + (stock % 3 === 0 && date >= MOVED ? 1 : 0)) % 5}`
const classifications = (symbols: readonly string[]) =>
  symbols.flatMap((symbol, stock) =>
    [20000101, MOVED].map((asOf) => ({ symbol, asOf, code: '', name: industryName(stock, asOf) })),
  )
const industryOn = (date: number): Int32Array =>
  Int32Array.from(market.panel.symbols, (_, stock) => Number(industryName(stock, date).slice(1)))

/** A factor on two days out of three, so that a weekly test has it on some of its dates only. */
function sparseFactor({ panel: { dates, symbols, close } }: MarketData): string {
  const rows = Array.from(dates, (date, t) =>
    symbols.flatMap((symbol, i) => {
      const value = close[t * symbols.length + i]
      return t % 3 === 0 || Number.isNaN(value) ? [] : [`${date},${symbol},${1 / value}\n`]
    }),
  )
  return `date,symbol,cheap\n${rows.flat().join('')}`
}

beforeAll(async () => {
  // Other processes of this machine may run studies too: these get a place for temporary files of their own.
  process.env['TMPDIR'] = await mkdtemp(join(tmpdir(), 'plateau-test-'))
  const { folder, path } = await smallStore()
  store = openStore(path, { mode: 'write' })
  const loaded = loadMarket(store)
  market = { ...loaded, industries: industryHistory(loaded.panel, classifications(loaded.panel.symbols)) }
  const file = join(folder, 'cheap.csv')
  await writeFile(file, sparseFactor(market))
  await importPaths({ store, paths: [file], preset: 'auto', dryRun: false })
}, 60_000)
afterAll(() => store.close())

type Parts = StudyConfig['composite']['neutralise']

const study = (neutralise: Parts, imported: string[] = []): StudyConfig => {
  const config = smallStudy()
  return {
    ...config,
    composite: { weights: { daily: 1, weekly: 1 }, neutralise },
    factorTest: { ...config.factorTest, imported },
  }
}

/** One run for each model, of one epoch. */
const brief = (config: StudyConfig): StudyConfig => ({
  ...config,
  optimizers: config.optimizers.slice(0, 1),
  training: { ...config.training, seeds: [1], maxEpochs: 1 },
})

/** Runs that predict at random; nothing else of them is read by the factor tests. */
function randomRuns(config: StudyConfig, prepared: Prepared): StudyRun[] {
  const record = buildStudyResult().runs[0]
  const stocks = Int32Array.from(market.panel.symbols.keys())
  return planRuns(config, prepared.windows.length).map((key, at) => {
    const random = createRandom(at)
    const predictions = prepared.testDays[key.window].map(() => ({
      stocks,
      values: Float64Array.from(stocks, () => random.normal()),
    }))
    return { key, record: { ...record, key }, predictions, trajectory: null }
  })
}

function tested(config: StudyConfig) {
  const prepared = prepare(config, market)
  const runs = randomRuns(config, prepared)
  const imported = readImportedFactors(store, config, prepared)
  const context = { industries: prepared.market.industries, styles: [] }
  return { prepared, runs, imported, ...testFactors(config, prepared, runs, imported, context) }
}

describe('the factors of a study', () => {
  it('have an analysis where they are composites, and correlations with the imported ones', () => {
    const { factors, factorCorrelations, imported } = tested(study([], ['cheap']))
    expect(factors.map(({ frequency, analysis }) => [frequency, analysis !== null])).toEqual([
      ['composite', true],
      ['composite', true],
      ['daily', false],
      ['weekly', false],
      ['daily', false],
      ['weekly', false],
    ])
    expect(factorCorrelations!.names).toEqual(['AdamW', 'SAM', 'cheap'])
    expect(factorCorrelations!.values.flat().every((value) => value !== null && Math.abs(value) <= 1)).toBe(
      true,
    )
    expect(imported[0].values.some((row) => row.every(Number.isNaN))).toBe(true)
    expect(imported[0].values.some((row) => !row.every(Number.isNaN))).toBe(true)
  })

  it.each<[Parts]>([[['industry']], [['size']], [['industry', 'size']]])(
    'are freed of %s on each date before they are tested and traded',
    (parts) => {
      const { prepared, runs, composites, neutralisation } = tested(study(parts))
      const { panel } = prepared.market
      const own = runs.filter(({ key }) => key.optimizer === 'SAM')
      let [withoutIndustry, withoutSize] = [0, 0]
      allTestDays(prepared).forEach((day, test) => {
        const whole = composite(
          ['daily', 'weekly'].map((frequency) =>
            frequencyPrediction(
              own.filter(({ key }) => key.frequency === frequency).map((run) => run.predictions[test].values),
            ),
          ),
        )
        const size = whole.map((_, stock) => {
          let at = day
          while (at >= 0 && Number.isNaN(panel.floatCap[at * whole.length + stock])) at--
          return at < 0 ? NaN : Math.log(panel.floatCap[at * whole.length + stock])
        })
        const expected = neutralise(whole, {
          industry: parts.includes('industry') ? industryOn(panel.dates[day]) : null,
          size: parts.includes('size') ? size : null,
        })
        withoutIndustry += expected.withoutIndustry
        withoutSize += expected.withoutSize
        expect(composites[1].composite[test]).toEqual(expected.values)
      })
      // Of both optimizers.
      expect(neutralisation).toEqual({ withoutIndustry: 2 * withoutIndustry, withoutSize: 2 * withoutSize })
    },
  )

  it('are analysed by the industry of each day', () => {
    const { prepared, factors } = tested(study([]))
    const days = allTestDays(prepared)
    const { dates, symbols } = prepared.market.panel
    const { universe, derived } = prepared
    // Random runs predict every stock: what a test leaves out cannot be bought or has no price.
    const counts = new Map<string, number>()
    for (const day of days)
      symbols.forEach((_, stock) => {
        const name = industryName(stock, dates[day])
        const at = day * symbols.length + stock
        const bought = universe[at] === 1 && derived.canBuy[at + symbols.length] === 1
        if (bought) counts.set(name, (counts.get(name) ?? 0) + 1)
      })
    const { industries } = factors[0].analysis!
    expect(industries.map(({ industry }) => industry)).toEqual(['I0', 'I1', 'I2', 'I3', 'I4'])
    for (const { industry, stocks } of industries)
      expect(stocks).toBeCloseTo(counts.get(industry)! / days.length, 12)
  })

  it('ask for industries and sizes before anything is trained', () => {
    const refusal = (parts: Parts, changed: Partial<MarketData>) => () =>
      requireNeutralisable(
        { composite: { weights: { daily: 1, weekly: 1 }, neutralise: parts } },
        { ...market, ...changed },
      )
    const nothing = { ...market.panel, floatCap: market.panel.floatCap.map(() => NaN) }
    const expected = expect.objectContaining({
      code: 'data_insufficient',
      place: { field: 'composite.neutralise' },
    }) as Error
    expect(refusal(['industry'], { industries: null })).toThrow(expected)
    expect(refusal(['size'], { panel: nothing })).toThrow(expected)
    expect(refusal(['industry', 'size'], {})).not.toThrow()
    expect(refusal([], { industries: null, panel: nothing })).not.toThrow()
  })

  it(
    'are in the result of a whole study with the imported ones, whose gaps a note tells',
    { timeout: 120_000 },
    async () => {
      const service = createStudyService(store, new URL('../../../src-main/host/worker.ts', import.meta.url))
      try {
        const { id } = service.start(brief(study(['industry', 'size'], ['cheap'])))
        expect(await service.finished(id)).toMatchObject({ state: 'done', error: null })
        const result = studyResult.parse(service.result(id))
        expect(result.factorCorrelations!.names).toEqual(['AdamW', 'cheap'])
        const [cheap] = result.importedFactors
        expect(cheap.name).toBe('cheap')
        expect(cheap.analysis.decay).toHaveLength(20)
        expect(cheap.skippedDates).toBeGreaterThan(0)

        const [{ model, index, ledger }] = result.portfolios
        const question = { model, index, date: ledger[0].fillDate, symbol: null }
        const lineage = () => runLineageTask({ kind: 'lineage', study: id, store: store.path, ...question })
        expect(lineage().stocks).not.toEqual([])
        const valued = cheap.testDates.find((_, test) => cheap.pairs[test] > 0)!
        store.run('UPDATE extra_factor_value SET value = 2 * value WHERE date = ?', valued)
        // What is held does not depend on a factor that is only tested.
        expect(lineage().stocks).not.toEqual([])
        store.run('UPDATE extra_factor_value SET value = value / 2 WHERE date = ?', valued)

        const unknown = service.start(brief(study([], ['dear'])))
        expect(await service.finished(unknown.id)).toMatchObject({
          state: 'failed',
          error: { code: 'not_found' },
        })
        expect(service.epochs(unknown.id)).toEqual([])
      } finally {
        await service.close()
      }
    },
  )
})

describe('the hash of imported factors', () => {
  const hashOf = (imported: string[]) => {
    const config = study([], imported)
    return importedHash(readImportedFactors(store, config, prepare(config, market)))
  }

  it('is null without any, and changes with a value of theirs that is tested', () => {
    expect(hashOf([])).toBe(null)
    const before = hashOf(['cheap'])
    const tests = allTestDays(prepare(study([]), market)).map((day) => market.panel.dates[day])
    const tested = tests.find((date) =>
      store.get('SELECT 1 FROM extra_factor_value WHERE date = ? LIMIT 1', date),
    )!
    const symbol = market.panel.symbols[3]
    const scale = (by: number, where: string) =>
      store.run(
        `UPDATE extra_factor_value SET value = value * ?
         WHERE instrument = (SELECT id FROM instrument WHERE symbol = ?) AND ${where}`,
        by,
        symbol,
      )
    scale(2, `date = ${tested}`)
    expect(hashOf(['cheap'])).not.toBe(before)
    scale(0.5, `date = ${tested}`)
    expect(hashOf(['cheap'])).toBe(before)
    scale(2, `date NOT IN (${tests.join()})`)
    expect(hashOf(['cheap'])).toBe(before)
  })
})

describe('the note on a test that leaves much of the universe out', () => {
  it('is there from 35 % on, for composites and imported factors', () => {
    const { factors, importedFactors } = buildStudyResult()
    const dropping = <F extends (typeof factors)[number] | (typeof importedFactors)[number]>(
      factor: F,
      count: number,
    ): F => ({
      ...factor,
      universeStockDates: 1000,
      dropped: [
        { reason: 'no_factor', count },
        { reason: 'not_buyable', count: 100 },
      ],
    })
    const notes = (count: number) =>
      droppedNotes({
        factors: factors.map((factor) => dropping(factor, count)),
        importedFactors: importedFactors.map((factor) => dropping(factor, count)),
      })
    expect(notes(250)).toEqual([])
    const named = [...factors.filter(({ frequency }) => frequency === 'composite'), ...importedFactors]
    expect(notes(251)).toEqual(
      named.map(({ name }) => ({ code: 'factor_dropped', values: { model: name, share: 0.351 } })),
    )
    expect(noteText(notes(251)[0], 'en')).toContain('35.10%')
    expect(noteText(notes(251)[0], 'zh-CN')).toContain('35.10%')
  })
})
