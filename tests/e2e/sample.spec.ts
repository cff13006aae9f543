import fs from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { pdfPages } from '../fixtures/pdfText.ts'
import { answerSaveDialog, ask, expect, STUDY_LIMIT_MS, test } from './fixtures.ts'

/** The sample's study cut to what a test has time for: one seed, two epochs of small models. */
const shorten = (text: string): string => {
  const study = JSON.parse(text)
  study.training = { seeds: [1], maxEpochs: 2, patience: 2 }
  study.samples.stride = 20
  study.landscape = { resolution: 5, draws: 2 }
  for (const model of study.models) model.hiddenSize = 8
  return JSON.stringify(study)
}

/** Where a test leaves pictures to be looked at. */
const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join('test-results', 'screens', `${name}.png`) })

test('from nothing to a report: open the sample, run a study, look at it, export the PDF', async ({
  plateau,
}) => {
  const { app, page, userData, problems } = plateau
  const chart = (name: string) =>
    page.locator(
      `[data-testid=chart-${name}][data-chart-ready], [data-testid=chart-${name}] [data-chart-ready]`,
    )

  await picture(page, '1-empty')
  await page.getByTestId('open-sample').click()
  await expect(page.getByTestId('synthetic').first()).toBeVisible()
  await expect(page.getByTestId('coverage')).toContainText('463,576')
  await picture(page, '2-project')

  await page.getByTestId('nav-study').click()
  await page.getByTestId('study-json').click()
  const editor = page.locator('.n-drawer textarea')
  await editor.fill(shorten(await editor.inputValue()))
  await page.getByTestId('study-json-apply').click()
  await picture(page, '3-study-form')
  await page.getByTestId('start-study').click()

  await page.getByTestId('nav-training').click()
  await expect(chart('ic')).toBeVisible()
  await expect(page.getByTestId('training-table')).toContainText('SAM')
  await picture(page, '4-training')

  await page.getByTestId('nav-study').click()
  await expect(page.getByTestId('study-state').first()).toHaveAttribute('data-state', 'done', {
    timeout: STUDY_LIMIT_MS,
  })
  await picture(page, '5-study-done')

  await page.getByTestId('nav-factor').click()
  for (const name of ['layer-excess', 'layer-nav', 'rank-ic']) await expect(chart(name)).toBeVisible()
  await expect(page.getByTestId('factor-table')).toContainText('AdamW')
  await expect(page.getByTestId('synthetic').first()).toBeVisible()
  for (const name of ['decay-oneDay', 'decay-cumulative', 'rank-ic-months'])
    await expect(chart(name)).toBeVisible()
  await picture(page, '6-factor')

  await page.getByTestId('nav-portfolio').click()
  for (const name of ['nav', 'excess']) await expect(chart(name)).toBeVisible()
  await expect(page.getByTestId('statistics')).toContainText('SAM')
  await expect(page.getByTestId('comparisons')).toContainText('SAM')
  await expect(page.getByTestId('sharpe')).toContainText('SAM')
  await expect(chart('rolling-trackingError')).toBeVisible()
  await expect(page.getByTestId('notes').first()).toBeVisible()
  const [{ id }] = await ask<[{ id: string }]>(page, 'studies.list', {})
  const { configHash, dataHash } = await ask<{ configHash: string; dataHash: string }>(
    page,
    'studies.result',
    { id },
  )
  await expect(page.getByTestId('origin')).toContainText(configHash)
  await expect(page.getByTestId('origin')).toContainText(dataHash)
  await expect(page.getByTestId('synthetic').first()).toBeVisible()
  await picture(page, '7-portfolio')

  const pdf = path.join(userData, 'report.pdf')
  await answerSaveDialog(app, pdf)
  await page.getByTestId('export-pdf').first().click()
  await expect(page.getByTestId('export-done').first()).toBeVisible()
  const pages = await pdfPages(pdf)
  expect(pages.length).toBeGreaterThanOrEqual(8)
  await expect(page.getByTestId('export-done').first()).toContainText(String(pages.length))
  for (const [at, text] of pages.entries()) {
    expect(text).toContain('SYNTHETICDATA')
    expect(text).toContain(`${at + 1}/${pages.length}`)
  }
  const whole = pages.join('')
  for (const expected of [
    '合成样例',
    'AdamW',
    'SAM',
    'RankIC',
    'SYN200.IDX',
    '换手',
    'RankIC衰减',
    '前五大回撤',
  ])
    expect(whole).toContain(expected)

  // The screen and the report show the same number: the first model's information ratio.
  const shown = (await page.getByTestId('statistics').innerText()).match(/−?\d+\.\d\d%/g) ?? []
  expect(shown.length).toBeGreaterThan(3)
  for (const value of shown.slice(0, 3)) expect(whole).toContain(value)

  await page.getByTestId('locale-switch').click()
  await expect(page.getByTestId('nav-portfolio')).toContainText('Portfolio')
  await picture(page, '8-portfolio-en')
  expect(problems).toEqual([])
  fs.copyFileSync(pdf, path.join('test-results', 'screens', 'report.pdf'))
})
