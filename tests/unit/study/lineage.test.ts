import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStudyService } from '../../../src-main/host/services/studies.ts'
import { loadPredictions, savePredictions } from '../../../src-main/store/runFiles.ts'
import { openStore, type WritableStore } from '../../../src-main/store/store.ts'
import { saveResult } from '../../../src-main/store/studies.ts'
import { runLineageTask } from '../../../src-main/study/lineageTask.ts'
import { type Lineage, lineage } from '../../../src-shared/domain/lineage.ts'
import type { PortfolioReport } from '../../../src-shared/domain/portfolio.ts'
import type { StudyResult } from '../../../src-shared/domain/result.ts'
import { mean, standardDeviation } from '../../../src-shared/statistics.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)
const INDEX = 'SYN40.IDX'
let store: WritableStore
let study: string
let result: StudyResult
let portfolio: PortfolioReport
/** On which every fourth stock moves to another industry, in the second window. */
const MOVED = 20161010
/** Its bars have no float capitalisation. */
let unsized: string

/** Industries known in time, in place of the sample's one snapshot. */
function classify(): void {
  const rows = store.all<{ symbol: string; code: string; name: string; batch: number }>(
    'SELECT symbol, code, name, batch FROM industry ORDER BY symbol',
  )
  const put = (asOf: number, { symbol, code, name, batch }: (typeof rows)[number]) =>
    store.run('INSERT INTO industry VALUES (?, ?, ?, ?, ?)', symbol, asOf, code, name, batch)
  store.run('DELETE FROM industry')
  rows.forEach((row, at) => {
    put(20150105, row)
    if (at % 4 === 0) put(MOVED, { ...row, name: rows[(at + 1) % rows.length].name })
  })
}

beforeAll(async () => {
  process.env['TMPDIR'] = mkdtempSync(join(tmpdir(), 'plateau-test-'))
  store = openStore((await smallStore()).path, { mode: 'write' })
  classify()
  unsized = store.get<{ symbol: string }>('SELECT min(symbol) AS symbol FROM instrument')!.symbol
  store.run(
    'UPDATE bar SET float_cap = NULL WHERE instrument = (SELECT id FROM instrument WHERE symbol = ?)',
    unsized,
  )
  const service = createStudyService(store, WORKER)
  const config = smallStudy()
  study = service.start({
    ...config,
    // Two windows, so that each day has models of its own.
    refitMonths: 4,
    composite: { weights: { daily: 1, weekly: 2 }, neutralise: ['industry'] },
    training: { ...config.training, maxEpochs: 2, patience: 2 },
    portfolio: {
      ...config.portfolio,
      limits: { ...config.portfolio.limits, linearCost: 0.002, sizeActiveMax: 0.5 },
    },
  }).id
  expect(await service.finished(study)).toMatchObject({ state: 'done', error: null })
  result = service.result(study)
  portfolio = result.portfolios.find(({ model, index }) => model === 'SAM' && index === INDEX)!
  await service.close()
}, 180_000)
afterAll(() => {
  store.close()
  rmSync(dirname(store.path), { recursive: true })
})

const trace = (date: number, symbol: string | null = null): Lineage =>
  runLineageTask({ kind: 'lineage', study, store: store.path, model: 'SAM', index: INDEX, date, symbol })
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** z-scores with ddof 1 of what is there, written anew. */
function scores(values: readonly (number | null)[]): (number | null)[] {
  const known = values.filter((value) => value !== null)
  return values.map((value) => (value === null ? null : (value - mean(known)) / standardDeviation(known)!))
}

