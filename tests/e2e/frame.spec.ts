import fs from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { openStore } from '../../src-main/store/store.ts'
import { answerSaveDialog, expect, test } from './fixtures.ts'
import { cancelAt } from './work.ts'

const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join('test-results', 'screens', `${name}.png`) })

/** Adds 120 MB of refused rows to a store. */
function enlarge(file: string): void {
  const store = openStore(file, { mode: 'write' })
  store.transaction(() => {
    for (let row = 1; row <= 3000; row++)
      store.run(
        "INSERT INTO quarantine (batch, row, field, reason, raw) VALUES ((SELECT min(id) FROM import_batch), ?, '', 'bad_date', ?)",
        row,
        'x'.repeat(40_000),
      )
  })
  store.close()
}

/** Run what the palette finds first for the words. */
async function ask(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+K')
  await expect(page.getByTestId('palette-input')).toBeFocused()
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('palette')).toBeHidden()
}

test('the palette finds commands in either language, remembers them, and is left with Esc', async ({
  plateau,
}) => {
  const { page, problems } = plateau
  await page.keyboard.press('Control+K')
  await expect(page.getByTestId('palette-input')).toBeFocused()
  await page.keyboard.type('没有这样的命令')
  await expect(page.getByTestId('palette')).toContainText('没有匹配的命令')
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('palette')).toBeHidden()

  await ask(page, 'settings')
  await expect(page.getByTestId('appearance')).toBeVisible()
  await ask(page, '切换中文')
  await expect(page.getByTestId('nav-settings')).toContainText('Settings')

  // Esc and its keys again, before the browser tells that it was closed: it stays open.
  await page.keyboard.press('Control+K')
  await expect(page.getByTestId('palette-input')).toBeFocused()
  await page.evaluate(async () => {
    const press = (key: string, ctrlKey = false) =>
      document.activeElement!.dispatchEvent(
        new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true }),
      )
    press('Escape')
    await Promise.resolve()
    press('k', true)
    await new Promise((told) =>
      document.querySelector('[data-testid=palette]')!.addEventListener('close', told),
    )
  })
  await expect(page.getByTestId('palette-input')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('palette')).toBeHidden()

  // Both are offered first now, the latest before the other.
  await page.keyboard.press('Control+Shift+P')
  const first = page.getByTestId('palette').getByRole('option')
  await expect(first.nth(0)).toContainText('Switch between Chinese and English')
  await expect(first.nth(1)).toContainText('Go to: Settings')
  await picture(page, 'palette-dark-en')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await expect(first.last()).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Control+K')
  await expect(page.getByTestId('palette')).toBeHidden()
  expect(problems).toEqual([])
})

test('language, theme and colours are chosen in the settings and kept', async ({ plateau }) => {
  const { page, problems } = plateau
  await page.getByTestId('nav-settings').click()
  const colourOf = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => getComputedStyle(element).color)
  const appearance = '[data-testid=appearance]'
  const redUp = await colourOf(`${appearance} .up`)
  await picture(page, 'settings-dark-zh')

  await page.getByText('橙涨蓝跌').click()
  await expect.poll(() => colourOf(`${appearance} .up`)).not.toBe(redUp)
  await page.getByText('浅色', { exact: true }).first().click()
  await expect(page.locator('html')).toHaveCSS('color-scheme', 'light')
  await page.getByText('英文', { exact: true }).click()
  await expect(page.getByTestId('keys')).toContainText('Keyboard shortcuts')
  await picture(page, 'settings-light-en')

  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await expect(page.locator('html')).toHaveCSS('color-scheme', 'light')
  expect(problems).toEqual([])
})

test('the system’s theme is followed when asked to', async ({ plateau }) => {
  const { page } = plateau
  await page.emulateMedia({ colorScheme: 'light' })
  await expect(page.locator('html')).toHaveCSS('color-scheme', 'dark')
  await page.getByTestId('nav-settings').click()
  await page.getByText('跟随系统').click()
  await expect(page.locator('html')).toHaveCSS('color-scheme', 'light')
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect(page.locator('html')).toHaveCSS('color-scheme', 'dark')
})

