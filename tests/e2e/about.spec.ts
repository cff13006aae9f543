import path from 'node:path'
import type { Page } from '@playwright/test'
import { expect, runtime, test } from './fixtures.ts'

const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join('test-results', 'screens', `about-${name}.png`) })

test('the settings say what the app is, and show the licence of every part of it', async ({
  plateau: { page, problems },
}) => {
  await page.getByTestId('nav-settings').click()
  const about = page.getByTestId('about')
  await expect(about).toContainText(runtime.version)
  const dialog = page.getByTestId('licence-dialog')
  for (const [locale, theme] of [
    ['zh-CN', 'dark'],
    ['en', 'light'],
  ]) {
    await about.scrollIntoViewIfNeeded()
    await picture(page, `panel-${theme}-${locale}`)
    await page.getByTestId('licences').click()
    const parts = dialog.getByRole('listitem')
    await expect(parts.first()).toBeVisible()
    const names = await parts.locator('span:first-child').allInnerTexts()
    for (const name of ['better-sqlite3', 'echarts', 'electron', 'highs', 'node', 'SQLite', 'vue', 'zod'])
      expect(names.filter((shown) => shown.startsWith(`${name} `))).toHaveLength(1)
    await parts.filter({ hasText: /^vue / }).getByRole('button').click()
    await expect(page.getByTestId('licence-text')).toContainText('Permission is hereby granted')
    await picture(page, `licences-${theme}-${locale}`)
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
    await page.getByTestId('theme-switch').click()
    await page.getByTestId('locale-switch').click()
  }
  expect(problems).toEqual([])
})
