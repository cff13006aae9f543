import fs from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { readDelimited } from '../../src-main/ingest/formats/delimited.ts'
import { CELLS_ALONE } from '../../src-main/ingest/layout.ts'
import { currentOwner } from '../../src-main/files/owner.ts'
import { beginRun, enterRuns, failRun, finishRun } from '../../src-main/store/runs.ts'
import { openStore } from '../../src-main/store/store.ts'
import { appendEpochs, endStudy, insertStudy, runStudy } from '../../src-main/store/studies.ts'
import { RUN_METRICS } from '../../src-renderer/charts/runMetrics.ts'
import { debiasedEma } from '../../src-shared/charts/smoothing.ts'
import type { StudyEpoch, StudyRunStatus } from '../../src-shared/contract/study.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import { type EpochRecord, type RunKey, STEP_COLUMNS } from '../../src-shared/domain/training.ts'
import { formatCount, formatIc, formatPercent } from '../../src-shared/format.ts'
import { smallStore, smallStudy } from '../fixtures/smallStore.ts'
import { answerSaveDialog, ask, endPlateau, expect, startPlateau, STUDY_LIMIT_MS, test } from './fixtures.ts'
import { hold } from './work.ts'

const EPOCHS = 20

/** The sample's study cut to what a test has time for: two optimizers, one seed, epochs long enough to be seen and paused in. */
const shorten = (text: string): string => {
  const study = JSON.parse(text)
  study.name = 'curves'
  study.training = { seeds: [1], maxEpochs: EPOCHS, patience: EPOCHS, trajectories: 'none' }
  study.optimizers = study.optimizers.slice(0, 2)
  study.samples.stride = 5
  study.landscape = null
  study.models = [{ ...study.models[0], hiddenSize: 8 }]
  return JSON.stringify(study)
}

/** Where a test leaves pictures to be looked at. */
const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join('test-results', 'screens', `training-${name}.png`) })

/** With the keyboard alone, from wherever the focus is. */
async function tabTo(page: Page, part: string): Promise<void> {
  for (let presses = 0; presses < 400; presses++) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() =>
      document.activeElement?.closest('[data-testid]')?.getAttribute('data-testid'),
    )
    if (focused === part) return
  }
  throw new Error(`Tab does not reach ${part}.`)
}
/** What screen readers are told of a chart. */
const said = (page: Page, chart: string) => page.locator(`[data-testid=${chart}] + [data-testid=chart-said]`)

