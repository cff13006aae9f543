import path from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

/** Where a test leaves pictures to be looked at. */
const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join('test-results', 'screens', `${name}.png`) })

test('shows the engines of the machine, measures them, and keeps what new studies ask for', async ({
  plateau: { page, problems },
}) => {
  await page.getByTestId('nav-compute').click()
  await expect(page.getByTestId('engine-choice')).toContainText('GFLOP/s')
  await page.getByTestId('measure').click()
  const row = (name: string) =>
    page.getByTestId('engines').getByRole('row', { name: new RegExp(`^${name} `) })
  // The reference engine is tested and measured only when that is asked for.
  await expect(row('参考')).toContainText(/\de−\d/)
  await expect(row('原生')).toContainText('已选用')
  await expect(row('原生')).toContainText(/\de−\d+ *\d+ *\d+ *%/)
  for (const name of ['WebAssembly', 'WebGPU', 'TensorFlow']) await expect(row(name)).toBeVisible()
  await picture(page, 'compute-zh-dark')

  await page.getByTestId('preferred-engine').click()
  await page.getByTestId('choice-native').click()
  await page.getByTestId('locale-switch').click()
  await page.getByTestId('theme-switch').click()
  await expect(row('Native')).toContainText('Chosen')
  await expect(page.getByTestId('preferred-engine')).toContainText('Native')
  await picture(page, 'compute-en-light')

  await page.getByTestId('nav-home').click()
  await expect(page.getByTestId('system')).toContainText('Native')
  await page.getByTestId('open-sample').click()
  await expect(page.getByTestId('coverage')).toBeVisible()
  await page.getByTestId('nav-study').click()
  await expect(page.getByTestId('study-engine')).toContainText('Native')
  await page.getByTestId('study-engine').click()
  await expect(page.locator('.n-base-select-option', { hasText: 'Reference' })).toBeVisible()
  await picture(page, 'compute-study-form')
  expect(problems).toEqual([])
})
