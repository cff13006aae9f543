import fs from 'node:fs'
import path from 'node:path'
import { smallStudy } from '../fixtures/smallStore.ts'
import { expect, test } from './finished.ts'
import { ask, endPlateau, startPlateau } from './fixtures.ts'

test('what is marked in a list, or zoomed, stays so while a study runs and what it draws with comes', async ({
  studied,
  userData,
}) => {
  const store = path.join(userData, 'small.sqlite')
  fs.copyFileSync(studied.path, store)
  const { app, page, problems } = await startPlateau(userData, ['--store', store])
  await page.getByTestId('nav-portfolio').click()
  await expect(page.getByTestId('statistics')).toContainText('SAM')

  const small = smallStudy()
  const [models, optimizers] = [small.models.slice(0, 1), small.optimizers.slice(0, 1)]
  const training = { ...small.training, seeds: [1], maxEpochs: 1000, patience: 1000, engine: 'reference' }
  const config = { ...small, name: '正在运行', models, optimizers, training }
  const { id } = await ask<{ id: string }>(page, 'studies.start', { config })
  const epochs = async () => (await ask<unknown[]>(page, 'studies.epochs', { id })).length
  /** The window has been told of it several times more. */
  const goOn = async (): Promise<void> => {
    const before = await epochs()
    await expect.poll(epochs, { intervals: [50] }).toBeGreaterThan(before + 3)
  }
  await goOn()

  await page.keyboard.press('Control+K')
  await expect(page.getByTestId('palette-input')).toBeFocused()
  for (let down = 0; down < 3; down++) await page.keyboard.press('ArrowDown')
  const options = page.getByTestId('palette').getByRole('option')
  await expect(options.nth(3)).toHaveAttribute('aria-selected', 'true')
  await goOn()
  await expect(options.nth(3)).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Escape')

  const picker = page.getByRole('combobox', { name: '研究', exact: true })
  await picker.click()
  const running = page.getByRole('option', { name: config.name })
  await expect(running).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await expect(picker).toHaveAttribute('aria-activedescendant', (await running.getAttribute('id'))!)
  await goOn()
  await page.keyboard.press('Enter')
  await expect(picker).toContainText(config.name)
  await picker.click()
  await page.getByRole('option', { name: '样例=研究' }).click()

  /** Pieces of the font come as their characters are first drawn. */
  const fontsCome = () => page.evaluate(() => document.fonts.dispatchEvent(new Event('loadingdone')))
  const nav = page.getByTestId('chart-nav')
  await page.getByTestId('zoom-3').click()
  await expect(nav).not.toHaveAttribute('data-shown', /^0 /)
  const zoomed = (await nav.getAttribute('data-shown'))!
  await fontsCome()
  await expect(nav).toHaveAttribute('data-chart-ready')
  await expect(nav).toHaveAttribute('data-shown', zoomed)

  // Of a chart whose zoom nobody else knows, neither do other colours change it.
  await page.getByTestId('nav-factor').click()
  const ic = page.getByTestId('chart-rank-ic')
  await ic.scrollIntoViewIfNeeded()
  await expect(ic).toHaveAttribute('data-chart-ready')
  const whole = (await ic.getAttribute('data-shown'))!
  await ic.press('ArrowUp')
  await expect(ic).not.toHaveAttribute('data-shown', whole)
  const part = (await ic.getAttribute('data-shown'))!
  for (const change of [fontsCome, () => page.getByTestId('theme-switch').click()]) {
    await change()
    await expect(ic).toHaveAttribute('data-chart-ready')
    await expect(ic).toHaveAttribute('data-shown', part)
  }
  await ask(page, 'studies.cancel', { id })
  expect(problems).toEqual([])
  await endPlateau(app)
})