test('two optimizers are trained, paused and resumed; their curves are smoothed, compared and read with the keys', async ({
  plateau,
}) => {
  const { app, page, problems } = plateau
  await page.getByTestId('open-sample').click()
  await expect(page.getByTestId('coverage')).toContainText('463,576')
  await page.getByTestId('nav-study').click()
  await page.getByTestId('study-json').click()
  const editor = page.locator('.n-drawer textarea')
  await editor.fill(shorten(await editor.inputValue()))
  await page.getByTestId('study-json-apply').click()
  await page.getByTestId('start-study').click()

  // Live: epochs arrive, an estimate is made of three of them, and the run is paused between two.
  await page.getByTestId('nav-training').click()
  const ic = page.getByTestId('chart-ic')
  await expect(ic).toBeVisible()
  const pace = page.getByTestId('run-pace').locator('tbody tr').first()
  await expect(pace).toContainText(`/ ${EPOCHS}`)
  await expect(pace.locator('td').last()).toHaveText(/^\d+:\d\d$/)
  const goOn = hold(app)
  await picture(page, '1-live')
  await page.getByTestId('pause-study').click()
  goOn()
  await expect(page.getByTestId('study-state').first()).toHaveAttribute('data-state', 'paused')
  const [{ id }] = await ask<[{ id: string }]>(page, 'studies.list', {})
  const paused = await ask<StudyRunStatus[]>(page, 'studies.runs', { id })
  const begun = paused.find(({ epochs, state }) => epochs > 0 && state !== 'done')!
  await expect(page.getByTestId('journal')).toContainText(
    new RegExp(`从第 ${begun.epochs + 1} 轮继续（存档于 \\d+:\\d\\d 前）`),
  )
  await picture(page, '2-paused')
  // Steps that the keys have zoomed to stay in sight while more come.
  const steps = page.getByTestId('chart-steps')
  await expect(steps).toBeVisible()
  await tabTo(page, 'chart-steps')
  await page.keyboard.press('ArrowUp')
  await expect(steps).toHaveAttribute('data-shown', /^(?!1 )\d/)
  const zoomedTo = (await steps.getAttribute('data-shown'))!
  await page.keyboard.press('Escape')
  await page.getByTestId('resume-study').click()
  await expect(page.getByTestId('study-state').first()).toHaveAttribute('data-state', 'done', {
    timeout: STUDY_LIMIT_MS,
  })
  await expect(page.getByTestId('journal')).toContainText('达到轮次上限')
  await expect(steps).toHaveAttribute('data-shown', zoomedTo)
  await expect(page.getByTestId('run-pace')).toHaveCount(0)

  const epochs = await ask<StudyEpoch[]>(page, 'studies.epochs', { id })
  const adamw = epochs.filter(({ key }) => key.optimizer === 'AdamW')
  expect(adamw).toHaveLength(EPOCHS)
  expect(epochs).toHaveLength(2 * EPOCHS)

  // Step by step: what the store has of the SAM run stands at the crosshair, and AdamW, which knows no gap, has no line.
  await page.getByTestId('step-column').click()
  await page.getByTestId('choice-gap').click()
  await expect(steps).toHaveAttribute('aria-label', '折线图：SAM 逐步的锐度差，横轴为步数。')
  const { key } = epochs.find(({ key: { optimizer } }) => optimizer === 'SAM')!
  const kept = await ask<{ steps: number; values: number[] }>(page, 'studies.steps', {
    id,
    key,
    column: 'gap',
  })
  await tabTo(page, 'chart-steps')
  await page.keyboard.press('End')
  await expect(said(page, 'chart-steps')).toHaveText(
    `SAM  步数 ${formatCount(kept.steps)}  ${RUN_METRICS.sharpnessGap.format(kept.values.at(-1)!)}`,
  )
  await picture(page, '3-steps')

  // Smoothed by the keys of the slider: the values at the crosshair are those of the formula, the raw ones behind them.
  const slider = page.getByTestId('curve-smoothing')
  await slider.focus()
  for (let step = 0; step < 60; step++) await page.keyboard.press('ArrowRight')
  await expect(page.getByTestId('curve-toolbar')).toContainText('0.60')
  const { smoothed } = await ask<{ smoothed: number[] }>(page, 'studies.steps', {
    id,
    key,
    column: 'gap',
    smoothing: 0.6,
  })
  const gap = RUN_METRICS.sharpnessGap.format
  await tabTo(page, 'chart-steps')
  await page.keyboard.press('End')
  await expect(said(page, 'chart-steps')).toHaveText(
    `SAM  步数 ${formatCount(kept.steps)}  ${gap(smoothed.at(-1)!)} (${gap(kept.values.at(-1)!)})`,
  )
  await picture(page, '3-steps-smoothed')
  await page.keyboard.press('Escape')
  await tabTo(page, 'chart-ic')
  await page.keyboard.press('End')
  const validIc = adamw.map(({ record }) => record.validIc)
  const smooth = debiasedEma(validIc, 0.6)
  await expect(said(page, 'chart-ic')).toContainText(`轮次 ${EPOCHS}`)
  await expect(said(page, 'chart-ic')).toContainText(
    `验证 ${formatIc(smooth.at(-1)!)} (${formatIc(validIc.at(-1))})`,
  )
  await page.keyboard.press('ArrowLeft')
  await expect(said(page, 'chart-ic')).toContainText(
    `轮次 ${EPOCHS - 1}, AdamW  训练 ${formatIc(
      debiasedEma(
        adamw.map(({ record }) => record.trainIc),
        0.6,
      ).at(-2)!,
    )}`,
  )
  await picture(page, '3-smoothed')

  // The keys zoom both charts; a zoom is locked until it is taken back.
  await page.keyboard.press('ArrowUp')
  await expect(page.getByTestId('curve-zoom')).toBeVisible()
  await expect(ic).not.toHaveAttribute('data-shown', `1 ${EPOCHS}`)
  await expect(page.getByTestId('chart-loss')).toHaveAttribute(
    'data-shown',
    (await ic.getAttribute('data-shown'))!,
  )
  await page.keyboard.press('Home')
  await expect(said(page, 'chart-ic')).toContainText('轮次 1,')
  await page.keyboard.press('Escape')
  await expect(said(page, 'chart-ic')).toHaveText('')
  await expect(ic).not.toBeFocused()
  await page.getByTestId('curve-zoom-reset').click()
  await expect(ic).toHaveAttribute('data-shown', `1 ${EPOCHS}`)

  // The other axes, from the clocks of the epochs.
  const clocks = adamw.map(({ clock }) => clock!)
  const axisIs = async (name: string): Promise<void> => {
    await page.getByTestId('curve-axis').getByText(name, { exact: true }).click()
    await expect(ic).toHaveAttribute('aria-label', new RegExp(`横轴为${name}`))
    await expect(page.locator('[data-testid=chart-ic][data-chart-ready]')).toBeVisible()
  }
  await axisIs('步数')
  await ic.focus()
  await page.keyboard.press('Home')
  await expect(said(page, 'chart-ic')).toContainText(`步数 ${clocks[0].steps}`)
  await axisIs('训练用时')
  await ic.focus()
  await page.keyboard.press('End')
  await expect(said(page, 'chart-ic')).toContainText(/训练用时 \d+:\d\d/)
  const [shownFirst, shownLast] = (await ic.getAttribute('data-shown'))!.split(' ').map(Number)
  expect(shownFirst).toBe(0)
  const total = (optimizer: string) =>
    epochs
      .flatMap(({ key, clock }) => (key.optimizer === optimizer ? [clock!.seconds] : []))
      .reduce((a, b) => a + b)
  expect(shownLast).toBeGreaterThanOrEqual(Math.max(total('AdamW'), total('SAM')))
  await picture(page, '4-relative')
  await axisIs('时刻')
  await ic.focus()
  await page.keyboard.press('Home')
  await expect(said(page, 'chart-ic')).toContainText(/时刻 20\d\d-\d\d-\d\d/)
  await picture(page, '5-wall')
  await axisIs('轮次')

  // The run nearest to the mouse stands out in every chart.
  const box = (await ic.boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await expect(ic).toHaveAttribute('data-nearest', /AdamW|SAM/)
  await expect(page.getByTestId('chart-loss')).toHaveAttribute(
    'data-nearest',
    (await ic.getAttribute('data-nearest'))!,
  )
  await picture(page, '6-nearest')
  // One that the legend has switched off is never it: the first name of the legend stands left of the middle.
  await page.mouse.move(box.x + box.width / 2 - 50, box.y + 8)
  // What the mouse passed may have had it drawn anew, its legend too.
  await expect(page.locator('[data-testid=chart-ic][data-chart-ready]')).toBeVisible()
  await page.mouse.click(box.x + box.width / 2 - 50, box.y + 8)
  for (const y of [0.35, 0.5, 0.65]) {
    await page.mouse.move(box.x + box.width / 2, box.y + box.height * y)
    await expect(ic).toHaveAttribute('data-nearest', /SAM/)
  }
  await page.mouse.click(box.x + box.width / 2 - 50, box.y + 8)
  await page.mouse.move(5, 5)
  await expect(ic).not.toHaveAttribute('data-nearest', /./)

  // The logarithm is refused where a value is not above 0, and a metric of the optimizer is pinned beside the others.
  await page.getByTestId('curve-log').click()
  await expect(page.locator('.panel', { has: ic })).toContainText('未取对数')
  await page.getByTestId('curve-outliers').click()
  await page.getByTestId('more-curves').click()
  await expect(page.locator('[data-testid=chart-sharpnessGap][data-chart-ready]')).toBeVisible()
  await expect(page.getByTestId('chart-sharpnessGap')).toHaveAttribute('data-runs', '1')
  await page.getByTestId('pin-rho').click()
  await page.getByTestId('more-curves').click()
  await expect(page.getByTestId('chart-rho')).toBeVisible()
  await expect(page.getByTestId('chart-sharpnessGap')).toHaveCount(0)
  await page.getByTestId('curve-log').click()
  await page.getByTestId('curve-outliers').click()
  await page.getByTestId('theme-switch').click()
  await page.getByTestId('locale-switch').click()
  await picture(page, '7-pinned-en-light')
  await page.getByTestId('locale-switch').click()
  await page.getByTestId('theme-switch').click()

  // Bars, a heatmap and candlesticks with the keyboard alone.
  const result = await ask<StudyResult>(page, 'studies.result', { id })
  await page.keyboard.press('Control+6')
  await expect(page.getByTestId('chart-layer-excess')).toBeVisible()
  await tabTo(page, 'chart-layer-excess')
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowRight')
  const { layers } = result.factors.find(({ frequency }) => frequency === 'composite')!
  await expect(said(page, 'chart-layer-excess')).toContainText(formatPercent(layers[1].annualisedExcess))
  await picture(page, '8-bars')
  await page.keyboard.press('Escape')

  await page.keyboard.press('Control+7')
  await expect(page.getByTestId('chart-months')).toBeVisible()
  // Each line of the NAV in its own unit.
  await tabTo(page, 'chart-nav')
  await page.keyboard.press('End')
  const nav = page.getByTestId('nav-day').locator('span')
  await expect(nav).toHaveCount(6)
  for (const part of await nav.allInnerTexts()) await expect(said(page, 'chart-nav')).toContainText(part)
  await page.keyboard.press('Escape')
  await tabTo(page, 'chart-months')
  await page.keyboard.press('Home')
  const [{ performance }] = result.portfolios
  const { month, excess } = performance!.months[0]
  await expect(said(page, 'chart-months')).toContainText(`${Math.floor(month / 100)} `)
  await expect(said(page, 'chart-months')).toContainText(formatPercent(excess, 'always', 1))
  await picture(page, '9-heatmap')
  const years = [...new Set(performance!.months.map((one) => Math.floor(one.month / 100)))]
  if (years.length > 1) {
    await page.keyboard.press('ArrowDown')
    await expect(said(page, 'chart-months')).toContainText(`${years[1]} `)
  }
  await page.keyboard.press('Escape')

  await page.keyboard.press('Control+2')
  await expect(page.getByTestId('coverage-matrix')).toBeVisible()
  await page.keyboard.press('6')
  await expect(page.getByTestId('finder-input')).toHaveValue('6')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('chart-prices')).toBeVisible()
  await tabTo(page, 'chart-prices')
  await page.keyboard.press('ArrowLeft')
  const day = await page.getByTestId('price-day').locator('span').allInnerTexts()
  await expect(said(page, 'chart-prices')).toHaveText(day.join(', '))
  await page.keyboard.press('ArrowUp')
  await picture(page, '10-candles')
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await expect(page.getByTestId('chart-keys')).toContainText('←')
  await page.getByTestId('chart-keys').scrollIntoViewIfNeeded()
  await picture(page, '11-keys')
  expect(problems).toEqual([])
})

