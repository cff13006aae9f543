import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { endPlateau, startPlateau } from '../../tests/e2e/fixtures.ts'
import { median } from './statistics.ts'

const TURNS = 7

/**
 * From the start of the process until the project is shown and the screens can be reached, each time with settings of its own; the first start
 * of all has cold files and is told beside the median of the others. Playwright's own handshake is part of it.
 */
export async function measureStart(store: string, env: Record<string, string>): Promise<string[]> {
  const seconds: number[] = []
  for (let turn = 0; turn <= TURNS; turn++) {
    const userData = mkdtempSync(path.join(tmpdir(), 'plateau-ui-'))
    const from = Date.now()
    const { app, page } = await startPlateau(userData, ['--store', store], env)
    const shown = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const usable = (): boolean =>
            document.querySelector('[data-testid=coverage]') !== null &&
            document.querySelector<HTMLButtonElement>('[data-testid=nav-portfolio]')?.disabled === false
          const look = (): void => {
            if (usable()) resolve(performance.timeOrigin + performance.now())
            else requestAnimationFrame(look)
          }
          look()
        }),
    )
    seconds.push((shown - from) / 1000)
    await endPlateau(app)
    rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
  }
  const [first, ...others] = seconds
  return [
    `start to a usable project: median ${median(others).toFixed(2)} s of ${TURNS} (${others.map((one) => one.toFixed(2)).join(', ')}), the first ${first!.toFixed(2)} s; aim 2.5 s`,
  ]
}
