import path from 'node:path'
import type { Page } from '@playwright/test'
import { pdfPages } from '../fixtures/pdfText.ts'
import { answerSaveDialog, expect, STUDY_LIMIT_MS, test } from './fixtures.ts'

/** The sample's study cut to what a test has time for. */
const shorten = (text: string): string => {
  const study = JSON.parse(text)
  study.training = { seeds: [1], maxEpochs: 2, patience: 2 }
  study.samples.stride = 20
  study.landscape = { resolution: 5, draws: 2 }
  for (const model of study.models) model.hiddenSize = 8
  return JSON.stringify(study)
}

const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join('test-results', 'screens', `flow-${name}.png`) })

/** More than any screen has to pass. */
const TABS = 150

/** Move the focus by Tab alone until it is at the element. */
async function tabTo(page: Page, testid: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const target = page.getByTestId(testid).first()
  for (let tab = 0; tab < TABS; tab++) {
    if (await target.evaluate((element) => element.contains(document.activeElement))) return
    await page.keyboard.press(key)
  }
  throw new Error(`${testid} is not reached within ${TABS} tabs.`)
}

async function press(page: Page, testid: string): Promise<void> {
  await tabTo(page, testid)
  await page.keyboard.press('Enter')
}

/** Run what the palette finds first for the words. */
async function ask(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+K')
  await expect(page.getByTestId('palette-input')).toBeFocused()
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('palette')).toBeHidden()
}

test('the whole sample flow with the keyboard alone: from nothing to a holding’s origin and the report', async ({
  plateau,
}) => {
  const { app, page, userData, problems } = plateau
  const drawn = (name: string) => page.locator(`[data-testid=chart-${name}][data-chart-ready]`)
  // Whatever a pointer did would be a way around the keyboard.
  await page.evaluate(() => {
    const marked = globalThis as unknown as { pointed: boolean }
    marked.pointed = false
    addEventListener('pointerdown', () => (marked.pointed = true), true)
  })

  await press(page, 'open-sample')
  await expect(page.getByTestId('coverage')).toContainText('463,576')

  await ask(page, '新建与运行')
  await press(page, 'study-json')
  const editor = page.locator('.n-drawer textarea')
  await expect(editor).toBeVisible()
  const study = shorten(await editor.inputValue())
  for (let tab = 0; tab < TABS && !(await editor.evaluate((box) => box === document.activeElement)); tab++)
    await page.keyboard.press('Tab')
  await page.keyboard.press('Control+A')
  await page.keyboard.insertText(study)
  await press(page, 'study-json-apply')
  await expect(editor).toBeHidden()
  await press(page, 'start-study')

  await page.keyboard.press('Control+4')
  await expect(drawn('loss')).toBeVisible()
  await expect(page.getByTestId('training-table')).toContainText('SAM')
  await page.keyboard.press('Control+3')
  await expect(page.getByTestId('study-state').first()).toHaveAttribute('data-state', 'done', {
    timeout: STUDY_LIMIT_MS,
  })

  await page.keyboard.press('Control+5')
  await expect(page.getByTestId('sharpness')).toContainText('SAM')
  await picture(page, '1-landscape')
  await page.keyboard.press('Control+6')
  await expect(drawn('rank-ic')).toBeVisible()
  await expect(page.getByTestId('factor-table')).toContainText('SAM')

  // A day of the NAV by the crosshair, and from it the stocks that were bought and why.
  await page.keyboard.press('Control+7')
  await expect(drawn('nav')).toBeVisible()
  await tabTo(page, 'chart-nav')
  await page.keyboard.press('End')
  for (let day = 0; day < 5; day++) await page.keyboard.press('ArrowLeft')
  await expect(page.getByTestId('nav-day')).toContainText('超额')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('lineage')).toContainText('AdamW')
  await picture(page, '2-lineage')
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('lineage')).toBeHidden()

  const pdf = path.join(userData, 'keyboard.pdf')
  await answerSaveDialog(app, pdf)
  await tabTo(page, 'export-pdf', 'Shift+Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('export-done').first()).toBeVisible()
  expect((await pdfPages(pdf)).length).toBeGreaterThanOrEqual(8)

  expect(await page.evaluate(() => (globalThis as unknown as { pointed: boolean }).pointed)).toBe(false)
  expect(problems).toEqual([])
})
