import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { listArchive } from '../../src-main/ingest/formats/zip.ts'
import { smallStore } from '../fixtures/smallStore.ts'
import { answerSaveDialog, endPlateau, expect, startPlateau, test } from './fixtures.ts'

const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join('test-results', 'screens', `diagnostics-${name}.png`) })

async function refusedCall(page: Page, name: string, input: object): Promise<void> {
  const answer = await page.evaluate(
    async (call) => {
      const { plateau } = globalThis as unknown as {
        plateau: { call(name: string, input: unknown): Promise<{ ok: boolean }> }
      }
      return plateau.call(call.name, call.input)
    },
    { name, input },
  )
  expect(answer.ok).toBe(false)
}

/** What studies may take: typed, refused below its field, kept at once in `file`, and made automatic again. */
async function limits(page: Page, file: string): Promise<void> {
  const panel = page.getByTestId('resources')
  const kept = (): unknown => (fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : null)
  const automatic = { runs: null, threads: null, memory: null }
  const type = async (limit: string, text: string): Promise<void> => {
    const input = page.getByTestId(`limit-${limit}`).locator('input')
    await input.fill(text)
    await input.press('Enter')
  }
  await expect(page.getByTestId('resource-facts')).toContainText(String(os.availableParallelism()))
  await type('runs', '0')
  await expect(panel.getByTestId('issue')).toContainText('须为 1–')
  await type('memory', '1.5')
  await expect.poll(kept).toEqual({ ...automatic, memory: 1.5e9 })
  await picture(page, 'limits')
  await type('runs', '1')
  await expect(panel.getByTestId('issue')).toHaveCount(0)
  await expect.poll(kept).toEqual({ ...automatic, runs: 1, memory: 1.5e9 })
  await expect(page.getByTestId('resource-facts')).toContainText('1 个训练 ×')
  await page.getByTestId('limits-reset').click()
  await expect.poll(kept).toEqual(automatic)
  await panel.getByTestId('undo').click()
  await expect.poll(kept).toEqual({ ...automatic, runs: 1, memory: 1.5e9 })
  const memory = page.getByTestId('limit-memory').locator('input')
  await expect(memory).toHaveValue('1.5')
  // One that is refused before the one before it has been kept: that one is, and not what it replaced.
  await memory.evaluate((field: HTMLInputElement) => {
    for (const text of ['2', '0']) {
      field.value = text
      field.dispatchEvent(new Event('input'))
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }))
    }
  })
  await expect(panel.getByTestId('issue')).toContainText('未保存')
  await type('threads', '1')
  await expect.poll(kept).toEqual({ runs: 1, threads: 1, memory: 2e9 })
}

/** The log of the service: filtered, followed, exported to `file`. */
async function log(app: ElectronApplication, page: Page, file: string): Promise<void> {
  const table = page.getByTestId('log')
  await expect(table.getByRole('row', { name: /data\.prices/ })).toContainText('警告')
  await expect(table).not.toContainText('600000')
  await page.getByTestId('log-text').fill('PRICES')
  await expect(page.getByTestId('log-count')).toHaveText('1 条')
  await page.getByTestId('log-follow').click()
  await refusedCall(page, 'data.prices', { symbol: '600001.SH' })
  await expect(page.getByTestId('log-count')).toHaveText('2 条')
  await page.getByTestId('log-panel').getByTestId('export-menu').click()
  await answerSaveDialog(app, file)
  await page.getByTestId('export-csv').click()
  await expect(page.getByTestId('log-panel')).toContainText(file)
  expect(fs.readFileSync(file, 'utf8').match(/data\.prices/g)).toHaveLength(2)
  await page.getByTestId('log-follow').click()
  await page.getByTestId('log-text').fill('port=')
  await expect(page.getByTestId('log-count')).toHaveText('500 条')
  await page.getByTestId('log-older').click()
  await expect(page.getByTestId('log-count')).toHaveText('700 条')
  await expect(page.getByTestId('log-older')).toBeDisabled()
  await page.getByTestId('log-level').click()
  await page.getByTestId('choice-error').click()
  await expect(page.getByTestId('log-empty')).toHaveText('没有符合条件的日志。')
  await page.getByTestId('log-text').fill('')
  await page.getByTestId('log-level').click()
  await page.getByTestId('choice-info').click()
  await page.getByTestId('log-of').click()
  await page.getByTestId('choice-shell').click()
  await expect(table.getByRole('row', { name: /electron=/ })).toContainText('start')
  await table.scrollIntoViewIfNeeded()
  await picture(page, 'log')
}

test('the settings limit what studies take, show the log, and save the facts without what is studied', async ({
  userData,
}) => {
  const { folder, path: store } = await smallStore()
  // What an earlier start of the app has logged.
  fs.mkdirSync(path.join(userData, 'logs'), { recursive: true })
  const earlier = Array.from({ length: 700 }, (_, port) =>
    JSON.stringify({ time: '2024-01-02T03:04:05.678Z', event: 'listening', port }),
  )
  fs.writeFileSync(path.join(userData, 'logs', 'host.log'), `${earlier.join('\n')}\n`)
  const { app, page, problems } = await startPlateau(userData, ['--store', store])
  await expect(page.getByTestId('coverage')).toBeVisible()
  // A call that is refused and names a stock: the log tells of it without the name.
  await refusedCall(page, 'data.prices', { symbol: '600000.SH' })

  await page.getByTestId('nav-settings').click()
  await limits(page, path.join(userData, 'resources.json'))
  await log(app, page, path.join(userData, 'log.csv'))
  await page.getByTestId('diagnostics').scrollIntoViewIfNeeded()
  await picture(page, 'zh-CN')
  const bundle = path.join(userData, 'bundle.zip')
  await answerSaveDialog(app, bundle)
  await page.getByTestId('save-diagnostics').click()
  await expect(page.getByTestId('diagnostics-saved')).toContainText(bundle)
  await page.getByTestId('locale-switch').click()
  await expect(page.getByTestId('diagnostics')).toContainText('nothing is sent')
  await picture(page, 'en')
  await endPlateau(app)

  const archive = fs.readFileSync(bundle)
  const text: Record<string, string> = {}
  for (const entry of await listArchive(bundle)) {
    if (!('member' in entry)) throw new Error(`${entry.name} cannot be read.`)
    const { start, bytes } = entry.member
    text[entry.name] = archive.subarray(start, start + bytes).toString()
  }
  expect(Object.keys(text)).toEqual([
    'machine.json',
    'engines.json',
    'store.json',
    'studies.json',
    'logs/host.log',
    'logs/shell.log',
  ])
  expect(JSON.parse(text['store.json']!)).toMatchObject({ bytes: expect.any(Number), rows: { study: 0 } })
  expect(JSON.parse(text['machine.json']!)).toMatchObject({ threads: expect.any(Number) })
  expect(text['logs/host.log']).toContain('"call":"data.prices"')
  expect(text['logs/shell.log']).toContain('"event":"start"')
  const whole = Object.values(text).join('\n')
  for (const secret of [folder, '600000', process.cwd()]) expect(whole).not.toContain(secret)
  expect(problems).toEqual([])
  fs.rmSync(folder, { recursive: true, force: true })
})
