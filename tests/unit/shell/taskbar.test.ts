import { beforeEach, describe, expect, it } from 'vitest'
import type { ImportStatus } from '../../../src-shared/contract/imports.ts'
import type { StudyStatus } from '../../../src-shared/contract/study.ts'
import { createWork, type TaskbarProgress, type Work } from '../../../src-main/shell/taskbar.ts'

let shown: TaskbarProgress[]
let work: Work

beforeEach(() => {
  shown = []
  work = createWork((progress) => shown.push(progress))
})

const study = (state: StudyStatus['state'], progress = 0, id = 's') =>
  work.study({ type: 'status', status: { id, state, progress } as StudyStatus })
const importing = (state: ImportStatus['state'], bytesRead = 0, bytesTotal: number | null = 100) =>
  work.import({ id: 'i', state, bytesRead, bytesTotal } as ImportStatus)
const normal = (value: number) => ({ value, mode: 'normal' })

describe('the progress in the taskbar', () => {
  it('is that of the study that runs, told when it changes, and gone at its end', () => {
    study('queued')
    for (const progress of [0, 0.101, 0.104, 0.5]) study('running', progress)
    study('done', 1)
    expect(shown).toEqual([normal(0), normal(0.1), normal(0.5), null])
    study('paused')
    expect(shown).toHaveLength(4)
  })

  it('is unknown while an import does not know its size, and that of what is furthest from its end', () => {
    importing('running', 0, null)
    importing('running', 80)
    study('running', 0.3)
    study('running', 0.9)
    importing('done', 100)
    study('cancelled', 0.9)
    expect(shown).toEqual([
      { value: 0, mode: 'indeterminate' },
      normal(0.8),
      normal(0.3),
      normal(0.8),
      normal(0.9),
      null,
    ])
  })

  it('is an error after a failure, until that has been seen or something else runs', () => {
    const error = { value: 1, mode: 'error' }
    study('running', 0.2)
    study('failed', 0.2)
    work.seen()
    importing('running', 50)
    importing('failed', 50)
    study('running', 0)
    study('done', 1)
    expect(shown).toEqual([normal(0.2), error, null, normal(0.5), error, normal(0), null])
  })

  it('is gone with the store whose study ran, and with the host that ran it', () => {
    study('running', 0.2)
    importing('running', 50)
    work.forgetStudies()
    work.import(null)
    expect(shown).toEqual([normal(0.2), normal(0.5), null])
    // What is told of a study that was not known to run is no news.
    study('failed', 0.2)
    expect(shown).toHaveLength(3)
  })
})
