import { describe, expect, it } from 'vitest'
import type { TrainingRun } from '../../../src-shared/domain/training.ts'
import { noteText } from '../../../src-shared/locales/index.ts'
import { handoverNotes } from '../../../src-main/study/notes.ts'
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
