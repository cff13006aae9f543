import path from 'node:path'
import type { Page } from '@playwright/test'
import type { StockNames } from '../../src-shared/contract/data.ts'
import { formatDate } from '../../src-shared/domain/date.ts'
import type { FactorDay } from '../../src-shared/domain/factorDay.ts'
import type { DayHoldings } from '../../src-shared/domain/holdings.ts'
import type { Lineage } from '../../src-shared/domain/lineage.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import { formatIc, formatNumber, formatPercent, formatRatio } from '../../src-shared/format.ts'
import { terms } from '../../src-shared/locales/index.ts'
import { marketFalls } from '../../src-shared/performance/marketFalls.ts'
import { performanceInput, periodRow } from '../../src-shared/performance/period.ts'
import { ask, expect, STUDY_LIMIT_MS, test } from './fixtures.ts'

/** The sample's study cut to what a test has time for: one seed, two epochs of small models, no landscapes. */
const shorten = (text: string): string => {
  const study = JSON.parse(text)
  study.training = { seeds: [1], maxEpochs: 2, patience: 2 }
  study.samples.stride = 20
  study.landscape = null
  for (const model of study.models) model.hiddenSize = 8
  return JSON.stringify(study)
}

/** Where a test leaves pictures to be looked at. */
const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join('test-results', 'screens', `portfolio-${name}.png`) })

