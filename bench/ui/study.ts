import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import { ask } from '../../tests/e2e/fixtures.ts'

interface Status {
  readonly id: string
  readonly state: string
}

/** Six optimizers on both frequencies of the sample. */
const CONFIG = {
  version: 1,
  universe: { index: 'SYN200.IDX' },
  period: { fitStart: '2016-01-01', fitEnd: '2018-12-31', predictEnd: '2019-06-30' },
  samples: { stride: 20 },
  factorTest: { layers: 5 },
  portfolio: { indices: ['SYN200.IDX'] },
  models: modelsOf(8),
  optimizers: [
    { name: 'AdamW', method: 'plain' },
    ...['sam', 'asam', 'gsam', 'gam', 'fsam'].map((method) => ({ name: method.toUpperCase(), method })),
  ],
}

function modelsOf(hiddenSize: number): readonly object[] {
  return ['daily', 'weekly'].map((frequency) => ({ frequency, sequenceLength: 20, hiddenSize, layers: 1 }))
}

/** A study of 36 runs, as of three seeds, without early stopping and landscapes; its id. */
export async function startStudy(
  page: Page,
  name: string,
  { hidden, epochs }: { readonly hidden: number; readonly epochs: number },
): Promise<string> {
  const config = {
    ...CONFIG,
    name,
    models: modelsOf(hidden),
    training: { seeds: [1, 2, 3], maxEpochs: epochs, patience: epochs },
    landscape: null,
  }
  const { id } = await ask<Status>(page, 'studies.start', { config, workers: 2 })
  return id
}

/** Choose the study of this name by the palette, which shows its training or its portfolio. */
export async function choose(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+K')
  await page.getByTestId('palette-input').fill(name)
  await page.keyboard.press('Enter')
  await page.getByTestId('palette').waitFor({ state: 'hidden' })
}

/** Whether the study still waits or runs. */
export async function isOpen(page: Page, id: string): Promise<boolean> {
  const studies = await ask<Status[]>(page, 'studies.list', {})
  return ['queued', 'running'].includes(studies.find((study) => study.id === id)!.state)
}

export async function untilEnded(page: Page, id: string): Promise<void> {
  while (await isOpen(page, id)) await pause(500)
}

/** A finished study of small models, with landscapes, chosen on every screen. */
export async function finishedStudy(page: Page): Promise<void> {
  const studies = await ask<Status[]>(page, 'studies.list', {})
  const done = studies.find(({ state }) => state === 'done')
  if (done === undefined) {
    const { id } = await ask<Status>(page, 'studies.start', {
      config: {
        ...CONFIG,
        name: 'finished',
        landscape: { resolution: 9, draws: 2 },
        training: { seeds: [1], maxEpochs: 3, patience: 3 },
      },
      workers: 2,
    })
    await untilEnded(page, id)
  }
  await page.reload()
  await page.getByTestId('coverage').waitFor()
  await choose(page, 'finished')
}
