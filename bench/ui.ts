import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from '@playwright/test'
import { endPlateau, runtime, startPlateau, testEnvironment } from '../tests/e2e/fixtures.ts'
import { measureStart } from './ui/coldStart.ts'
import { measureCurves } from './ui/curves.ts'
import { measureHeap } from './ui/heap.ts'
import { measureScrolling } from './ui/scrolling.ts'
import { marketStore, sampleStore } from './ui/stores.ts'
import { finishedStudy } from './ui/study.ts'
import { measureSwitching } from './ui/switching.ts'

/**
 * What the window costs its user: `npm run bench -- ui`, after `npm run build`; a part alone with `--only start`. Stores are made
 * once and kept.
 *
 * - start     from the process to a usable project
 * - switch    between screens, with a finished study
 * - scroll    coverage, tables: 5,000 stocks of 10 years (`--symbols`, `--years`)
 * - curves    36 runs of 100 epochs, drawn as they train
 * - heap      of the page over `--minutes` of training
 */
const PARTS = ['start', 'switch', 'scroll', 'curves', 'heap'] as const
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: PARTS.join() },
    symbols: { type: 'string', default: '5000' },
    years: { type: 'string', default: '10' },
    minutes: { type: 'string', default: '30' },
    folder: { type: 'string', default: path.resolve(import.meta.dirname, '../.runtime/bench') },
  },
})
const asked = values.only.split(',')
const unknown = asked.filter((part) => !(PARTS as readonly string[]).includes(part))
if (unknown.length > 0) {
  console.error(`--only takes ${PARTS.join(', ')}; not ${unknown.join(', ')}`)
  process.exit(2)
}

const env = testEnvironment()
console.log(
  `Electron ${runtime.version} (${runtime.kind}), ${cpus()[0]?.model.trim()}, ${cpus().length} CPUs, no GPU; load ${loadavg()[0]!.toFixed(1)}`,
)
const inWindow = async (store: string, work: (page: Page) => Promise<string[]>): Promise<void> => {
  const userData = mkdtempSync(path.join(tmpdir(), 'plateau-ui-'))
  const { app, page } = await startPlateau(userData, ['--store', store], env)
  await page.getByTestId('coverage').waitFor()
  for (const line of await work(page)) console.log(line)
  await endPlateau(app)
  rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
}
const sample = await sampleStore(values.folder)
if (asked.includes('start')) for (const line of await measureStart(sample, env)) console.log(line)
if (asked.includes('switch'))
  await inWindow(sample, async (page) => {
    await finishedStudy(page)
    return measureSwitching(page)
  })
if (asked.includes('scroll'))
  await inWindow(
    await marketStore(values.folder, Number(values.symbols), Number(values.years)),
    measureScrolling,
  )
if (asked.includes('curves')) await inWindow(sample, measureCurves)
if (asked.includes('heap')) await inWindow(sample, (page) => measureHeap(page, Number(values.minutes)))