const RUNS = 36
const LONG = 100
const keyAt = (at: number): RunKey => ({
  window: at % 2,
  frequency: at % 3 === 0 ? 'weekly' : 'daily',
  optimizer: at % 12 < 6 ? 'AdamW' : 'SAM',
  seed: at,
})
const recordAt = (run: number, epoch: number): EpochRecord => ({
  epoch,
  trainLoss: -0.2 * (1 - Math.exp(-epoch / 30)) + run / 1000,
  validLoss: -0.1 * (1 - Math.exp(-epoch / 20)) + run / 1000 + 0.004 * Math.sin(epoch * (run + 1)),
  trainIc: 0.2 * (1 - Math.exp(-epoch / 30)) - run / 1000,
  validIc: 0.1 * (1 - Math.exp(-epoch / 20)) - run / 1000 - 0.004 * Math.sin(epoch * (run + 1)),
  trainIcir: 0.8,
  validIcir: 0.5,
  perturbedLoss: null,
  sharpnessGap: null,
  gradientNorm: 1 + 1 / epoch,
  perturbedGradientNorm: null,
  finalGradientNorm: 1,
  cosine: null,
  perturbationNorm: null,
  learningRate: 1e-3,
  rho: null,
  evaluations: 40,
  predictions: 0,
  skippedSteps: 0,
})

