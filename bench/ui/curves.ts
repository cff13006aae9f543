import type { Page } from '@playwright/test'
import { watchDrawing } from './page.ts'
import { above } from './statistics.ts'
import { choose, startStudy, untilEnded } from './study.ts'

/** Live curves of 36 runs of 100 epochs as they train, from the first epoch to the last. */
export async function measureCurves(page: Page): Promise<string[]> {
  const id = await startStudy(page, 'live curves', { hidden: 4, epochs: 100 })
  await choose(page, 'live curves')
  await page.getByTestId('chart-loss').waitFor()
  await page.evaluate(() => {
    const chart = document.querySelector('[data-testid=chart-loss]')!
    const counted = globalThis as unknown as { redraws: number[] }
    counted.redraws = []
    new MutationObserver(() => {
      if (chart.hasAttribute('data-chart-ready')) counted.redraws.push(performance.now())
    }).observe(chart, { attributeFilter: ['data-chart-ready'] })
  })
  const stop = await watchDrawing(page)
  const { seconds, frames, longTasks } = await untilEnded(page, id).then(stop)
  const redraws = await page.evaluate(() => (globalThis as unknown as { redraws: number[] }).redraws.length)
  return [
    `live curves of 36 runs x 100 epochs over ${seconds.toFixed(0)} s: ${(redraws / seconds).toFixed(1)} redraws a second; aim 10`,
    `  frames: ${above(frames, 50)}; long tasks: ${above(longTasks, 50)}; aim: none over 50 ms`,
  ]
}
