import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { CSI300, csi300InSmall, csi300Study } from '../fixtures/csi300.ts'
import { pdfPages } from '../fixtures/pdfText.ts'
import { answerSaveDialog, endPlateau, expect, startPlateau, STUDY_LIMIT_MS, test } from './fixtures.ts'

/** `PLATEAU_WHOLE_STUDY=1` runs all 48 runs of the study, which takes about an hour on 2 cores. */
const whole = process.env['PLATEAU_WHOLE_STUDY'] === '1'
const study = whole
  ? csi300Study
  : { ...csi300InSmall, training: { seeds: [1], maxEpochs: 30, patience: 30 } }
const LIMIT_MS = whole ? 3 * 60 * 60_000 : STUDY_LIMIT_MS

test('the study of the CSI 300 from the window, interrupted by the end of the app and paused, to its report', async ({
  userData,
}) => {
  test.skip(!fs.existsSync(CSI300), 'needs the CSI 300 data: PLATEAU_DATA')
  test.setTimeout(2 * LIMIT_MS)
  const store = path.join(userData, 'csi300.sqlite')
  const main = path.resolve(import.meta.dirname, '../../src-main/cli/main.ts')
  execFileSync(process.execPath, [main, 'import', CSI300, '--store', store], { stdio: 'ignore' })

  const first = await startPlateau(userData, ['--store', store])
  await first.page.getByTestId('nav-study').click()
  await first.page.getByTestId('study-json').click()
  await first.page.locator('.n-drawer textarea').fill(JSON.stringify(study))
  await first.page.getByTestId('study-json-apply').click()
  await first.page.getByTestId('start-study').click()
  await first.page.getByTestId('nav-training').click()
  await expect(first.page.getByTestId('journal')).toContainText('已完成', { timeout: LIMIT_MS })
  await endPlateau(first.app)

  const { app, page, problems } = await startPlateau(userData, ['--store', store])
  const state = page.getByTestId('study-state').first()
  await page.getByTestId('nav-study').click()
  await expect(state).toHaveAttribute('data-state', 'interrupted')
  await page.getByTestId('resume-study').click()
  await page.getByTestId('nav-training').click()
  await expect(page.getByTestId('journal')).toContainText(/已完成[^]*已完成/, { timeout: LIMIT_MS })
  await page.getByTestId('pause-study').click()
  await expect(state).toHaveAttribute('data-state', 'paused', { timeout: LIMIT_MS })
  await page.getByTestId('resume-study').click()
  await expect(state).toHaveAttribute('data-state', 'done', { timeout: LIMIT_MS })

  const screens = path.join('test-results', 'screens')
  for (const [screen, chart] of [
    ['training', 'convergence'],
    ['landscape', 'landscape'],
    ['factor', 'rank-ic'],
    ['portfolio', 'nav'],
  ]) {
    await page.getByTestId(`nav-${screen}`).click()
    const drawn = page.locator(
      `[data-testid=chart-${chart}][data-chart-ready], [data-testid=chart-${chart}] [data-chart-ready]`,
    )
    await drawn.first().scrollIntoViewIfNeeded()
    await page.screenshot({ path: path.join(screens, `csi300-${screen}.png`) })
  }
  const pdf = path.join(userData, 'report.pdf')
  await answerSaveDialog(app, pdf)
  await page.getByTestId('export-pdf').first().click()
  await expect(page.getByTestId('export-done').first()).toBeVisible()
  const text = (await pdfPages(pdf)).join('')
  for (const { name } of study.optimizers) expect(text).toContain(name)
  for (const section of ['收敛', '损失地形']) expect(text).toContain(section)
  expect(text).not.toContain('SYNTHETIC')
  fs.copyFileSync(pdf, path.join(screens, 'csi300.pdf'))
  expect(problems).toEqual([])
  await endPlateau(app)
})