test('a portfolio: linked zoom, drawdowns, holdings and lineage of a day, months in both languages', async ({
  plateau,
}) => {
  const { page, problems } = plateau
  await page.getByTestId('open-sample').click()
  await expect(page.getByTestId('synthetic').first()).toBeVisible()
  await page.getByTestId('nav-study').click()
  await page.getByTestId('study-json').click()
  const editor = page.locator('.n-drawer textarea')
  await editor.fill(shorten(await editor.inputValue()))
  await page.getByTestId('study-json-apply').click()
  await page.getByTestId('start-study').click()
  await expect(page.getByTestId('study-state').first()).toHaveAttribute('data-state', 'done', {
    timeout: STUDY_LIMIT_MS,
  })
  const [{ id }] = await ask<[{ id: string }]>(page, 'studies.list', {})
  const result = await ask<StudyResult>(page, 'studies.result', { id })
  const [report] = result.portfolios
  const { dates, model, index } = report
  const last = dates.length - 1

  await page.getByTestId('nav-portfolio').click()
  const shown = (name: string) => page.getByTestId(`chart-${name}`).getAttribute('data-shown')
  const range = page.getByTestId('zoom-range')
  const ready = (name: string) => page.locator(`[data-testid=chart-${name}][data-chart-ready]`)
  for (const name of ['nav', 'excess', 'months', 'rolling-trackingError'])
    await expect(ready(name)).toBeVisible()
  await expect(range).toContainText(formatDate(dates[0]!))
  await expect(range).toContainText(formatDate(dates[last]!))
  expect(await shown('nav')).toBe(`0 ${last}`)
  await picture(page, '1-dark')

  // A button zooms every chart over days, to the same of them.
  await page.getByTestId('zoom-3').click()
  const [first] = (await shown('nav'))!.split(' ').map(Number) as [number]
  expect(last - first).toBeGreaterThan(50)
  expect(last - first).toBeLessThan(70)
  await expect(range).toContainText(formatDate(dates[first]!))
  for (const name of ['excess', 'rolling-trackingError', 'rolling-informationRatio'])
    await expect(page.getByTestId(`chart-${name}`)).toHaveAttribute('data-shown', `${first} ${last}`)
  await picture(page, '2-zoomed')

  // The statistics are those of the days shown, with those of all days beside them and one key back.
  const input = performanceInput(report, result.config.backtest)
  const ofZoom = periodRow(input, { first: dates[first]!, last: dates[last]! })!
  const { full } = report.performance!
  const { metrics } = terms['zh-CN']
  const statistics = page.getByTestId('statistics')
  const texts = (row: typeof full) => ({
    sortino: formatRatio(row.sortino),
    valueAtRisk95: formatPercent(row.valueAtRisk95),
    dailyWinRate: formatPercent(row.dailyWinRate),
    worstDay: formatPercent(row.worstDay, 'always'),
    last: formatDate(row.last),
  })
  const [zoomedTexts, wholeTexts] = [texts(ofZoom), texts(full)]
  expect(zoomedTexts.sortino).not.toBe(wholeTexts.sortino)
  const cellsOf = (key: keyof typeof zoomedTexts) =>
    statistics
      .getByRole('row')
      .filter({ has: page.getByText(metrics[key].name, { exact: true }) })
      .locator('td')
  const models = result.portfolios.filter((portfolio) => portfolio.index === index).length
  for (const key of Object.keys(zoomedTexts) as (keyof typeof zoomedTexts)[]) {
    await expect(cellsOf(key).nth(1)).toHaveText(zoomedTexts[key])
    await expect(cellsOf(key).nth(1 + models)).toHaveText(wholeTexts[key])
  }
  await expect(statistics.getByRole('heading')).toContainText(formatDate(dates[first]!))
  expect(await cellsOf('sortino').first().getAttribute('title')).toContain(metrics.sortino.definition)
  await statistics.scrollIntoViewIfNeeded()
  await picture(page, '2-statistics')
  await page.getByTestId('statistics-whole').click()
  await expect(page.getByTestId('chart-nav')).toHaveAttribute('data-shown', `0 ${last}`)
  await expect(cellsOf('sortino')).toHaveCount(1 + models)
  await expect(cellsOf('sortino').nth(1)).toHaveText(wholeTexts.sortino)

  // Days of the period one by one; one of them chosen is the day whose holdings are shown.
  await page.getByTestId('zoom-3').click()
  const daily = page.getByTestId('daily')
  await expect(daily).toContainText(formatDate(dates[first]!))
  const firstDay = daily.locator('tbody tr.row').first()
  for (const text of [
    formatDate(dates[first]!),
    formatPercent(report.returns[first], 'always'),
    formatNumber(
      report.returns.slice(0, first + 1).reduce((nav, value) => nav * (1 + value), 1),
      4,
    ),
  ])
    await expect(firstDay).toContainText(text)
  await firstDay.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('holdings-date').locator('input')).toHaveValue(formatDate(dates[first]!))
  await daily.scrollIntoViewIfNeeded()
  await picture(page, '2-daily')

  // Another window, over the same days.
  await page.getByTestId('rolling-window').getByText('60', { exact: false }).click()
  const beta = page.getByTestId('chart-rolling-beta')
  await expect(beta).toHaveAttribute('aria-label', /60/)
  await expect(beta).toHaveAttribute('data-shown', `${first} ${last}`)
  await page.getByTestId('rolling').scrollIntoViewIfNeeded()
  await picture(page, '2-rolling')

  // So does the wheel over one of them, and the keys.
  const excess = (await page.getByTestId('chart-excess').boundingBox())!
  await page.getByTestId('chart-excess').scrollIntoViewIfNeeded()
  await page.getByTestId('chart-excess').hover({ position: { x: excess.width / 2, y: excess.height / 2 } })
  await page.mouse.wheel(0, 600)
  await expect(page.getByTestId('chart-nav')).not.toHaveAttribute('data-shown', `${first} ${last}`)
  await expect
    .poll(async () => (await shown('nav')) === (await shown('excess')) && (await shown('nav')))
    .not.toBe(false)
  const keys = page.getByTestId('chart-nav')
  await page.getByTestId('zoom-reset').click()
  await expect(page.getByTestId('chart-excess')).toHaveAttribute('data-shown', `0 ${last}`)
  await expect(page.getByTestId('zoom-reset')).toBeDisabled()
  await keys.focus()
  await page.keyboard.press('ArrowUp')
  await expect(page.getByTestId('chart-excess')).not.toHaveAttribute('data-shown', `0 ${last}`)

  // A drawdown is its own period.
  const [deepest] = report.performance!.excessDrawdowns
  const table = page.getByTestId('drawdowns-excess')
  await table.locator('tbody tr').first().click()
  const at = (date: number | null, none: number) => (date === null ? none : dates.indexOf(date))
  await expect(page.getByTestId('chart-nav')).toHaveAttribute(
    'data-shown',
    `${at(deepest!.start, 0)} ${at(deepest!.recovery, last)}`,
  )
  await keys.scrollIntoViewIfNeeded()
  await picture(page, '3-drawdown')
  // A fall of the market: just the days that its returns are of.
  const [fall] = marketFalls(
    dates,
    Float64Array.from(report.returns),
    Float64Array.from(report.benchmarkReturns),
    1,
  )
  await page.getByTestId('market-falls').locator('tbody tr').first().click()
  await expect(page.getByTestId('chart-nav')).toHaveAttribute(
    'data-shown',
    `${fall!.start === null ? 0 : at(fall!.start, 0) + 1} ${at(fall!.bottom, last)}`,
  )
  await page.getByTestId('zoom-reset').click()

  // Holdings begin with the first fill, the day before the first that is compared.
  const holdingsDay = page.getByTestId('holdings-date').locator('input')
  const { fillDate } = report.ledger[0]!
  expect(fillDate).toBeLessThan(dates[0]!)
  await daily.locator('tbody tr.row').first().press('Enter')
  await expect(holdingsDay).toHaveValue(formatDate(dates[0]!))
  for (const [step, date] of [
    ['before', fillDate],
    ['before', fillDate],
    ['after', dates[0]!],
  ] as const) {
    await page.getByTestId(`holdings-${step}`).click()
    await expect(holdingsDay).toHaveValue(formatDate(date))
  }

  // A day by the keyboard: the crosshair says its numbers, Enter opens where its weights come from.
  await keys.focus()
  await page.keyboard.press('End')
  await page.keyboard.press('ArrowLeft')
  const day = dates[last - 1]!
  await expect(page.getByTestId('nav-day')).toContainText(formatDate(day))
  const grown = report.returns.slice(0, last).reduce((nav, value) => nav * (1 + value), 1)
  await expect(page.getByTestId('nav-day')).toContainText(formatNumber(grown, 4))
  await page.keyboard.press('Enter')
  const drawer = page.getByTestId('lineage')
  const traced = page.getByTestId('lineage-answer')
  await expect(traced).toBeVisible()
  await expect(drawer).toContainText(formatDate(day))

  const lineage = await ask<Lineage>(page, 'portfolios.lineage', { studyId: id, model, index, date: day })
  const rebalance = report.ledger.findLast(({ fillDate }) => fillDate <= day)!
  const decision = report.decisions.find(({ date }) => date === rebalance.decisionDate)!
  const facts = page.getByTestId('lineage-rebalance')
  for (const text of [
    formatDate(rebalance.decisionDate),
    formatDate(rebalance.fillDate),
    formatPercent(rebalance.turnover),
    formatPercent(decision.targetTurnover),
    formatNumber(decision.objective, 4),
  ])
    await expect(facts).toContainText(text)
  await expect(page.getByTestId('lineage-day')).toContainText(
    formatPercent(report.returns[last - 1], 'always'),
  )
  const limits = page.getByTestId('lineage-limits')
  expect(decision.binding.length).toBeGreaterThan(0)
  for (const limit of decision.binding)
    await expect(limits).toContainText(formatNumber(decision.multipliers[limit], 4))
  await expect(page.getByTestId('lineage-check').locator('tbody tr')).toHaveCount(4)
  await picture(page, '4-lineage')

  // Another stock: the runs that made its factor, with what each of them said.
  const chosen = lineage.stocks[2]!
  await page.getByTestId('lineage-stocks').getByRole('row').filter({ hasText: chosen.symbol }).click()
  const runs = page.getByTestId('lineage-runs')
  await expect(runs).toContainText(chosen.symbol)
  await expect(runs.locator('tbody tr')).toHaveCount(lineage.runs.length)
  for (const [run, { bestEpoch, epochs }] of lineage.runs.entries()) {
    await expect(runs).toContainText(`${bestEpoch} / ${epochs}`)
    await expect(runs).toContainText(formatNumber(chosen.predictions[run], 6))
  }
  await runs.scrollIntoViewIfNeeded()
  await picture(page, '5-runs')
  await page.keyboard.press('Escape')
  await expect(traced).toBeHidden()

  // Its holdings stand below; they and cash are the whole portfolio.
  const holdings = page.getByTestId('holdings')
  await expect(page.getByTestId('holdings-table')).toBeVisible()
  const held = await ask<DayHoldings>(page, 'portfolios.holdings', { studyId: id, model, index, date: day })
  const weights = held.stocks.filter(({ weight }) => weight > 0)
  expect(weights.reduce((sum, { weight }) => sum + weight, held.cashWeight)).toBeCloseTo(1, 12)
  expect(held.nav).toBeCloseTo(lineage.nav, 12)
  await expect(holdings).toContainText(formatPercent(held.cashWeight))
  await expect(holdings).toContainText(formatNumber(held.nav, 4))
  const [heaviest] = weights
  const row = page.getByTestId('holdings-table').locator('tbody tr.row').first()
  for (const text of [
    heaviest!.symbol,
    formatPercent(heaviest!.weight),
    formatPercent(heaviest!.weight - heaviest!.benchmarkWeight, 'always'),
    formatPercent(heaviest!.dayReturn, 'always'),
  ])
    await expect(row).toContainText(text)
  await holdings.scrollIntoViewIfNeeded()
  await picture(page, '6-holdings')

  // Orders name their stocks as holdings do.
  const [order] = report.ledger[0]!.orders
  const stored = await ask<StockNames>(page, 'data.stocks', {})
  const name = stored.names[stored.symbols.indexOf(order!.symbol)]!
  expect(name).not.toBe('')
  const traded = page.getByTestId('orders').getByRole('row').filter({ hasText: order!.symbol })
  await expect(traded).toContainText(name)

  // All of this is there again after another screen.
  await page.getByTestId('zoom-3').click()
  await expect(page.getByTestId('chart-nav')).toHaveAttribute('data-shown', `${first} ${last}`)
  await page.getByTestId('nav-factor').click()
  await expect(page.getByTestId('chart-nav')).toBeHidden()
  await page.getByTestId('nav-portfolio').click()
  await expect(page.getByTestId('chart-nav')).toHaveAttribute('data-shown', `${first} ${last}`)
  await expect(holdings).toContainText(formatNumber(held.nav, 4))
  await page.getByTestId('zoom-reset').click()

  // A click on the chart is a day too.
  await keys.scrollIntoViewIfNeeded()
  const chart = page.getByTestId('chart-nav')
  const box = (await chart.boundingBox())!
  // Beside the axes, whose widths the builder gives.
  // Between the edges of the chart's grid.
  const [left, right] = [60, 32]
  const x = left + (box.width - left - right) / 3
  await chart.click({ position: { x, y: 120 } })
  await expect(traced).toBeVisible()
  const clicked = dates[Math.round((x - left) / ((box.width - left - right) / last))]!
  await expect(drawer).toContainText(formatDate(clicked))
  await page.keyboard.press('Escape')
  await expect(traced).toBeHidden()
  await expect(page.getByTestId('holdings-date').locator('input')).toHaveValue(formatDate(clicked))

  // Months and year totals with their signs, and everything in the other theme and language.
  const months = page.getByTestId('chart-months')
  await months.scrollIntoViewIfNeeded()
  await picture(page, '7-months')
  await page.getByTestId('theme-switch').click()
  await page.getByTestId('locale-switch').click()
  await expect(page.getByTestId('rules')).toContainText('T+1')
  await expect(ready('months')).toBeVisible()
  await months.scrollIntoViewIfNeeded()
  await picture(page, '8-months-en-light')
  await keys.scrollIntoViewIfNeeded()
  await picture(page, '9-en-light')
  await page.getByTestId('rules').scrollIntoViewIfNeeded()
  await picture(page, '10-rules-en-light')
  await page.getByTestId('holdings-trace').click()
  await expect(traced).toBeVisible()
  await picture(page, '11-lineage-en-light')
  await page.keyboard.press('Escape')

  await page.getByTestId('nav-factor').click()
  for (const name of ['rank-ic', 'rank-ic-histogram', 'rank-ic-quantiles', 'spread-nav'])
    await expect(ready(name)).toBeVisible()
  await page.getByTestId('chart-layer-nav').scrollIntoViewIfNeeded()
  await picture(page, '12-factor-en-light')

  // From a test date, by the keyboard, and a layer to its stocks.
  const [factor] = result.factors
  const { testDates, optimizer, rankIc } = factor!
  await page.getByTestId('chart-rank-ic').focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  const tested = testDates[1]!
  await expect(page.getByTestId('layer-stocks-date').locator('input')).toHaveValue(formatDate(tested))
  const layered = page.getByTestId('layer-stocks-table')
  await expect(layered).toBeVisible()
  const { stocks } = await ask<FactorDay>(page, 'factors.day', {
    studyId: id,
    scope: 'composite',
    name: optimizer,
    date: tested,
  })
  const top = stocks.filter(({ layer }) => layer === 1)
  const [best] = top
  for (const text of [
    best!.symbol,
    best!.name,
    formatNumber(best!.score, 4),
    formatPercent(best!.nextReturn, 'always'),
  ])
    await expect(layered.locator('tbody tr.row').first()).toContainText(text)
  await expect(page.getByTestId('layer-stocks')).toContainText(formatIc(rankIc[1]))
  await expect(layered.getByRole('row')).toHaveCount(1 + top.length)
  const second = stocks.find(({ layer }) => layer === 2)!
  await page.getByTestId('layers').locator('tbody tr').nth(1).click()
  await expect(layered.locator('tbody tr.row').first()).toContainText(second.symbol)
  await page.getByTestId('layer-stocks').scrollIntoViewIfNeeded()
  await picture(page, '12-layer-stocks-en-light')

  // By the study's own settings the test comes to the same; over another horizon it says what that is worth.
  const rows = page.getByTestId('retest-table').locator('tbody tr')
  const numbers = (row: number) => rows.nth(row).locator('td:not(:first-child)').allTextContents()
  await page.getByTestId('retest-start').click()
  await expect(rows).toHaveCount(2)
  expect(await numbers(1)).toEqual(await numbers(0))
  await page.getByTestId('retest-horizon').getByText('20', { exact: true }).click()
  await page.getByTestId('retest-layers').getByText('5', { exact: true }).click()
  await page.getByTestId('retest-start').click()
  await expect(page.getByTestId('retest-remarks')).toContainText('overlap')
  await expect(page.getByTestId('retest-remarks')).toContainText(
    `over ${result.config.samples.horizon} trading`,
  )
  expect(await numbers(1)).not.toEqual(await numbers(0))
  await expect(ready('retest-layer-nav')).toBeVisible()
  await page.getByTestId('retest').scrollIntoViewIfNeeded()
  await picture(page, '12-retest-en-light')
  await page.getByTestId('chart-spread-nav').scrollIntoViewIfNeeded()
  await page.getByTestId('theme-switch').click()
  await picture(page, '13-factor-en-dark')
  expect(problems).toEqual([])
})
