import fs from 'node:fs'
import path from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { openStore } from '../../src-main/store/store.ts'
import type { WindowBridge } from '../../src-shared/contract/bridge.ts'
import { smallStore, smallStudy } from '../fixtures/smallStore.ts'
import { akshareFile } from '../fixtures/vendorFiles.ts'
import { endPlateau, expect, startPlateau, test } from './fixtures.ts'

/** Where a test leaves pictures to be looked at. */
const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join('test-results', 'screens', `window-${name}.png`) })

const boundsOf = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getNormalBounds())

/** Ask the host, as the window does. */
const ask = <Answer>(page: Page, name: string, input: unknown): Promise<Answer> =>
  page.evaluate(
    async ([procedure, asked]) => {
      const { plateau } = globalThis as unknown as { plateau: WindowBridge }
      const answer = await plateau.call(procedure as string, asked)
      if (!answer.ok) throw new Error(answer.error.message)
      return answer.value as never
    },
    [name, input] as const,
  )

/** Ends when the study is in that state. */
const reaches = (page: Page, id: string, state: string) =>
  expect
    .poll(
      async () =>
        (await ask<{ id: string; state: string }[]>(page, 'studies.list', {})).find((s) => s.id === id)
          ?.state,
    )
    .toBe(state)

test('a new start brings back bounds, project, screen, tabs and study', async ({ userData }) => {
  const { path: store } = await smallStore(userData)
  const PLACE = { x: 160, y: 90, width: 1500, height: 820 }
  const first = await startPlateau(userData, ['--store', store])
  await expect(first.page.getByTestId('coverage')).toBeVisible()
  const studies = []
  for (const name of ['first', 'second']) {
    const config = { ...smallStudy(), name, training: { ...smallStudy().training, seeds: [1] } }
    studies.push((await ask<{ id: string }>(first.page, 'studies.start', { config, workers: 2 })).id)
  }
  for (const id of studies) await reaches(first.page, id, 'done')
  await first.page.getByTestId('nav-data').click()
  await first.page.getByTestId('data-doctor').click()
  await first.page.getByTestId('nav-portfolio').click()
  await first.page.locator('.picker .n-select').click()
  await first.page.locator('.n-base-select-option').filter({ hasText: 'first' }).click()
  await expect(first.page.locator('[data-testid=chart-nav][data-chart-ready]')).toBeVisible()
  await first.app.evaluate(
    ({ BrowserWindow }, place) => BrowserWindow.getAllWindows()[0]!.setBounds(place),
    PLACE,
  )
  await expect.poll(() => first.page.evaluate(() => innerWidth)).toBe(PLACE.width)
  await endPlateau(first.app)

  const second = await startPlateau(userData, [])
  await expect(second.page.locator('[data-testid=chart-nav][data-chart-ready]')).toBeVisible()
  await expect(second.page.locator('.picker')).toContainText('first')
  expect(await boundsOf(second.app)).toEqual(PLACE)
  await picture(second.page, '1-back')
  await second.page.getByTestId('nav-data').click()
  await expect(second.page.getByTestId('data-doctor')).toHaveAttribute('aria-selected', 'true')
  expect(second.problems).toEqual([])
  await endPlateau(second.app)

  // What cannot be read takes the defaults: no project, the middle of the display.
  fs.writeFileSync(path.join(userData, 'shell.json'), '{"window":{"x":160')
  const third = await startPlateau(userData, [])
  await expect(third.page.getByTestId('welcome')).toBeVisible()
  expect(await boundsOf(third.app)).toMatchObject({ width: 1440, height: 900 })
  expect(third.problems).toEqual([])
  await endPlateau(third.app)

  // A display that is gone, and a project that is: the window is seen all the same, and says what is missing.
  const gone = { x: 9000, y: 90, width: 1500, height: 820, maximised: false }
  const missing = path.join(userData, 'gone.sqlite')
  fs.writeFileSync(path.join(userData, 'shell.json'), JSON.stringify({ window: gone, store: missing }))
  const fourth = await startPlateau(userData, [])
  await expect(fourth.page.getByTestId('store-fault')).toContainText(missing)
  await expect(fourth.page.getByTestId('welcome')).toBeVisible()
  const { x, width, height } = await boundsOf(fourth.app)
  expect([x < 1920, width, height]).toEqual([true, 1500, 820])
  expect(fourth.problems).toEqual([])
  await endPlateau(fourth.app)
})

