import path from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

/** The sample's study cut to what a test has time for: two seeds, four epochs of small models. */
const shorten = (text: string): string => {
  const study = JSON.parse(text)
  study.training = { seeds: [1, 2], maxEpochs: 4, patience: 4, trajectories: 'all' }
  study.optimizers = study.optimizers.slice(0, 2)
  study.samples.stride = 20
  for (const model of study.models) model.hiddenSize = 8
  return JSON.stringify(study)
}

/** Where a test leaves pictures to be looked at. */
const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join('test-results', 'screens', `experiments-${name}.png`) })

test('a study is paused, goes on and ends; the landscapes of its runs are drawn, cancelled and removed', async ({
  plateau,
}) => {
  test.setTimeout(500_000)
  const { page, problems } = plateau
  const chart = (name: string) => page.locator(`[data-testid=chart-${name}][data-chart-ready]`)
  const see = (name: string) => page.getByTestId(name).scrollIntoViewIfNeeded()
  const state = page.getByTestId('study-state').first()

  await page.getByTestId('open-sample').click()
  await expect(page.getByTestId('coverage')).toContainText('463,576', { timeout: 120_000 })
  await page.getByTestId('nav-landscape').click()
  await picture(page, '1-landscape-empty')
  await page.getByTestId('nav-study').click()
  await page.getByTestId('study-json').click()
  const editor = page.locator('.n-drawer textarea')
  await editor.fill(shorten(await editor.inputValue()))
  await page.getByTestId('study-json-apply').click()
  await page.getByTestId('study-more').getByRole('button').click()
  await page.getByTestId('study-landscape').click()
  await see('start-study')
  await picture(page, '2-study-form')
  await page.getByTestId('study-landscape').click()
  await page.getByTestId('study-workers').locator('input').fill('1')
  await page.getByTestId('start-study').click()
  await expect(page.getByTestId('journal')).toHaveCount(0)

  await page.getByTestId('nav-training').click()
  await expect(chart('ic')).toBeVisible({ timeout: 120_000 })
  // The one that waits last is put before the others.
  const rows = page.getByTestId('journal').locator('tbody tr')
  await expect(rows).toHaveCount(8)
  const last = await rows.last().innerText()
  await rows.last().click()
  await page.getByTestId('start-runs-first').click()
  await expect(rows.last()).not.toHaveText(last)
  await page.getByTestId('pause-study').click()
  await expect(state).toHaveAttribute('data-state', 'paused', { timeout: 60_000 })
  await expect(page.getByTestId('study-rest')).toContainText('可以继续')
  await expect(page.getByTestId('journal')).toContainText(/从第 \d+ 轮继续/)
  await picture(page, '3-paused')
  await see('journal')
  await picture(page, '4-journal')
  await page.getByTestId('resume-study').click()
  await expect(state).toHaveAttribute('data-state', 'done', { timeout: 300_000 })
  await expect(page.getByTestId('journal')).not.toContainText('已停止')
  await expect(chart('convergence')).toBeVisible()
  await expect(page.getByTestId('convergence').locator('tbody tr')).toHaveCount(2)
  await see('convergence')
  await picture(page, '5-convergence')

  await page.getByTestId('nav-landscape').click()
  await page.getByTestId('landscape-resolution').locator('input').fill('5')
  await picture(page, '6-landscape-form')
  await page.getByTestId('landscape-start').click()
  await expect(chart('landscape')).toHaveCount(4, { timeout: 120_000 })
  await expect(page.getByTestId('landscape-progress')).toHaveCount(0)
  await expect(page.getByTestId('contours').first()).toContainText('去均值')
  await expect(page.getByTestId('sharpness')).toContainText('±')
  await expect(chart('interpolation')).toHaveCount(2)
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
  await expect(page.getByTestId('landscape-progress')).toBeVisible()
  await page.getByTestId('landscape-cancel').click()
  const asks = page.getByTestId('landscape-asks').locator('tbody tr')
  await expect(asks).toHaveCount(2)
  await expect(asks.first()).toContainText('Cancelled', { timeout: 60_000 })
  await picture(page, '12-cancelled-en')
  await asks.first().click()
  await page.getByTestId('landscape-remove').click()
  await page.locator('.n-popconfirm__action button').last().click()
  await expect(asks).toHaveCount(1)
  await expect(chart('landscape')).toHaveCount(4)

  await page.getByTestId('nav-training').click()
  await see('convergence')
  await picture(page, '13-convergence-en')
  expect(problems).toEqual([])
})