test('keys of one’s own replace the defaults, and what is taken is refused by name', async ({ plateau }) => {
  const { page } = plateau
  // A question mark shows the keys, also when the screen they are on was left at its top.
  const sheet = page.getByTestId('keys')
  for (const from of ['nav-home', 'nav-settings']) {
    await page.getByTestId(from).click()
    await page.locator('main').evaluate((main) => main.scrollTo(0, 0))
    await page.keyboard.press('?')
    await expect(sheet).toBeFocused()
    await expect(sheet.getByRole('heading').first()).toBeInViewport()
    await expect(sheet.locator('tr[data-command="keys.show"]')).toBeInViewport()
  }
  // Of what buttons do, what has no keys is a list of its own.
  const acts = sheet.getByRole('button', { name: '各界面上的其他操作' })
  await expect(sheet.locator('tr[data-command="studies.clone"]')).toBeHidden()
  await acts.click()
  await expect(sheet.locator('tr[data-command="studies.clone"]')).toBeVisible()
  await acts.click()
  const row = page.locator('[data-testid=keys] tr[data-command="screen.compute"]')
  await row.getByRole('button').click()
  await page.keyboard.press('Control+K')
  await expect(page.getByTestId('keys').getByRole('alert')).toContainText('Ctrl+K 已用于“命令面板”')
  await page.keyboard.press('x')
  await expect(page.getByTestId('keys').getByRole('alert')).toContainText('请加 Ctrl 或 Alt')
  await page.keyboard.press('F9')
  await expect(row).toContainText('F9')
  // What works the window stays what it is, and who goes on is asked for keys no more.
  await row.getByRole('button').press('Enter')
  await expect(row.getByRole('button')).toHaveText('请按键…')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('keys').getByRole('alert')).toContainText('回车')
  await page.keyboard.press('Tab')
  await expect(row.getByRole('button')).toHaveText('更改')
  await expect(row).toContainText('F9')
  await row.getByRole('button').click()
  await page.keyboard.press('Alt+Shift+E')
  await expect(row).toContainText('Alt+Shift+E')

  await page.keyboard.press('Control+1')
  await expect(page.getByTestId('open-sample')).toBeVisible()
  await page.keyboard.press('Alt+Shift+E')
  await expect(page.getByTestId('measure')).toBeVisible()

  await page.getByTestId('nav-settings').click()
  await page.getByTestId('keys-reset').click()
  await expect(row).not.toContainText('Alt+Shift+E')
  await sheet.getByTestId('undo').click()
  await expect(row).toContainText('Alt+Shift+E')
  await page.getByTestId('keys-reset').click()
  await expect(row).not.toContainText('Alt+Shift+E')
})

test('the store is checked, backed up and restored, which the project’s name confirms', async ({
  plateau,
}) => {
  const { app, page, userData, problems } = plateau
  await page.getByTestId('open-sample').click()
  await expect(page.getByTestId('coverage')).toContainText('463,576')

  // The coverage, read twice: it is asked for again once it was cancelled.
  await cancelAt(page, 'coverage', 'stocks')
  await page.getByTestId('nav-data').click()
  await expect(page.getByTestId('work-coverage-cancelled')).toBeVisible()
  await page.getByTestId('read-coverage').click()
  await expect(page.getByTestId('coverage-count')).toContainText('360')
  await expect(page.getByTestId('work-coverage-cancelled')).toHaveCount(0)

  // A stock by its initials, as the finder finds it, and the acts of the screen in the palette.
  await page.keyboard.press('Control+K')
  await page.getByTestId('palette-input').fill('hc005')
  const stock = page.getByTestId('palette').locator('[data-command^="symbol."]').first()
  await expect(stock).toContainText('合成005')
  await picture(page, 'palette-stock')
  await stock.click()
  await expect(page.getByTestId('prices')).toContainText('合成005')
  await page.getByTestId('nav-settings').click()
  await ask(page, '检查数据库')
  await expect(page.getByTestId('safety-outcome')).toContainText('完好')

  // Cancelled in the middle, a backup leaves nothing; what was there before stays as it is. Of a store of the sample's size the middle is over
  // before anyone could press a button.
  enlarge(path.join(userData, 'sample.sqlite'))
  const file = path.join(userData, 'backup.sqlite')
  await answerSaveDialog(app, file)
  for (const there of [false, true]) {
    const names = fs.readdirSync(userData).filter((name) => name.startsWith('backup.'))
    const before = there ? fs.readFileSync(file) : null
    await cancelAt(page, 'backup', 'copying')
    await page.getByTestId('back-up').click()
    await expect(page.getByTestId('work-backup-cancelled')).toContainText('没有写入任何文件')
    expect(fs.readdirSync(userData).filter((name) => name.startsWith('backup.'))).toEqual(names)
    if (before !== null) expect(fs.readFileSync(file).equals(before)).toBe(true)
    await page.getByTestId('back-up').click()
    await expect(page.getByTestId('safety-outcome')).toContainText(file)
  }

  await page.getByTestId('restore').click()
  await expect(page.getByTestId('restore-confirm')).toBeDisabled()
  await expect(page.getByTestId('restore-confirm')).toBeInViewport()
  await expect(page.getByTestId('restore-name').locator('input')).toBeFocused()
  const name = await page.getByTestId('project-name').innerText()
  await page.getByTestId('restore-name').locator('input').fill(name)
  await picture(page, 'settings-restore')
  // What was typed for a question that was answered with no is not there for the next.
  await page.getByTestId('safety').getByRole('button', { name: '取消' }).click()
  await page.getByTestId('restore').click()
  await expect(page.getByTestId('restore-confirm')).toBeDisabled()
  await page.getByTestId('restore-name').locator('input').fill(name)
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] })
  }, file)
  await page.getByTestId('restore-confirm').click()
  await expect(page.getByTestId('safety-outcome')).toContainText('.replaced-')

  // What is no store is refused, and the error can be copied as it is.
  const other = path.join(userData, 'other.sqlite')
  fs.writeFileSync(other, 'not a store')
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] })
  }, other)
  await page.getByTestId('restore').click()
  await page.getByTestId('restore-name').locator('input').fill(name)
  await page.getByTestId('restore-confirm').click()
  const error = page.getByTestId('safety').getByTestId('error')
  await expect(error).toContainText('该文件不是平原的数据库。')
  await error.getByRole('button').click()
  await expect(error).toContainText('已复制')
  expect(await app.evaluate(({ clipboard }) => clipboard.readText())).toContain(other)

  await page.getByTestId('nav-home').click()
  await expect(page.getByTestId('coverage')).toContainText('463,576')
  expect(problems).toEqual([])
})
