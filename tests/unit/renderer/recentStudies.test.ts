import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { studyStatus, type StudyStatus } from '../../../src-shared/contract/study.ts'
import type { Locale } from '../../../src-shared/locales/index.ts'
import { received } from '../../../src-renderer/stores/timed.ts'
import { openViews, type Views } from './mounted.ts'

let views: Views
beforeAll(async () => {
  views = await openViews()
})
afterAll(() => views.close())

const study = (id: string, changes: Partial<StudyStatus> = {}) =>
  received(
    studyStatus.parse({
      id,
      name: `study ${id}`,
      tags: [],
      archived: false,
      optimizers: ['AdamW'],
      indices: ['000300.SH'],
      best: null,
      state: 'done',
      stage: 'saving',
      runsDone: 12,
      runsTotal: 12,
      progress: 1,
      startedWith: 0,
      elapsedSeconds: 5,
      etaSeconds: null,
      synthetic: false,
      engine: 'native avx2',
      startedAt: '2024-07-01T10:00:00Z',
      runningSince: null,
      error: null,
      ...changes,
    }),
  )
/** Each row as one line of text. */
async function rows(studies: readonly StudyStatus[], locale: Locale): Promise<string[]> {
  const html = await views.render('views/home/RecentStudies.vue', { studies }, locale)
  return html
    .split('data-testid="recent-study"')
    .slice(1)
    .map((row) =>
      row
        .slice(row.indexOf('>') + 1, row.indexOf('</button>'))
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    )
}

describe('the recent studies', () => {
  it('are the one that runs and the newest others, at most five, none that is set aside', async () => {
    const list = [
      study('7', { state: 'queued' }),
      study('6', { archived: true }),
      ...['5', '4', '3', '2'].map((id) => study(id)),
      study('1', { state: 'running', stage: 'training', progress: 0.4 }),
    ]
    const shown = await rows(list, 'en')
    expect(shown.map((row) => row.slice(0, 'study n'.length))).toEqual(
      ['1', '7', '5', '4', '3'].map((id) => `study ${id}`),
    )
  })

  it('tell the best excess where there is one, else how far the study is', async () => {
    const list = [
      study('a', {
        best: { rankIc: null, excess: { optimizer: 'SAM', index: '000300.SH', value: 0.0312 } },
        synthetic: true,
      }),
      study('b', { state: 'paused', progress: 0, runsDone: 3 }),
      study('c', { state: 'running', stage: 'training', progress: 0.4 }),
    ]
    const [running, done, paused] = await rows(list, 'en')
    expect(running).toContain('Running 40% Training')
    expect(done).toContain('SYNTHETIC DATA')
    expect(done).toMatch(/Done Best excess p\.a\. \+3\.12% SAM · /)
    expect(paused).toContain('Paused 25%')
    expect((await rows(list, 'zh-CN'))[1]).toContain('最高年化超额 +3.12%')
  })

  it('say where studies come from while there are none', async () => {
    for (const locale of ['zh-CN', 'en'] as const) {
      const html = await views.render('views/home/RecentStudies.vue', { studies: [] }, locale)
      expect(html).toContain(locale === 'en' ? 'No studies yet' : '暂无研究')
    }
  })
})