test('the finder opens by typing on every screen and shows the prices of what it finds', async ({
  userData,
}) => {
  const { path: store } = await smallStore(userData)
  const { app, page, problems } = await startPlateau(userData, ['--store', store])
  const finder = page.getByTestId('finder')
  const input = page.getByTestId('finder-input')
  await expect(page.getByTestId('coverage')).toBeVisible()
  const { symbols } = await ask<{ symbols: string[] }>(page, 'data.stocks', {})
  const wanted = symbols[5]!

  const screens = [
    'home',
    'data',
    'study',
    'training',
    'landscape',
    'factor',
    'portfolio',
    'report',
    'compute',
    'settings',
  ]
  for (const screen of [...screens, 'import']) {
    if (screen === 'import') {
      await page.getByTestId('nav-home').click()
      await page.getByTestId('import-data').click()
    } else await page.getByTestId(`nav-${screen}`).click()
    await page.keyboard.press(wanted[0]!)
    await expect(input).toBeFocused()
    await expect(input).toHaveValue(wanted[0]!)
    await page.keyboard.type(wanted.slice(1, 6))
    await expect(finder.getByRole('option').first()).toContainText(wanted)
    if (screen === 'portfolio') await picture(page, '2-finder')
    await page.keyboard.press('Enter')
    await expect(finder).toBeHidden()
    await expect(page.getByTestId('prices')).toContainText(wanted)
    await expect(page.getByTestId('nav-data')).toHaveAttribute('aria-current', 'page')
  }

  // Not from fields, with other keys held, while a word is composed, or over a dialog; nor what the window means by a key.
  await page.getByTestId('nav-study').click()
  await page.locator('form input').first().focus()
  await page.keyboard.type('a1')
  await expect(finder).toBeHidden()
  await page.getByTestId('study-json').click()
  await expect(page.locator('.n-drawer')).toBeVisible()
  await page.locator('.n-drawer').getByRole('button').first().focus()
  await page.keyboard.press('a')
  await expect(finder).toBeHidden()
  await page.keyboard.press('Escape')
  await expect(page.locator('.n-drawer')).toBeHidden()
  await page.getByTestId('nav-training').click()
  for (const key of ['Control+a', 'Alt+a']) await page.keyboard.press(key)
  await page.evaluate(() => {
    const pressed = { key: 'a', bubbles: true, isComposing: true }
    document.body.dispatchEvent(new KeyboardEvent('keydown', pressed))
  })
  await expect(finder).toBeHidden()
  await page.keyboard.press('?')
  await expect(page.getByTestId('keys')).toBeVisible()
  await expect(finder).toBeHidden()
  expect(problems).toEqual([])
  await endPlateau(app)
})

test('the taskbar shows the progress of studies and imports, and a failure; an end in the background is told, unless it shall not be', async ({
  userData,
}) => {
  const { path: store } = await smallStore(userData)
  const { app, page, problems } = await startPlateau(userData, ['--store', store])
  await expect(page.getByTestId('coverage')).toBeVisible()
  // What goes to the system is noted on its way; this machine may have neither a taskbar nor notices.
  await app.evaluate(({ BrowserWindow, Notification }) => {
    const [window] = BrowserWindow.getAllWindows()
    const noted = Object.assign(globalThis, { bars: [] as unknown[], notices: [] as string[] })
    const set = window!.setProgressBar.bind(window)
    window!.setProgressBar = (value, options) => {
      noted.bars.push([value, options?.mode ?? null])
      if (options === undefined) set(value)
      else set(value, options)
    }
    window!.isFocused = () => false
    Notification.isSupported = () => true
    Notification.prototype.show = function (this: { title: string; body: string }) {
      noted.notices.push(`${this.title} ${this.body}`)
    }
  })
  const noted = () =>
    app.evaluate(() => {
      const { bars, notices } = globalThis as never as { bars: [number, string | null][]; notices: string[] }
      return { bars, notices }
    })
  const start = async (name: string): Promise<string> => {
    const config = { ...smallStudy(), name }
    return (await ask<{ id: string }>(page, 'studies.start', { config, workers: 2 })).id
  }

  await reaches(page, await start('calm'), 'done')
  await expect.poll(async () => (await noted()).bars.at(-1)).toEqual([-1, null])
  await expect.poll(async () => (await noted()).notices).toHaveLength(1)
  const { bars, notices } = await noted()
  const values = bars.slice(0, -1)
  expect(values.length).toBeGreaterThan(1)
  for (const [value, mode] of values) expect([value >= 0 && value <= 1, mode]).toEqual([true, 'normal'])
  expect(values).toEqual([...values].sort(([a], [b]) => a - b))
  expect(notices[0]).toMatch(/^研究已完成 calm：用时 \d+:\d\d$/)

  const disturb = (sql: string): void => {
    const own = openStore(store, { mode: 'write' })
    own.run(sql)
    own.close()
  }
  disturb("CREATE TRIGGER no BEFORE INSERT ON study_epoch BEGIN SELECT RAISE(ABORT, 'no epochs'); END")
  await reaches(page, await start('wild'), 'failed')
  disturb('DROP TRIGGER no')
  await expect.poll(async () => (await noted()).bars.at(-1)).toEqual([1, 'error'])
  await expect.poll(async () => (await noted()).notices.at(-1)).toMatch(/^研究失败 wild：/)
  await app.evaluate(({ BrowserWindow }) => void BrowserWindow.getAllWindows()[0]!.emit('focus'))
  expect((await noted()).bars.at(-1)).toEqual([-1, null])

  // Not wanted, or not needed: the window is in front.
  await page.getByTestId('nav-settings').click()
  await page.getByTestId('notices').click()
  await reaches(page, await start('silent'), 'done')
  await expect.poll(async () => (await noted()).bars.at(-1)).toEqual([-1, null])
  await page.getByTestId('notices').click()
  await app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]!.isFocused = () => true
  })
  await reaches(page, await start('in front'), 'done')
  await page.getByTestId('nav-portfolio').click()
  await expect(page.locator('[data-testid=chart-nav][data-chart-ready]')).toBeVisible()
  expect((await noted()).notices).toHaveLength(2)

  // An import has the taskbar too.
  const file = path.join(userData, '000001.csv')
  fs.writeFileSync(file, akshareFile('000001', 60))
  const before = (await noted()).bars.length
  await page.getByTestId('nav-home').click()
  await page.getByTestId('import-data').click()
  await page.getByTestId('files-input').setInputFiles(file)
  await page.getByTestId('import-check').click()
  await page.getByTestId('import-start').click()
  await expect(page.getByTestId('show-project')).toBeVisible()
  const own = (await noted()).bars.slice(before)
  expect(own.at(-1)).toEqual([-1, null])
  expect(own.some(([value]) => value >= 0)).toBe(true)
  expect(problems).toEqual([])
  await endPlateau(app)
})
