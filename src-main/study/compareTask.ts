import type { StudyComparison } from '../../src-shared/domain/studyComparison.ts'
import { openStore } from '../store/store.ts'
import { namedResult } from '../store/studies.ts'
import { compareStudies } from './compareStudies.ts'

/** The question how studies differ, as it is sent to its process. */
export interface CompareTask {
  readonly kind: 'compare'
  readonly ids: readonly string[]
  /** Path of the store; it is only read. */
  readonly store: string
}

/**
 * Finished studies beside each other: seconds of resampling where they have many optimizers and indices.
 *
 * Errors: those of namedResult and compareStudies.
 */
export function runCompareTask({ ids, store: path }: CompareTask): StudyComparison {
  const store = openStore(path, { mode: 'read' })
  try {
    return compareStudies(ids.map((id) => ({ id, result: namedResult(store, id) })))
  } finally {
    store.close()
  }
}
