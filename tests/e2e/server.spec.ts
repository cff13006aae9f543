import fs from 'node:fs'
import path from 'node:path'
import { expect, type Page } from '@playwright/test'
import { smallStudy } from '../fixtures/smallStore.ts'
import { endServer, startServer } from '../fixtures/server.ts'
import { trust } from '../fixtures/trust.ts'
import { test } from './finished.ts'
import { ask, endPlateau, startPlateau, STUDY_LIMIT_MS } from './fixtures.ts'
import { dress, LOOKS, settled } from './states.ts'

const picture = async (page: Page, name: string): Promise<void> => {
  for (const { theme, locale } of LOOKS) {
    await dress(page, theme, locale)
    await page.screenshot({
      path: path.join('test-results', 'screens', `server-${name}-${theme}-${locale}.png`),
    })
  }
  await dress(page, 'dark', 'zh-CN')
}

test('shows the project of a real server, says when it is gone, and goes on when it is back', async ({
  studied,
  userData,
}) => {
  const folder = path.join(userData, 'on the server')
  fs.mkdirSync(folder)
  const store = path.join(folder, 'small.sqlite')
  fs.copyFileSync(studied.path, store)
  let server = await startServer(store)
  const address = `127.0.0.1:${server.address.port}`
  const { app, page, problems } = await startPlateau(userData, [])
  await page.getByTestId('open-server').click()
  const panel = page.getByTestId('server')
  const connect = async (token: string): Promise<void> => {
    await page.getByTestId('server-address').locator('input').fill(address)
    await page.getByTestId('server-token').locator('input').fill(token)
    await page.getByTestId('server-connect').click()
  }
  /** Once it is connected, and when it no longer is, the shell loads the window anew. */
  const anew = (act: () => Promise<void>) => Promise.all([page.waitForEvent('load'), act()])
  const disconnect = async (): Promise<void> => {
    await anew(() => page.getByTestId('server-disconnect').click())
    await expect(page.getByTestId('server-chip')).toBeHidden()
  }
  await page.getByTestId('server-address').locator('input').fill('gpu.example.com:7420')
  await expect(panel).toContainText('不加密')
  await panel.scrollIntoViewIfNeeded()
  await picture(page, 'form')

  await connect('w'.repeat(43))
  await expect(panel.getByTestId('error')).toContainText('服务器不接受该令牌')
  await anew(() => connect(server.token))
  await expect(page.getByTestId('server-chip')).toContainText(address)

  // Its study, as if it were here; the report is written on this machine.
  await page.getByTestId('nav-portfolio').click()
  await expect(page.getByTestId('statistics')).toContainText('SAM')
  await settled(page)
  await picture(page, 'portfolio')
  await page.getByTestId('nav-home').click()
  await expect(page.getByTestId('remote-note')).toBeVisible()
  await expect(page.getByTestId('import-data')).toBeDisabled()
  await expect(page.getByTestId('open-store')).toBeDisabled()
  await expect(page.getByTestId('system')).not.toContainText('…')
  await picture(page, 'home')
  await page.getByTestId('nav-settings').click()
  await expect(page.getByTestId('back-up')).toBeDisabled()
  await expect(page.getByTestId('restore')).toBeDisabled()
  await expect(page.getByTestId('save-diagnostics')).toBeDisabled()
  await page.getByTestId('check-store').click()
  await expect(page.getByTestId('safety-outcome')).not.toBeEmpty()
  await panel.scrollIntoViewIfNeeded()
  await picture(page, 'connected')

  // A study runs there when the server is killed.
  const small = smallStudy()
  const landscape = { ...small.landscape, resolution: 5, draws: 2 }
  const [models, optimizers] = [small.models.slice(0, 1), small.optimizers.slice(0, 1)]
  const config = { ...small, name: '远程研究', models, optimizers, landscape }
  const training = { ...config.training, seeds: [1], maxEpochs: 20, patience: 20, engine: 'reference' }
  await page.getByTestId('nav-study').click()
  await page.getByTestId('studies-new').click()
  const { id } = await ask<{ id: string }>(page, 'studies.start', { config: { ...config, training } })
  await expect
    .poll(async () => (await ask<unknown[]>(page, 'studies.epochs', { id })).length, { intervals: [50] })
    .toBeGreaterThan(1)
  server.child.kill('SIGKILL')
  const notice = page.getByTestId('server-lost')
  await expect(notice).toContainText(address)
  await expect(notice).toContainText('没有响应')
  await picture(page, 'lost')

  server = await startServer(store, { port: server.address.port })
  await expect(notice).toBeHidden()
  const state = async (): Promise<string | undefined> =>
    (await ask<{ id: string; state: string }[]>(page, 'studies.list', {})).find((study) => study.id === id)
      ?.state
  expect(await state()).toBe('interrupted')
  // What comes back is shown anew, and a button that is pressed meanwhile may go before it is let go.
  await expect(async () => {
    if ((await state()) === 'interrupted') await page.getByTestId('resume-study').click({ timeout: 5_000 })
    expect(await state()).not.toBe('interrupted')
  }).toPass()
  await expect.poll(state, { timeout: STUDY_LIMIT_MS }).toBe('done')

  await disconnect()
  await expect(page.getByTestId('welcome').or(page.getByTestId('appearance'))).toBeVisible()

  // The token from its file; one that others can read is refused.
  const choose = async (file: string): Promise<void> => {
    await app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
    }, file)
    await page.getByTestId('server-token-file').click()
  }
  const open = path.join(folder, 'open-token')
  fs.writeFileSync(open, server.token, { mode: 0o644 })
  await page.getByTestId('nav-settings').click()
  await expect(page.getByTestId('server-address').locator('input')).toHaveValue(address)
  await choose(open)
  await expect(panel.getByTestId('error')).toContainText('其他用户可以读取该令牌文件')
  await choose(server.tokenFile)
  await expect(page.getByTestId('server-token-source')).toContainText(path.basename(server.tokenFile))
  await anew(() => page.getByTestId('server-connect').click())
  await expect(page.getByTestId('server-chip')).toContainText(address)
  await disconnect()

  // Kept only by a keyring, which is stood in for here, and never as it is.
  const kept = (): string => fs.readFileSync(path.join(userData, 'shell.json'), 'utf8')
  expect(JSON.parse(kept())).toMatchObject({ server: { address, token: null } })
  await app.evaluate(({ safeStorage }) => {
    safeStorage.setUsePlainTextEncryption(true)
    safeStorage.isEncryptionAvailable = () => true
    safeStorage.getSelectedStorageBackend = () => 'gnome_libsecret'
  })
  await page.getByTestId('nav-home').click()
  await page.getByTestId('nav-settings').click()
  await page.getByTestId('server-keep').click()
  await anew(() => connect(server.token))
  await expect(page.getByTestId('server-chip')).toContainText(address)
  expect(JSON.parse(kept())).toMatchObject({ server: { address, token: expect.any(String) } })
  expect(kept()).not.toContain(server.token)
  expect(kept()).not.toContain(Buffer.from(server.token).toString('base64').replaceAll('=', ''))
  await disconnect()
  await page.getByTestId('nav-settings').click()
  await expect(page.getByTestId('server-token-source')).toBeVisible()
  await anew(() => page.getByTestId('server-connect').click())
  await expect(page.getByTestId('server-chip')).toContainText(address)
  expect(problems).toEqual([])
  await endPlateau(app)
  expect(await endServer(server)).toBe(0)
  trust('server killed', { 'windows that said so and went on': 1 })
})
