import path from 'node:path'
import type { Page } from '@playwright/test'
import { endPlateau, expect, startPlateau, STUDY_LIMIT_MS, test } from './fixtures.ts'
import { pressWhen } from './work.ts'

/** The sample's study cut to what a test has time for: two seeds, some epochs of a small model. */
const shorten = (text: string, epochs: number): string => {
  const study = JSON.parse(text)
  study.training = { seeds: [1, 2], maxEpochs: epochs, patience: epochs, trajectories: 'all' }
  study.optimizers = study.optimizers.slice(0, 2)
  study.samples.stride = 20
  study.landscape = { resolution: 5 }
  study.models = [{ ...study.models[0], hiddenSize: 8 }]
  return JSON.stringify(study)
}

/** Where a test leaves pictures to be looked at. */
const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join('test-results', 'screens', `experiments-${name}.png`) })

/** Sets the study's form. Its runs take long enough to be stopped between two epochs. */
async function fillStudy(page: Page, epochs: number): Promise<void> {
  await page.getByTestId('nav-study').click()
  await page.getByTestId('study-json').click()
  const editor = page.locator('.n-drawer textarea')
  await editor.fill(shorten(await editor.inputValue(), epochs))
  await page.getByTestId('study-json-apply').click()
  await page.getByTestId('study-workers').locator('input').fill('1')
}

test('a study that the end of the app interrupted is found again and can be continued or cancelled', async ({
  userData,
}) => {
  const first = await startPlateau(userData, [])
  await first.page.getByTestId('open-sample').click()
  const coverage = first.page.getByTestId('coverage')
  await expect(coverage).toContainText('463,576')
  const store = /\S+\.sqlite/.exec(await coverage.innerText())![0]
  await fillStudy(first.page, 500)
  await first.page.getByTestId('start-study').click()
  await first.page.getByTestId('nav-training').click()
  await expect(first.page.getByTestId('training-table')).toContainText('AdamW')
  await endPlateau(first.app)

  const { app, page, problems } = await startPlateau(userData, ['--store', store])
  await page.getByTestId('nav-study').click()
  const state = page.getByTestId('study-state').first()
  await expect(state).toHaveAttribute('data-state', 'interrupted')
  await expect(page.getByTestId('study-rest')).toContainText(/从第 \d+ 轮继续/)
  await picture(page, '0-interrupted')
  // Two that wait behind the one that runs: the last is put first.
  await page.getByTestId('resume-study').click()
  await expect(state).toHaveAttribute('data-state', 'running')
  for (let at = 0; at < 2; at++) {
    await page.getByTestId('start-study').click()
    await expect(page.getByTestId('study')).toHaveCount(2 + at)
  }
  const last = page.getByTestId('study').first()
  await expect(last).toContainText('队列第 2 位，共 2 项')
  await last.getByTestId('move-study-first').click()
  await expect(last).toContainText('队列第 1 位，共 2 项')
  await picture(page, '0-queued')
  for (const study of await page.getByTestId('study').all()) {
    await study.getByTestId('cancel-study').click()
    await picture(page, '0-cancel')
    await page.locator('.n-popconfirm__action button').last().click()
    await expect(study.getByTestId('study-state')).toHaveAttribute('data-state', 'cancelled')
  }
  await expect(page.getByTestId('resume-study')).toHaveCount(0)
  expect(problems).toEqual([])
  await endPlateau(app)
})

