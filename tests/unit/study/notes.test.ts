import { describe, expect, it } from 'vitest'
import type { RunKey, TrainingRun } from '../../../src-shared/domain/training.ts'
import { noteText } from '../../../src-shared/locales/index.ts'
import { handoverNotes, landscapeHandoverNotes } from '../../../src-main/study/notes.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'

describe('the note about a lost engine', () => {
  const { runs } = buildStudyResult()
  const lose = (at: readonly number[], lost: string, by: string, epoch: number): TrainingRun[] =>
    runs.map((run, index) =>
      at.includes(index)
        ? { ...run, handovers: [...run.handovers, { epoch, lost, by, reason: 'gone' }] }
        : run,
    )

  it('is not there when nothing was lost', () => {
    expect(handoverNotes(runs)).toEqual([])
  })

  it('names both engines, how often, and where it happened first', () => {
    const { optimizer, frequency, seed } = runs[2].key
    const [note, ...more] = handoverNotes(lose([2, 5, 6], 'webgpu', 'native', 5))
    expect(more).toEqual([])
    expect(note.values).toEqual({
      lost: 'webgpu',
      by: 'native',
      count: 3,
      run: `${optimizer} / ${frequency} / ${seed}`,
      epoch: 5,
    })
    expect(noteText(note, 'en')).toContain('The webgpu engine was lost during training; native went on.')
    expect(noteText(note, 'zh-CN')).toContain('webgpu')
  })

  it('counts a run once, however often it lost the engine', () => {
    const twice = lose([1, 2], 'webgpu', 'native', 3).map((run, index) =>
      index === 2 ? { ...run, handovers: [...run.handovers, ...run.handovers] } : run,
    )
    expect(handoverNotes(twice).map(({ values }) => values['count'])).toEqual([2])
  })

  it('is one for each pair of engines', () => {
    const first = lose([0], 'webgpu', 'native', 1)
    const both = first.map((run, index) =>
      index === 1 ? { ...run, handovers: [{ epoch: 2, lost: 'webgpu', by: 'wasm', reason: '' }] } : run,
    )
    expect(handoverNotes(both).map(({ values }) => values['by'])).toEqual(['native', 'wasm'])
  })
})

describe('the note about an engine that was lost while landscapes were drawn', () => {
  const key: RunKey = { window: 0, frequency: 'daily', optimizer: 'SAM', seed: 3 }
  const on = (...engines: string[]) => ({ key, engines })

  it('is not there when nothing was lost, or where it is not known', () => {
    expect(landscapeHandoverNotes([on('native avx2'), on()])).toEqual([])
  })

  it('names both engines of each pair, how often, and where it happened first', () => {
    const later = { ...on('webgpu', 'wasm'), key: { ...key, optimizer: 'GAM' } }
    const notes = landscapeHandoverNotes([on('webgpu', 'wasm', 'reference'), on('native'), later])
    const run = 'SAM / daily / 3'
    expect(notes.map(({ values }) => values)).toEqual([
      { lost: 'webgpu', by: 'wasm', count: 2, run },
      { lost: 'wasm', by: 'reference', count: 1, run },
    ])
    expect(noteText(notes[0], 'en')).toContain('The webgpu engine was lost while landscapes were drawn; wasm')
  })
})