/** A store with a paused study of 36 runs of 100 epochs, the last of which diverged. */
async function manyRuns(): Promise<{ folder: string; path: string }> {
  const small = await smallStore()
  const store = openStore(small.path, { mode: 'write' })
  const at = (seconds: number) => new Date(Date.UTC(2024, 0, 2) + 1000 * seconds).toISOString()
  const config = smallStudy()
  insertStudy(store, {
    id: 'many',
    config: { ...config, name: 'many', training: { ...config.training, maxEpochs: LONG } },
    workers: null,
    startedAt: at(0),
  })
  runStudy(store, 'many', at(0))
  const keys = Array.from({ length: RUNS }, (_, run) => keyAt(run))
  enterRuns(store, 'many', keys)
  keys.forEach((key, run) => {
    beginRun(store, 'many', key, currentOwner(), at(run * LONG))
    appendEpochs(
      store,
      'many',
      Array.from({ length: LONG }, (_, epoch) => ({
        key,
        record: recordAt(run, epoch + 1),
        clock: {
          endedAt: at(run * LONG + epoch + 1),
          seconds: 1,
          stepSeconds: 0.8,
          steps: 40,
          samples: 4000,
          memory: 2e8,
        },
        steps: new Float64Array(STEP_COLUMNS.length),
      })),
    )
    if (run < RUNS - 1) {
      finishRun(
        store,
        'many',
        key,
        {
          bestEpoch: 90,
          stopReason: 'patience',
          trainDates: 40,
          validDates: 10,
          skippedDates: 0,
          handovers: [],
        },
        at((run + 1) * LONG),
      )
    } else {
      failRun(
        store,
        'many',
        key,
        { code: 'diverged', message: 'The loss of SAM is not finite in epoch 101.' },
        at((run + 1) * LONG),
      )
    }
  })
  endStudy(store, 'many', { state: 'failed', endedAt: at(RUNS * LONG), error: null })
  store.close()
  return small
}

