import fs from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { listArchive } from '../../src-main/ingest/formats/zip.ts'
import { smallStore } from '../fixtures/smallStore.ts'
import { answerSaveDialog, endPlateau, expect, startPlateau, test } from './fixtures.ts'

const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: path.join('test-results', 'screens', `diagnostics-${name}.png`) })

test('the bundle of diagnostics has the facts and the logs, and nothing of what is studied', async ({
  userData,
}) => {
  const { folder, path: store } = await smallStore()
  const { app, page, problems } = await startPlateau(userData, ['--store', store])
  await expect(page.getByTestId('coverage')).toBeVisible()
  // A call that is refused and names a stock: the log tells of it without the name.
  const refused = await page.evaluate(async () => {
    const { plateau } = globalThis as unknown as {
      plateau: { call(name: string, input: unknown): Promise<{ ok: boolean }> }
    }
    return plateau.call('data.prices', { symbol: '600000.SH' })
  })
  expect(refused.ok).toBe(false)

  await page.getByTestId('nav-settings').click()
  await page.getByTestId('diagnostics').scrollIntoViewIfNeeded()
  await picture(page, 'zh-CN')
  const bundle = path.join(userData, 'bundle.zip')
  await answerSaveDialog(app, bundle)
  await page.getByTestId('save-diagnostics').click()
  await expect(page.getByTestId('diagnostics-saved')).toContainText(bundle, { timeout: 60_000 })
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
