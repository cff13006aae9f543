import fs from 'node:fs'
import path from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { smallStore } from '../fixtures/smallStore.ts'
import { endPlateau, expect, startPlateau, STUDY_LIMIT_MS, test, testEnvironment } from './fixtures.ts'

/** Where a test leaves pictures to be looked at. */
const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join('test-results', 'screens', `first-${name}.png`) })

/** What keeps people from using what is on the screen. */
async function obstacles(page: Page): Promise<string[]> {
  // Electron opens no page of axe's own.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

/** The same screen in both themes, without obstacles in either. */
async function inspect(page: Page, name: string): Promise<void> {
  for (const theme of ['dark', 'light']) {
    await expect(page.locator('html')).toHaveCSS('color-scheme', theme)
    await picture(page, `${name}-${theme}`)
    expect(await obstacles(page)).toEqual([])
    await page.getByTestId('theme-switch').evaluate((button: HTMLElement) => button.click())
  }
}

/** A machine of that language. */
const speaking = (language: string) => ({ ...testEnvironment(), LANG: `${language}.UTF-8`, LANGUAGE: '' })

const CASES = [
  { system: 'zh_CN', locale: 'zh-CN', other: 'en', title: '开始使用平原', nav: '净值' },
  { system: 'en_US', locale: 'en', other: 'zh-CN', title: 'Get started with Plateau', nav: 'NAV' },
]
for (const { system, locale, other, title, nav } of CASES) {
  test(`from an empty profile to the NAV on a ${system} machine, by keyboard alone`, async ({ userData }) => {
    const { app, page, problems } = await startPlateau(userData, [], speaking(system))
    const { keyboard } = page
    const html = page.locator('html')

    // The system's language, and at once the other one, without leaving the keyboard.
    await expect(page.getByRole('heading', { level: 2 }).first()).toHaveText(title)
    await expect(html).toHaveAttribute('lang', locale)
    await expect(page.getByTestId('open-sample')).toBeFocused()
    await inspect(page, `1-welcome-${locale}`)
    await keyboard.press('Shift+Tab')
    await expect(page.getByTestId('change-folder')).toBeFocused()
    await keyboard.press('Shift+Tab')
    await keyboard.press(other === 'en' ? 'ArrowRight' : 'ArrowLeft')
    await expect(html).toHaveAttribute('lang', other)
    await keyboard.press(other === 'en' ? 'ArrowLeft' : 'ArrowRight')
    await expect(html).toHaveAttribute('lang', locale)

    // The folder for the data: what the dialog answers.
    await expect(page.getByTestId('data-folder')).toHaveText(userData)
    const folder = path.join(userData, 'projects')
    fs.mkdirSync(folder)
    await app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
    }, folder)
    await keyboard.press('Tab')
    await keyboard.press('Enter')
    await expect(page.getByTestId('data-folder')).toHaveText(folder)
    await keyboard.press('Tab')
    await expect(page.getByTestId('open-sample')).toBeFocused()

    // Two presses from here: open the sample, run its quick study.
    const started = performance.now()
    const seconds = () => ((performance.now() - started) / 1000).toFixed(1)
    await keyboard.press('Enter')
    await expect(page.getByTestId('quick-study')).toBeFocused()
    const opened = seconds()
    expect(fs.existsSync(path.join(folder, 'sample.sqlite'))).toBe(true)
    await inspect(page, `2-sample-${locale}`)
    const ran = performance.now()
    await keyboard.press('Enter')
    await expect(page.getByTestId('study-progress')).toBeVisible()
    await picture(page, `3-running-${locale}`)
    await expect(page.locator('[data-testid=chart-nav][data-chart-ready]')).toBeVisible({
      timeout: STUDY_LIMIT_MS,
    })
    const study = ((performance.now() - ran) / 1000).toFixed(1)
    const description = `2 presses; sample made and open after ${opened} s, its NAV shown ${study} s after the second press`
    test.info().annotations.push({ type: 'first run', description })
    console.log(`first run (${locale}): ${description}`)
    await expect(page.getByRole('heading', { level: 2 }).first()).toContainText(nav)
    await expect(page.getByTestId('statistics')).toContainText('SAM')
    await picture(page, `4-nav-${locale}`)

    // With a study of its own the sample needs no quick one.
    await page.getByTestId('nav-home').focus()
    await keyboard.press('Enter')
    await expect(page.getByTestId('coverage')).toBeVisible()
    await expect(page.getByTestId('quick')).toHaveCount(0)
    expect(problems).toEqual([])
    await endPlateau(app)
  })
}

