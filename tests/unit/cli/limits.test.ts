import { rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DrawnLandscapes } from '../../../src-shared/contract/landscape.ts'
import type { StudyEstimate } from '../../../src-shared/domain/estimate.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'
import { parseLimits } from '../../../src-main/cli/limits.ts'
import { answerOf, errorOf, plateau } from './plateau.ts'

let folder = ''
let store = ''
let file = ''
beforeAll(async () => {
  ;({ folder, path: store } = await smallStore())
  file = join(folder, 'study.json')
  const small = smallStudy()
  const study = {
    ...small,
    models: [small.models[0]],
    optimizers: [small.optimizers[0]],
    training: { ...small.training, seeds: [1], maxEpochs: 3, trajectories: 'first_seed' },
  }
  writeFileSync(file, JSON.stringify(study))
})
afterAll(() => rmSync(folder, { recursive: true }))

const run = (...args: string[]) => plateau([...args, '--store', store, '--json'])

describe('what a study may take of the machine', () => {
  it('is as many threads as it is told', async () => {
    for (const threads of new Set([1, availableParallelism()])) {
      const ended = await run('study', file, '--estimate', '--workers', '1', '--threads', String(threads))
      expect(answerOf<StudyEstimate>(ended)).toMatchObject({ workers: 1, threads })
    }
  })

  it('is no more memory than it is told: what needs more is refused before it starts', async () => {
    const ended = await run('study', file, '--memory', '0.5')
    expect(ended.code).toBe(2)
    expect(errorOf(ended)).toMatchObject({
      code: 'memory_limit',
      remedy: expect.stringContaining('--memory'),
    })
    expect(errorOf(ended).message).toContain('0.50 GB')
  })

  it.each([
    ['threads', '0'],
    ['threads', '1.5'],
    ['threads', 'all'],
    ['threads', '100000'],
    ['memory', '0.1'],
    ['memory', ''],
    ['memory', '4GB'],
  ])('is refused where it is none: --%s %s', (option, value) => {
    const range = option === 'memory' ? /0\.5 GB to \S+ GB/ : /1 to \d+/
    expect(() => parseLimits({ [option]: value })).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: expect.stringContaining(`--${option} ${value}`),
        remedy: expect.stringMatching(range),
      }),
    )
  })

  it('is refused by the commands before they look for anything', async () => {
    for (const command of ['study', 'landscape']) {
      const ended = await run(command, 'none', '--threads', '0')
      expect(ended.code).toBe(2)
      expect(errorOf(ended)).toMatchObject({ code: 'usage', message: expect.stringContaining('--threads 0') })
    }
  })
})

describe('a part of a plane', () => {
  it('is drawn as it is told', async () => {
    const { studyId } = answerOf<{ studyId: string }>(await run('study', file))
    const region = ['--region=-0.5,0.25,0,0.5', '--resolution', '3']
    const ended = await run(
      'landscape',
      studyId,
      '--directions',
      'random',
      '--draws',
      '2',
      '--threads',
      '1',
      ...region,
    )
    const { landscapes } = answerOf<DrawnLandscapes>(ended)
    expect(landscapes).toHaveLength(1)
    expect(landscapes[0]!.x).toEqual([-0.5, -0.125, 0.25])
    expect(landscapes[0]!.y).toEqual([0, 0.25, 0.5])
  })

  it.each(['1,2', '0,1,0,', '1,0,0,1'])('is refused where it is none: %s', async (region) => {
    const ended = await run('landscape', 'none', `--region=${region}`)
    expect(ended.code).toBe(2)
    expect(errorOf(ended)).toMatchObject({ code: 'usage', message: expect.stringContaining('--region') })
  })
})