test('a study is paused, goes on and ends; the landscapes of its runs are drawn, cancelled and removed', async ({
  plateau,
}) => {
  const { page, problems } = plateau
  const chart = (name: string) => page.locator(`[data-testid=chart-${name}][data-chart-ready]`)
  const see = (name: string) => page.getByTestId(name).scrollIntoViewIfNeeded()
  const state = page.getByTestId('study-state').first()

  await page.getByTestId('open-sample').click()
  await expect(page.getByTestId('coverage')).toContainText('463,576')
  await page.getByTestId('nav-landscape').click()
  await picture(page, '1-landscape-empty')
  await fillStudy(page, 40)
  await expect(page.getByTestId('landscape-resolution').locator('input')).toHaveValue('5')
  await see('start-study')
  await picture(page, '2-study-form')
  await page.getByTestId('start-study').click()

  await page.getByTestId('nav-training').click()
  // Not until it is drawn: of a run at work the next drawing is always due, and the run is to be paused on its way.
  await pressWhen(page, '[data-testid=chart-ic]', '[data-testid=pause-study]')
  await expect(state).toHaveAttribute('data-state', 'paused')
  await expect(page.getByTestId('study-rest')).toContainText('可以继续')
  await expect(page.getByTestId('journal')).toContainText(/从第 \d+ 轮继续/)
  // The one that waits last is put before the others.
  const rows = page.getByTestId('journal').locator('tbody tr')
  await expect(rows).toHaveCount(4)
  const last = await rows.last().locator('td').allInnerTexts()
  await rows.last().click()
  await page.getByTestId('start-runs-first').click()
  await expect(rows.last().locator('td')).not.toHaveText(last)
  await expect(rows.filter({ hasText: '等待' }).first().locator('td')).toHaveText(last)
  await picture(page, '3-paused')
  await see('journal')
  await picture(page, '4-journal')
  await page.getByTestId('nav-study').click()
  await expect(page.getByTestId('study-rest')).toContainText(/从第 \d+ 轮继续/)
  await page.getByTestId('study').first().scrollIntoViewIfNeeded()
  await picture(page, '4-study-paused')
  await page.getByTestId('nav-training').click()
  await page.getByTestId('resume-study').click()
  await expect(state).toHaveAttribute('data-state', 'done', { timeout: STUDY_LIMIT_MS })
  await expect(page.getByTestId('journal')).not.toContainText('已停止')
  await expect(chart('convergence')).toBeVisible()
  await expect(page.getByTestId('convergence').locator('tbody tr')).toHaveCount(2)
  // Of which models and window it is, is said beside its title and in what is exported.
  await expect(page.getByTestId('convergence').locator('header')).toContainText(/日频 · 第 \d+ 期/)
  await see('convergence')
  await picture(page, '5-convergence')

  await page.getByTestId('nav-landscape').click()
  await expect(chart('landscape')).toHaveCount(2)
  await expect(page.getByTestId('contours')).toContainText('去均值')
  await expect(page.getByTestId('contours')).toContainText('各图平面不同')
  await picture(page, '6-landscape-own')
  await page.getByTestId('landscape-form').getByRole('button').first().click()
  await page.getByTestId('landscape-resolution').locator('input').fill('5')
  await page.getByTestId('landscape-axes').locator('.n-select').click()
  await page.locator('.n-base-select-option').filter({ hasText: '共同' }).click()
  await page.getByTestId('landscape-start').click()
  const asks = page.getByTestId('landscape-asks').locator('tbody tr')
  await expect(asks).toHaveCount(2)
  await expect(asks.first()).toContainText('研究自带')
  await expect(asks.last()).toContainText('已完成')
  await expect(page.getByTestId('landscape-progress')).toHaveCount(0)
  await expect(page.getByTestId('contours')).toContainText('各图共用同一平面')
  await expect(chart('landscape')).toHaveCount(2)
  await expect(page.getByTestId('sharpness')).toContainText('±')
  const lines = chart('interpolation')
  await lines.scrollIntoViewIfNeeded()
  const { width, height } = (await lines.boundingBox())!
  await lines.hover({ position: { x: width / 2, y: height / 2 } })
  await expect(lines).toContainText(/AdamW #1 – SAM #1 {2}[−\d]/)
  await picture(page, '6-hover')
  await page.getByTestId('landscape-form').scrollIntoViewIfNeeded()
  await picture(page, '7-landscape')
  await see('landscape-losses')
  await picture(page, '8-landscape-below')
  await page.getByTestId('theme-switch').click()
  await page.getByTestId('locale-switch').click()
  await expect(page.getByTestId('sharpness')).toContainText('Largest eigenvalue')
  await picture(page, '9-landscape-below-en')
  await page.getByTestId('landscape-form').scrollIntoViewIfNeeded()
  await picture(page, '10-landscape-en')
  const [points] = await chart('landscape').all()
  await points!.scrollIntoViewIfNeeded()
  await picture(page, '11-contours-en')

  // A grid that is cancelled keeps what it has by then.
  await page.getByTestId('landscape-resolution').locator('input').fill('201')
  await page.getByTestId('landscape-start').click()
  await expect(page.getByTestId('landscape-progress')).toContainText(/[1-9]\d*%/)
  await picture(page, '12-drawing-en')
  await page.getByTestId('landscape-cancel').click()
  await expect(asks).toHaveCount(3)
  await expect(asks.nth(1)).toContainText('Cancelled')
  await expect(page.getByTestId('landscape-partial')).toContainText('of 40,401')
  await picture(page, '13-cancelled-en')
  await see('contours')
  await picture(page, '14-partial-en')
  await page.getByTestId('landscape-remove').click()
  await page.locator('.n-popconfirm__action button').last().click()
  await expect(asks).toHaveCount(2)
  await expect(chart('landscape')).toHaveCount(2)

  await page.getByTestId('nav-training').click()
  await see('convergence')
  await picture(page, '15-convergence-en')
  expect(problems).toEqual([])
})
