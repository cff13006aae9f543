import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DrawnLandscapes } from '../../../src-shared/contract/landscape.ts'
import { smallStore, smallStudy } from '../../fixtures/smallStore.ts'
import { answerOf, type Ended, errorOf, plateau, type RunOptions } from './plateau.ts'

let folder = ''
let store = ''
let studyId = ''
/** AdamW and SAM, daily, seeds 1 and 2 in one window, of which the trajectories of seed 1 are kept. */
beforeAll(async () => {
  ;({ folder, path: store } = await smallStore())
  const small = smallStudy()
  const file = join(folder, 'study.json')
  writeFileSync(file, JSON.stringify({ ...small, models: [small.models[0]] }))
  const ended = await plateau(['study', file, '--store', store, '--json'])
  ;({ studyId } = answerOf<{ studyId: string }>(ended))
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true }))

const landscape = (args: readonly string[], options?: RunOptions): Promise<Ended> =>
  plateau(['landscape', studyId, ...args, '--store', store, '--json'], options)

describe('the runs of plateau landscape', () => {
  it.each<[string[], string, string]>([
    [['--window', 'abc'], 'usage', '--window abc is no whole number.'],
    [['--window', '1.5'], 'usage', '--window 1.5 is no whole number.'],
    [['--seed', 'x'], 'usage', '--seed x is no whole number.'],
    [['--seed', ''], 'usage', '--seed  is no whole number.'],
    [['--frequency', 'hourly'], 'usage', 'Use --frequency daily or --frequency weekly.'],
    [['--optimizer', 'SAM', '--optimizer', 'Foo'], 'not_found', 'Its runs are of --optimizer AdamW, SAM.'],
    [['--frequency', 'weekly'], 'not_found', 'Its runs are of --frequency daily.'],
    [['--window', '0'], 'not_found', 'Its runs are of --window 1.'],
    [['--seed', '3'], 'not_found', 'Its runs are of --seed 1, 2.'],
    [['--seed', '2'], 'not_found', 'train with training.trajectories "all"'],
  ])('cannot be those of %j: %s, %s', async (args, code, told) => {
    const ended = await landscape(args)
    expect(ended.code).toBe(2)
    const { message, remedy, ...error } = errorOf(ended)
    expect(error.code).toBe(code)
    expect(`${message} ${remedy}`).toContain(told)
  })

  it('are those that every option names', async () => {
    const quick = ['--directions', 'random', '--draws', '2', '--resolution', '3']
    const ended = await landscape(['--optimizer', 'SAM', '--window', '1', '--seed', '1', ...quick])
    expect(ended.code).toBe(0)
    expect(answerOf<DrawnLandscapes>(ended).landscapes.map(({ key }) => key)).toEqual([
      { window: 0, frequency: 'daily', optimizer: 'SAM', seed: 1 },
    ])
  })
})

describe.skipIf(process.platform === 'win32')(
  'plateau landscape that is stopped (skipped on Windows)',
  () => {
    /** Sent once, when its progress reads so. */
    const stopped = (signal: NodeJS.Signals, when: RegExp): Promise<Ended> => {
      let sent = false
      return landscape(['--directions', 'random', '--resolution', '201'], {
        onStderr(text, kill) {
          if (!sent && when.test(text)) kill(signal)
          sent ||= when.test(text)
        },
      })
    }

    it('before anything is drawn says so', async () => {
      const ended = await stopped('SIGTERM', /landscape: 0 %/)
      expect([ended.code, errorOf(ended).code]).toEqual([3, 'interrupted'])
      expect(errorOf(ended).message).toBe('Nothing of the landscape was drawn yet.')
    })

    it('on the way answers what is drawn, with exit code 3', async () => {
      const ended = await stopped('SIGINT', /landscape: [1-9]\d* %/)
      expect(ended.code).toBe(3)
      const { state, landscapes } = answerOf<DrawnLandscapes & { state: string }>(ended)
      expect(state).toBe('cancelled')
      expect(landscapes.length).toBeGreaterThan(0)
    }, 60_000)
  },
)