describe('the lineage of a day', () => {
  it('names the last rebalance filled by then, its decision and those after it', () => {
    const { ledger, decisions } = portfolio
    // A fill, the day before the next one, which decided it, and the weekend before that fill.
    const [first, second] = ledger.slice(2)
    expect(second.decisionDate).toBeGreaterThan(first.fillDate)
    const { orders: _, ...facts } = first
    const decision = decisions.find(({ date }) => date === first.decisionDate)
    for (const date of [first.fillDate, second.decisionDate, second.decisionDate + 1])
      expect(trace(date)).toMatchObject({ rebalance: facts, decision })
    expect(trace(first.fillDate).laterDecisions).toEqual([])
    const waiting = decisions.filter(({ date }) => date > first.decisionDate && date <= second.decisionDate)
    expect(waiting.length).toBeGreaterThan(0)
    expect(trace(second.decisionDate).laterDecisions).toEqual(waiting)
    expect(trace(second.decisionDate + 1)).toEqual(trace(second.decisionDate))
    expect(trace(second.fillDate).rebalance.fillDate).toBe(second.fillDate)
  })

  it('ties every weight to the ledger and the decision, and the NAV to the returns', () => {
    const fill = portfolio.ledger[4]
    const from = portfolio.dates.findIndex((date) => date > fill.fillDate)
    let nav = trace(fill.fillDate).nav
    for (const at of [from, from + 1]) {
      const answer = trace(portfolio.dates[at])
      expect(lineage.parse(answer)).toEqual(answer)
      expect(answer.date).toBe(portfolio.dates[at])
      expect(answer.returns).toEqual({
        portfolio: portfolio.returns[at],
        benchmark: portfolio.benchmarkReturns[at],
      })
      expect(answer.nav / nav - 1).toBeCloseTo(portfolio.returns[at], 12)
      nav = answer.nav

      const { stocks, decision, check, cashWeight } = answer
      expect(sum(stocks.map(({ weight }) => weight)) + cashWeight).toBeCloseTo(1, 12)
      expect(sum(stocks.map(({ weightBefore }) => weightBefore))).toBeCloseTo(
        1 - fill.cashBefore / fill.valueBefore,
        12,
      )
      expect(sum(stocks.map(({ weightAfter }) => weightAfter))).toBeCloseTo(
        1 - fill.cashAfter / fill.valueAfter,
        12,
      )
      expect(sum(stocks.map(({ targetWeight }) => targetWeight))).toBeCloseTo(1, 9)
      expect(
        sum(stocks.map(({ targetWeight, heldWeight }) => Math.abs(targetWeight - heldWeight))),
      ).toBeCloseTo(decision.targetTurnover!, 9)
      expect(sum(stocks.map(({ member, targetWeight }) => (member ? targetWeight : 0)))).toBeCloseTo(
        decision.memberWeight!,
        9,
      )
      for (const { stored, recomputed } of Object.values(check)) {
        expect(stored).not.toBeNull()
        expect(recomputed).toBeCloseTo(stored!, 9)
      }
      const ordered = new Map(fill.orders.map((order) => [order.symbol, order]))
      expect(stocks.filter(({ order }) => order !== null)).toHaveLength(ordered.size)
      for (const stock of stocks) {
        if (stock.order === null) {
          expect(stock.targetWeight).toBeCloseTo(stock.heldWeight, 11)
          continue
        }
        const { targetWeight, weightBefore, weightAfter, ...order } = ordered.get(stock.symbol)!
        expect(stock.weightBefore).toBeCloseTo(weightBefore, 12)
        expect(stock).toMatchObject({ targetWeight, weightAfter })
        expect(order).toMatchObject(stock.order)
      }
    }
  })

  it.each([0, 1])('takes the factor of window %i from the stored predictions of its runs', (window) => {
    const { predictStart, predictEnd, ...fit } = result.windows[window]
    const fills = portfolio.ledger.filter(
      ({ decisionDate }) => decisionDate >= predictStart && decisionDate <= predictEnd,
    )
    const fill = fills[1]
    const testDays = result.factors[0].testDates.filter((date) => date >= predictStart && date <= predictEnd)
    const position = testDays.indexOf(fill.decisionDate)
    const symbols = store
      .all<{ symbol: string }>('SELECT symbol FROM instrument ORDER BY symbol')
      .map(({ symbol }) => symbol)
    const answer = trace(fill.fillDate)
    expect(answer.window).toMatchObject({ ...fit, predictStart, predictEnd })
    expect(answer.window.train.first).toBe(fit.fitStart)
    expect(answer.window.train.last).toBeLessThan(answer.window.valid.first)
    expect(answer.window.valid.last).toBeLessThan(fit.fitEnd)
    expect(answer.frequencies).toEqual(['daily', 'weekly'])
    expect(answer.runs.map(({ key }) => key)).toEqual(
      ['daily', 'weekly'].flatMap((frequency) =>
        [1, 2].map((seed) => ({ window, frequency, optimizer: 'SAM', seed })),
      ),
    )
    const said = answer.runs.map(({ key, bestEpoch, validIc }) => {
      const run = result.runs.find((each) => JSON.stringify(each.key) === JSON.stringify(key))!
      expect(run.bestEpoch).toBe(bestEpoch)
      expect(validIc).toBe(Math.max(...run.epochs.map((epoch) => epoch.validIc)))
      const { stocks, values } = loadPredictions(store, study, key)[position]
      return symbols.map((_, stock) => (stocks.includes(stock) ? values[stocks.indexOf(stock)] : null))
    })
    const averages = [said.slice(0, 2), said.slice(2)].map((seeds) => {
      const [first, second] = seeds.map(scores)
      return scores(first.map((value, stock) => (value === null ? null : (value + second[stock]!) / 2)))
    })
    const composites = symbols.map((_, stock) => {
      const [daily, weekly] = averages.map((values) => values[stock])
      return daily === null || weekly === null ? null : (daily + 2 * weekly) / 3
    })
    // Neutralised: less the mean of the industry on the day.
    if (window === 1) expect(fill.decisionDate).toBeGreaterThan(MOVED)
    const industries = new Map(
      store
        .all<{ symbol: string; name: string }>(
          'SELECT symbol, name FROM industry WHERE as_of <= ? ORDER BY as_of',
          fill.decisionDate,
        )
        .map(({ symbol, name }) => [symbol, name]),
    )
    const residuals = composites.map((value, stock) => {
      const own = composites.filter(
        (other, at) => other !== null && industries.get(symbols[at]) === industries.get(symbols[stock]),
      )
      return value === null ? null : value - mean(own as number[])
    })
    const alphas = scores(residuals)
    expect(answer.stocks.length).toBeGreaterThan(10)
    const close = (value: number | null, expected: number | null): void =>
      expected === null ? expect(value).toBeNull() : expect(value).toBeCloseTo(expected, 10)
    for (const stock of answer.stocks) {
      const at = symbols.indexOf(stock.symbol)
      expect(stock.predictions).toEqual(said.map((values) => values[at]))
      stock.byFrequency.forEach((value, k) => close(value, averages[k][at]))
      close(stock.composite, composites[at])
      close(stock.neutralised, alphas[at])
      close(stock.alpha, alphas[at])
      expect(stock.industry).toBe(industries.get(stock.symbol))
    }
  })

  it('is the same of one stock asked for, and tells of one that is neither held nor ordered', () => {
    const { fillDate } = portfolio.ledger[3]
    const all = trace(fillDate)
    const { symbol } = all.stocks[2]
    expect(trace(fillDate, symbol)).toEqual({ ...all, stocks: [all.stocks[2]] })
    const listed = new Set(all.stocks.map((stock) => stock.symbol))
    const { symbol: other } = store
      .all<{ symbol: string }>('SELECT symbol FROM instrument ORDER BY symbol')
      .find((each) => !listed.has(each.symbol))!
    const [stock] = trace(fillDate, other).stocks
    expect(stock).toMatchObject({ symbol: other, order: null, weight: 0, targetWeight: 0, heldWeight: 0 })
  })

  it('has a size for every stock but one without a float capitalisation', () => {
    const { fillDate } = portfolio.ledger[3]
    expect(trace(fillDate, unsized).stocks[0].size).toBeNull()
    const others = trace(fillDate).stocks.filter(({ symbol }) => symbol !== unsized)
    expect(others.every(({ size }) => size !== null)).toBe(true)
  })

  it('is refused where there is no such study, portfolio, stock or day', () => {
    const { fillDate } = portfolio.ledger[0]
    const { lastDate } = result.data
    const question = { kind: 'lineage', study, store: store.path, model: 'SAM', index: INDEX } as const
    for (const [other, message, remedy] of [
      [{ study: 'none' }, 'There is no study none', 'List the studies'],
      [{ model: 'GAM' }, 'no portfolio of GAM', 'SAM on SYN40.IDX'],
      [{ index: '000300.SH' }, 'on 000300.SH', 'AdamW on SYN40.IDX'],
      [{ symbol: '999999.SH' }, 'no bars of 999999.SH', 'symbol'],
      [{ date: fillDate - 1 }, 'There is no portfolio of SAM', 'from 2016-06-'],
      [{ date: lastDate + 1 }, 'There is no portfolio of SAM', 'to 2016-12-30'],
    ] as const)
      expect(() => runLineageTask({ ...question, date: fillDate, symbol: null, ...other })).toThrow(
        expect.objectContaining({
          code: 'not_found',
          message: expect.stringContaining(message),
          remedy: expect.stringContaining(remedy),
        }),
      )
    expect(trace(lastDate).date).toBe(lastDate)
  })

  it('is refused where one prediction, or the result, is not what the study had', () => {
    const { fillDate } = portfolio.ledger[1]
    const corrupt = (name: string) =>
      expect.objectContaining({ code: 'store_corrupt', message: expect.stringContaining(`${name} comes to`) })
    const [{ key }] = trace(fillDate).runs
    const days = loadPredictions(store, study, key)
    // The decision of the second fill is the second test day's.
    days[1].values[5] += 1e-3
    savePredictions(store, study, key, days)
    expect(() => trace(fillDate)).toThrow(corrupt('ic'))
    days[1].values[5] -= 1e-3
    savePredictions(store, study, key, days)
    trace(fillDate)

    const changed = structuredClone(result)
    const { decisions } = changed.portfolios.find(({ model }) => model === 'SAM')!
    for (const part of ['objective', 'sizeActive'] as const) {
      decisions[1][part]! += 1e-6
      saveResult(store, study, changed)
      expect(() => trace(fillDate)).toThrow(corrupt(part))
      decisions[1][part] = portfolio.decisions[1][part]
    }
    saveResult(store, study, result)
    trace(fillDate)
  })

  // Last: it changes the store.
  it('is refused where the stored data are not those that the study read', () => {
    const { fillDate } = portfolio.ledger[1]
    store.run('UPDATE bar SET close = close * 1.0001 WHERE date = (SELECT max(date) FROM bar)')
    store.run("UPDATE import_batch SET sha256 = 'f' || substr(sha256, 2) WHERE id = 1")
    expect(() => trace(fillDate)).toThrow(
      expect.objectContaining({
        code: 'data_changed',
        message: expect.stringContaining('not those that the study read'),
        remedy: expect.stringContaining('backup'),
      }),
    )
  })
})
