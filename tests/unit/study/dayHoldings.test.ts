import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStudyService } from '../../../src-main/host/services/studies.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import { runHoldingsTask } from '../../../src-main/study/holdingsTask.ts'
import { runLineageTask } from '../../../src-main/study/lineageTask.ts'
import { type DayHoldings, dayHoldings } from '../../../src-shared/domain/holdings.ts'
import type { PortfolioReport } from '../../../src-shared/domain/portfolio.ts'
import type { StudyResult } from '../../../src-shared/domain/result.ts'
import { PlateauError } from '../../../src-shared/errors.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)
const CAPITAL = 5e7
let store: WritableStore
let study: string
let result: StudyResult
let portfolio: PortfolioReport
/** On which every third stock has no trade. */
const STILL = 20160914

beforeAll(async () => {
  process.env['TMPDIR'] = mkdtempSync(join(tmpdir(), 'plateau-test-'))
  store = openStore((await smallStore()).path, { mode: 'write' })
  store.run('DELETE FROM bar WHERE date = ? AND instrument % 3 = 0', STILL)
  const service = createStudyService(store, WORKER)
  const config = smallStudy()
  study = service.start({
    ...config,
    models: config.models.slice(0, 1),
    optimizers: config.optimizers.slice(0, 1),
    training: { ...config.training, seeds: [1], maxEpochs: 1 },
    backtest: { ...config.backtest, capital: CAPITAL, lots: true },
  }).id
  expect(await service.finished(study)).toMatchObject({ state: 'done', error: null })
  result = service.result(study)
  portfolio = result.portfolios[0]
  await service.close()
}, 180_000)
afterAll(() => {
  store.close()
  rmSync(dirname(store.path), { recursive: true })
})

const ask = (date: number) => ({
  study,
  store: store.path,
  model: portfolio.model,
  index: portfolio.index,
  date,
})
const holdings = (date: number): DayHoldings => runHoldingsTask({ kind: 'holdings', ...ask(date) })
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Closes as they are stored. */
const closeOf = (symbol: string, date: number): number | null =>
  store.get<{ close: number | null }>(
    `SELECT close FROM bar JOIN instrument ON id = instrument WHERE symbol = ? AND date = ?`,
    symbol,
    date,
  )?.close ?? null

describe('the holdings of a day', () => {
  it('fit their schema, and sum to 1 with cash, as the benchmark does without', () => {
    const day = holdings(portfolio.dates[20])
    expect(dayHoldings.parse(day)).toEqual(day)
    expect(sum(day.stocks.map(({ weight }) => weight)) + day.cashWeight).toBeCloseTo(1, 12)
    expect(sum(day.stocks.map(({ benchmarkWeight }) => benchmarkWeight))).toBeCloseTo(1, 12)
    const value = sum(day.stocks.map((stock) => stock.value!))
    expect(value + day.cashWeight * day.nav * CAPITAL).toBeCloseTo(day.nav * CAPITAL, 4)
    expect(day.stocks.map(({ weight }) => weight)).toEqual(
      day.stocks.map(({ weight }) => weight).toSorted((a, b) => b - a),
    )
  })

  it('on the day of a fill are what its ledger left, at the close', () => {
    const { fillDate, orders, cashAfter, valueAfter } = portfolio.ledger[3]
    const day = holdings(fillDate)
    expect(day.fillDate).toBe(fillDate)
    expect(day.cashWeight * day.nav).toBeCloseTo(cashAfter, 12)
    const filled = orders.filter(({ fillPrice }) => fillPrice !== null)
    expect(filled.length).toBeGreaterThan(5)
    for (const { symbol, weightAfter, fillPrice } of filled) {
      const held = day.stocks.find((stock) => stock.symbol === symbol)
      // From the price of the fill to the close of the same day nothing is adjusted.
      const value = (weightAfter * valueAfter * closeOf(symbol, fillDate)!) / fillPrice!
      expect((held?.weight ?? 0) * day.nav).toBeCloseTo(value, 10)
    }
  })

  it('give the return of the result from one day to the next', () => {
    const { dates, returns, ledger } = portfolio
    const fills = new Set(ledger.map(({ fillDate }) => fillDate))
    const at = dates.findIndex((date, day) => day > 20 && !fills.has(date))
    const [before, after] = [holdings(dates[at - 1]), holdings(dates[at])]
    expect(after.nav / before.nav - 1).toBeCloseTo(returns[at], 12)
    // On a day without fills the stocks make the return.
    const weightBefore = new Map(before.stocks.map(({ symbol, weight }) => [symbol, weight]))
    const made = sum(
      after.stocks.map(({ symbol, dayReturn }) => (weightBefore.get(symbol) ?? 0) * (dayReturn ?? 0)),
    )
    expect(made).toBeCloseTo(returns[at], 12)
  })

  it('are those that the lineage of the day weighs', () => {
    const date = portfolio.dates.at(-3)!
    const day = holdings(date)
    const traced = runLineageTask({ kind: 'lineage', ...ask(date), symbol: null })
    expect(day.nav).toBeCloseTo(traced.nav, 12)
    expect(day.cashWeight).toBeCloseTo(traced.cashWeight, 12)
    const weights = new Map(day.stocks.map(({ symbol, weight }) => [symbol, weight]))
    for (const { symbol, weight } of traced.stocks) expect(weights.get(symbol) ?? 0).toBeCloseTo(weight, 12)
  })

  it('have a return for the stocks that traded on the day, and for no others', () => {
    const tradedOn = (date: number): Set<string> =>
      new Set(
        store
          .all<{
            symbol: string
          }>('SELECT symbol FROM bar JOIN instrument ON id = instrument WHERE date = ? AND volume > 0', date)
          .map(({ symbol }) => symbol),
      )
    const { stocks } = holdings(STILL)
    const traded = tradedOn(STILL)
    for (const { symbol, dayReturn } of stocks) expect(dayReturn !== null).toBe(traded.has(symbol))
    expect(stocks.filter(({ dayReturn, weight }) => dayReturn === null && weight > 0)).not.toEqual([])
  })

  it('are refused before the first fill and after the study', () => {
    const codeOn = (date: number): string | null => {
      try {
        holdings(date)
        return null
      } catch (error) {
        return error instanceof PlateauError ? error.code : 'other'
      }
    }
    const [{ decisionDate, fillDate }] = portfolio.ledger
    expect(codeOn(decisionDate)).toBe('not_found')
    expect(codeOn(fillDate)).toBeNull()
    expect(codeOn(result.data.lastDate)).toBeNull()
    expect(codeOn(result.data.lastDate + 1)).toBe('not_found')
  })
})
