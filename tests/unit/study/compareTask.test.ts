import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runJob } from '../../../src-main/jobs/process.ts'
import { openStore } from '../../../src-main/store/store.ts'
import { insertStudy, saveResult } from '../../../src-main/store/studies.ts'
import { compareStudies } from '../../../src-main/study/compareStudies.ts'
import type { CompareTask } from '../../../src-main/study/compareTask.ts'
import { studyComparison, type StudyComparison } from '../../../src-shared/domain/studyComparison.ts'
import { buildStudyResult } from '../../fixtures/studyResult.ts'

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url)

it('compares studies of a store in a process of its own', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'plateau-test-')), 'compare.sqlite')
  const result = buildStudyResult()
  const ids = ['first', 'second']
  const store = openStore(path, { mode: 'write' })
  for (const id of [...ids, 'unfinished']) {
    insertStudy(store, { id, config: result.config, workers: null, startedAt: '2026-01-01T00:00:00.000Z' })
    if (ids.includes(id)) saveResult(store, id, result)
  }
  store.close()
  const compare = (asked: string[]): Promise<StudyComparison> =>
    runJob<CompareTask, never, StudyComparison>(
      WORKER,
      { kind: 'compare', ids: asked, store: path },
      { signal: new AbortController().signal, onProgress: () => {} },
    )
  const comparison = await compare(ids)
  expect(studyComparison.parse(comparison)).toEqual(compareStudies(ids.map((id) => ({ id, result }))))
  await expect(compare(['first', 'unfinished'])).rejects.toMatchObject({ code: 'not_found' })
}, 180_000)