/** Puts an older study into that store, cancelled after one run had been trained in part. */
function addFormer(file: string): void {
  const store = openStore(file, { mode: 'write' })
  const at = (seconds: number) => new Date(Date.UTC(2024, 0, 1) + 1000 * seconds).toISOString()
  insertStudy(store, {
    id: 'former',
    config: { ...smallStudy(), name: 'former' },
    workers: null,
    startedAt: at(0),
  })
  runStudy(store, 'former', at(0))
  const key = keyAt(7)
  enterRuns(store, 'former', [key])
  beginRun(store, 'former', key, currentOwner(), at(0))
  appendEpochs(
    store,
    'former',
    Array.from({ length: LONG / 2 }, (_, epoch) => ({
      key,
      record: recordAt(100, epoch + 1),
      clock: null,
      steps: new Float64Array(STEP_COLUMNS.length),
    })),
  )
  endStudy(store, 'former', { state: 'cancelled', endedAt: at(LONG), error: null })
  store.close()
}

test('thirty-six runs of a hundred epochs are all drawn, and the one that diverged is named', async ({
  userData,
}) => {
  const many = await manyRuns()
  const { app, page, problems } = await startPlateau(userData, ['--store', many.path])
  try {
    await page.getByTestId('nav-training').click()
    const loss = page.getByTestId('chart-loss')
    await expect(page.locator('[data-testid=chart-loss][data-chart-ready]')).toBeVisible()
    await expect(loss).toHaveAttribute('data-runs', String(RUNS))
    await expect(page.getByTestId('run-failures')).toContainText('第 101 轮失败，前 100 轮已保存')
    await expect(page.getByTestId('journal')).toContainText('连续 10 轮验证 IC 未超过第 90 轮')
    await expect(page.getByTestId('steps')).toContainText(`所选共 ${RUNS} 次训练，绘其中 6 次`)
    await picture(page, '12-many')

    // Every number of every run, in what is saved of the chart.
    const csv = path.join(userData, 'loss.csv')
    await answerSaveDialog(app, csv)
    const panel = page.locator('.panel', { has: loss })
    await panel.getByTestId('export-menu').click()
    await page.getByTestId('export-data').click()
    await expect(panel.getByTestId('exported')).toContainText(csv)
    const rows = await readCsv(csv)
    expect(rows).toHaveLength(1 + LONG)
    expect(rows[0]).toHaveLength(1 + 2 * RUNS)
    const written = new Set(rows.slice(1).flatMap((row) => row.slice(1)))
    for (let run = 0; run < RUNS; run++)
      for (const epoch of [1, 50, LONG]) expect(written).toContain(String(recordAt(run, epoch).validLoss))

    // Some of them, and what the crosshair tells of many.
    await loss.focus()
    await page.keyboard.press('End')
    await expect(said(page, 'chart-loss')).toContainText(`轮次 ${LONG}`)
    await expect(said(page, 'chart-loss')).toContainText(`+ ${RUNS - 12}`)
    await page.getByTestId('curve-train').click()
    await page.getByTestId('training-frequency').getByText('周频').click()
    await expect(loss).toHaveAttribute('data-runs', String(RUNS / 3))
    const box = (await loss.boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await expect(loss).toHaveAttribute('data-nearest', /weekly/)
    // Its line is the first in the tooltip.
    const [, , optimizer, seed] = JSON.parse((await loss.getAttribute('data-nearest'))!) as string[]
    await expect(page.getByText(/^轮次 \d+\n/).first()).toContainText(
      new RegExp(`^轮次 \\d+\\n${optimizer}.*种子 ${seed} `),
    )
    await picture(page, '13-many-nearest')
    await page.getByTestId('theme-switch').click()
    await page.getByTestId('locale-switch').click()
    await expect(page.getByTestId('run-failures')).toContainText('failed in epoch 101')
    await picture(page, '14-many-en-light')
    expect(problems).toEqual([])
  } finally {
    await endPlateau(app)
    fs.rmSync(many.folder, { recursive: true, force: true })
  }
})

test('a run of another study stands beside them, by keyboard alone, until it is removed', async ({
  userData,
}) => {
  const many = await manyRuns()
  addFormer(many.path)
  const { app, page, problems } = await startPlateau(userData, ['--store', many.path])
  try {
    await page.getByTestId('nav-training').click()
    const loss = page.getByTestId('chart-loss')
    await expect(loss).toHaveAttribute('data-runs', String(RUNS))
    await page.getByTestId('training-frequency').getByText('日频').click()
    await expect(loss).toHaveAttribute('data-runs', String((2 * RUNS) / 3))

    const choose = async (select: string, option: string): Promise<void> => {
      await tabTo(page, select)
      await page.keyboard.press('Enter')
      await expect(page.getByRole('option', { name: option })).toBeVisible()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
    }
    await expect(page.getByTestId('overlay-run')).toContainText('选择训练')
    await choose('overlay-study', 'former')
    await expect(page.getByTestId('overlay-run').getByRole('combobox')).not.toHaveAttribute(
      'aria-disabled',
      'true',
    )
    await choose('overlay-run', 'SAM · 日频 · 第 2 期 · 种子 7')
    const name = 'former · SAM · 日频 · 第 2 期 · 种子 7'
    const overlay = page.getByTestId('overlay')
    await expect(overlay).toContainText(name)
    await expect(loss).toHaveAttribute('data-runs', String((2 * RUNS) / 3 + 1))
    await expect(loss).toHaveAttribute('aria-label', new RegExp(`对照其他研究：${name}。$`))
    await picture(page, '15-overlay-zh-dark')

    // Its numbers stand in the data of the chart, as far as they go.
    const csv = path.join(userData, 'loss.csv')
    await answerSaveDialog(app, csv)
    const panel = page.locator('.panel', { has: loss })
    await panel.getByTestId('export-menu').click()
    await page.getByTestId('export-data').click()
    await expect(panel.getByTestId('exported')).toContainText(csv)
    const [columns, ...rows] = await readCsv(csv)
    const at = columns.indexOf(`${name} 验证`)
    expect(rows.map((row) => row[at])).toEqual(
      Array.from({ length: LONG }, (_, epoch) =>
        epoch < LONG / 2 ? String(recordAt(100, epoch + 1).validLoss) : '',
      ),
    )

    // What was said of it is said in the language that the window is switched to.
    await page.getByTestId('theme-switch').click()
    await page.getByTestId('locale-switch').click()
    await expect(panel.getByTestId('exported')).toHaveText(`Saved to ${csv}`)
    await expect(overlay).toContainText('former · SAM · Daily · window 2 · seed 7')
    await picture(page, '16-overlay-en-light')

    await overlay.getByRole('button').focus()
    await page.keyboard.press('Enter')
    await expect(overlay).toHaveCount(0)
    await expect(loss).toHaveAttribute('data-runs', String((2 * RUNS) / 3))
    expect(problems).toEqual([])
  } finally {
    await endPlateau(app)
    fs.rmSync(many.folder, { recursive: true, force: true })
  }
})

/** Records of a CSV file, by the reader of imports. */
async function readCsv(file: string): Promise<string[][]> {
  const bytes = fs.readFileSync(file).subarray(3)
  const records: string[][] = []
  async function* chunks() {
    yield bytes
  }
  await readDelimited(chunks(), { encoding: 'utf-8', delimiter: 'comma' }, file, CELLS_ALONE, (row) =>
    records.push([...row.cells()]),
  )
  return records
}
