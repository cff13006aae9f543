import { expect, runtime, test } from './fixtures.ts'

test('opens one window on its own page, at device scale 1', async ({ plateau: { app, page, problems } }) => {
  await expect(page).toHaveTitle('Plateau')
  expect(page.url()).toBe('app://plateau/index.html?test')
  expect(app.windows()).toHaveLength(1)
  expect(await page.evaluate(() => devicePixelRatio)).toBe(1)
  await expect(page.locator('#app > *').first()).toBeVisible()
  expect(problems).toEqual([])
})

test('names its runtime', async ({ plateau: { page } }) => {
  expect(
    await page.evaluate(() => (globalThis as never as Bridge).plateau.call('shell.info', {})),
  ).toMatchObject({
    ok: true,
    value: { electron: runtime.version, runtime: runtime.kind },
  })
})

test('reaches the host', async ({ plateau: { page } }) => {
  expect(
    await page.evaluate(() => (globalThis as never as Bridge).plateau.call('app.hostInfo', {})),
  ).toMatchObject({
    ok: true,
    value: { node: expect.stringContaining('24.') },
  })
})

interface Bridge {
  plateau: { call(name: string, input: unknown): Promise<unknown> }
}
