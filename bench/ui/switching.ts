import type { Page } from '@playwright/test'
import { median } from './statistics.ts'

const ROUNDS = 5

/**
 * Every screen of the rail after every other one in turn: from the click until the frame with the new screen is on its way to the display,
 * and until what is loaded for it is there, what lies further below as well, and its last chart is drawn. The first round, which makes what screens keep, counts as well and is told apart.
 */
export async function measureSwitching(page: Page): Promise<string[]> {
  const names = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('nav [data-testid^=nav-]:not(:disabled)')].map(
      ({ dataset }) => dataset['testid']!,
    ),
  )
  const shown = new Map<string, number[]>(names.map((name) => [name, []]))
  const drawn = new Map<string, number[]>(names.map((name) => [name, []]))
  const orders = Array.from({ length: ROUNDS }, (_, round) =>
    names.map((_, at) => names[(at * (round + 1) + round) % names.length]!),
  ).map((order) => (new Set(order).size === names.length ? order : names))
  for (const name of orders.flat()) {
    const [frame, charts] = await page.evaluate(async (testid) => {
      const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve))
      const from = performance.now()
      document.querySelector<HTMLElement>(`[data-testid=${testid}]`)!.click()
      await nextFrame()
      await nextFrame()
      const first = performance.now() - from
      const undrawn = (): boolean =>
        document.querySelector(
          'main [data-later], main .n-spin-body, main [data-testid^=chart-][style*=height]:not([data-chart-ready])',
        ) !== null
      while (undrawn()) await nextFrame()
      return [first, performance.now() - from] as const
    }, name)
    shown.get(name)!.push(frame)
    drawn.get(name)!.push(charts)
  }
  const all = [...shown.values()].flat()
  return [
    `switching ${names.length} screens, ${ROUNDS} times each: worst ${Math.max(...all).toFixed(0)} ms, median ${median(all).toFixed(0)} ms; aim 150 ms`,
    ...names.map((name) => {
      const [first, ...later] = shown.get(name)!
      return `  ${name.slice('nav-'.length)}: first ${first!.toFixed(0)} ms, then median ${median(later).toFixed(0)} ms, worst ${Math.max(...later).toFixed(0)} ms; last chart drawn after ${median(drawn.get(name)!).toFixed(0)} ms`
    }),
  ]
}
