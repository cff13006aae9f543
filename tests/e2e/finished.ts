import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import type { WindowBridge } from '../../src-shared/contract/bridge.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import { smallStore, smallStudy } from '../fixtures/smallStore.ts'
import { endPlateau, expect, type Plateau, startPlateau, test as base } from './fixtures.ts'

/** The app on a small synthetic store with a finished study, and the study's result as the window has it. */
export interface Finished extends Plateau {
  readonly result: StudyResult
}

export const test = base.extend<
  { finished: Finished },
  { studied: { readonly folder: string; readonly path: string } }
>({
  studied: [
    async ({}, use) => {
      const small = await smallStore()
      const study = smallStudy()
      const config = {
        ...study,
        name: '样例=研究',
        training: { ...study.training, seeds: [1] },
        landscape: { ...study.landscape, resolution: 5, draws: 2 },
      }
      const file = path.join(small.folder, 'study.json')
      fs.writeFileSync(file, JSON.stringify(config))
      const main = path.resolve(import.meta.dirname, '../../src-main/cli/main.ts')
      execFileSync(process.execPath, [main, 'study', file, '--store', small.path], { stdio: 'ignore' })
      await use(small)
      fs.rmSync(small.folder, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 600_000 },
  ],
  finished: async ({ studied, userData }, use) => {
    const started = await startPlateau(userData, ['--store', studied.path])
    const { page } = started
    await page.getByTestId('nav-portfolio').click()
    await expect(page.getByTestId('statistics')).toContainText('SAM')
    const result = await page.evaluate(async () => {
      const call = async (name: string, input: unknown) => {
        const { plateau } = window as unknown as { plateau: WindowBridge }
        const answer = await plateau.call(name, input)
        if (!answer.ok) throw new Error(answer.error.message)
        return answer.value
      }
      const [{ id }] = (await call('studies.list', {})) as { id: string }[]
      return (await call('studies.result', { id })) as never
    })
    await use({ ...started, userData, result })
    await endPlateau(started.app)
  },
})

export { expect } from './fixtures.ts'
