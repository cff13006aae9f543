import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import { heapOf } from './page.ts'
import { choose, isOpen, startStudy } from './study.ts'

/** What is kept once is there by then. */
const WARM_UP_MINUTES = 2

/** The page's heap, each minute after garbage collection, while studies train one after the other and their curves are shown. */
export async function measureHeap(page: Page, minutes: number): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  let studies = 0
  let id: string | null = null
  const sizes: number[] = []
  for (let minute = 0; minute <= minutes; minute++) {
    if (id === null || !(await isOpen(page, id))) {
      id = await startStudy(page, `long ${++studies}`, { hidden: 64, epochs: 100 })
      await choose(page, `long ${studies}`)
    }
    sizes.push(await heapOf(session))
    if (minute < minutes) await pause(60_000)
  }
  await session.detach()
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)
  const warm = sizes.slice(Math.min(WARM_UP_MINUTES, minutes))
  return [
    `heap over ${minutes} minutes of live training (${studies} studies): ${megabytes(warm[0]!)} MB after ${Math.min(WARM_UP_MINUTES, minutes)} minutes, ${megabytes(warm.at(-1)!)} MB at the end; aim: flat`,
    `  by minute, MB: ${sizes.map(megabytes).join(' ')}`,
  ]
}
