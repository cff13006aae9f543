import type { Page } from '@playwright/test'
import { watchDrawing } from './page.ts'
import { above, median } from './statistics.ts'

const SECONDS = 5
/** Of one turn of the wheel. */
const PIXELS = 240

/** Turn the wheel over an element, down and every now and then up again, and note the frames. */
async function scrolled(page: Page, testid: string, sideways: boolean): Promise<string> {
  const box = page.getByTestId(testid)
  await box.hover({ position: { x: 300, y: 200 } })
  const before = await box.screenshot()
  const stop = await watchDrawing(page)
  const end = performance.now() + 1000 * SECONDS
  for (let turn = 0; performance.now() < end; turn++) {
    const by = turn % 8 === 7 ? -3 * PIXELS : PIXELS
    await page.mouse.wheel(sideways ? by : 0, sideways ? 0 : by)
  }
  const { frames, longTasks } = await stop()
  if (before.equals(await box.screenshot())) throw new Error(`The wheel does not move ${testid}.`)
  return `median frame ${median(frames).toFixed(1)} ms, ${above(frames, 50)}; long tasks ${longTasks.length}`
}

/** Of those that the finder offers for a code, which typing anywhere opens it with. */
async function chooseFirstSymbol(page: Page): Promise<void> {
  await page.keyboard.press('0')
  await page.getByTestId('finder').getByRole('option').first().waitFor()
  await page.keyboard.press('Enter')
}

/** Coverage by months and by days, its table, and the prices of one stock, as they are scrolled. */
export async function measureScrolling(page: Page): Promise<string[]> {
  const lines: string[] = []
  await page.getByTestId('nav-data').click()
  await page.getByTestId('coverage-matrix').waitFor()
  lines.push(`coverage by months, down: ${await scrolled(page, 'coverage-matrix', false)}`)
  while (await page.getByTestId('zoom-in').isEnabled()) await page.getByTestId('zoom-in').click()
  lines.push(`coverage by days, down: ${await scrolled(page, 'coverage-matrix', false)}`)
  lines.push(`coverage by days, sideways: ${await scrolled(page, 'coverage-matrix', true)}`)
  await page.getByTestId('shape-table').click()
  await page.getByTestId('coverage-table').waitFor()
  lines.push(`coverage as a table: ${await scrolled(page, 'coverage-table', false)}`)
  await page.getByTestId('data-prices').click()
  await chooseFirstSymbol(page)
  await page.getByTestId('shape-table').click()
  await page.getByTestId('price-table').waitFor()
  lines.push(`prices of a stock as a table: ${await scrolled(page, 'price-table', false)}`)
  return [`scrolling, ${SECONDS} s each; aim: no frame over 50 ms`, ...lines.map((line) => `  ${line}`)]
}