test('the tour: offered, walked by keyboard, left, refused for good, and started again after a new start', async ({
  userData,
}) => {
  const { path: store } = await smallStore(userData)
  const first = await startPlateau(userData, ['--store', store])
  const { page } = first
  const { keyboard } = page
  const tour = page.getByTestId('tour')
  const step = (name: string) => expect(tour).toHaveAttribute('data-step', name)
  /** The ring is around what is seen of the step's own part of the screen. */
  const ringed = (name: string) =>
    expect
      .poll(async () => {
        const anchor = await page.locator(`[data-tour=${name}]`).boundingBox()
        const ring = await page.getByTestId('tour-ring').boundingBox()
        return (
          anchor !== null && ring !== null && Math.abs(ring.x - Math.max(4, anchor.x)) < 1 && ring.height > 20
        )
      })
      .toBe(true)

  await expect(page.getByTestId('tour-offer')).toBeVisible()
  await page.getByTestId('tour-start').focus()
  await keyboard.press('Enter')
  await expect(tour).toBeVisible()
  const names = ['project', 'data', 'study', 'training', 'factor', 'portfolio', 'report', 'settings']
  for (const [at, name] of names.entries()) {
    await step(name)
    await expect(tour).toContainText(`第 ${at + 1} / ${names.length} 步`)
    await ringed(name)
    await expect(page.getByTestId('tour-next')).toBeFocused()
    await expect(page.locator(`#tour-title`)).toBeInViewport({ ratio: 1 })
    await picture(page, `tour-${at + 1}-${name}`)
    if (name === 'data') await inspect(page, 'tour')
    if (name !== 'settings') await keyboard.press(at % 2 === 0 ? 'Enter' : 'ArrowRight')
  }
  await expect(tour).toContainText('Ctrl+K')
  await keyboard.press('ArrowLeft')
  await step('report')

  // Tab goes round inside, and the window's keys do not reach what lies under the tour.
  for (let at = 0; at < 8; at++) {
    await keyboard.press('Tab')
    expect(
      await page.evaluate(
        () => document.activeElement!.closest('dialog') !== null || document.activeElement === document.body,
      ),
    ).toBe(true)
  }
  for (const key of ['Control+k', 'Control+2', '?', 'a']) await keyboard.press(key)
  await step('report')
  await expect(page.getByTestId('palette')).toBeHidden()
  await expect(page.getByTestId('finder')).toBeHidden()

  // Left, it is offered again, where it began.
  await keyboard.press('Escape')
  await expect(tour).toBeHidden()
  await expect(page.getByTestId('tour-offer')).toBeVisible()
  await page.getByTestId('tour-start').click()
  await page.getByTestId('locale-switch').evaluate((button: HTMLElement) => button.click())
  await expect(tour).toContainText(`Step 1 of ${names.length}`)
  await picture(page, 'tour-en')
  await page.getByTestId('tour-skip').focus()
  await keyboard.press('Enter')
  await expect(tour).toBeHidden()
  await expect(page.getByTestId('tour-offer')).toHaveCount(0)
  expect(first.problems).toEqual([])
  await endPlateau(first.app)

  const again = await startPlateau(userData, [])
  await expect(again.page.getByTestId('coverage')).toBeVisible()
  await expect(again.page.getByTestId('tour-offer')).toHaveCount(0)
  await again.page.getByTestId('nav-settings').click()
  await inspect(again.page, 'settings-en')
  await again.page.getByTestId('tour-restart').click()
  await expect(again.page.getByTestId('tour')).toHaveAttribute('data-step', 'project')
  for (let at = 0; at < names.length; at++) await again.page.keyboard.press('ArrowRight')
  await expect(again.page.getByTestId('tour')).toBeHidden()
  await expect(again.page.getByTestId('workspace')).toBeVisible()
  await again.page.keyboard.press('Control+k')
  await again.page.keyboard.type('guided tour')
  await again.page.keyboard.press('Enter')
  await expect(again.page.getByTestId('tour')).toHaveAttribute('data-step', 'project')
  await again.page.keyboard.press('Escape')
  expect(again.problems).toEqual([])
  await endPlateau(again.app)
})
