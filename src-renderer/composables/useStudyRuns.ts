import { computed, type ComputedRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
import type { StudyRunStatus } from '../../src-shared/contract/study.ts'
import { useRuns } from '../stores/runs.ts'
import type { TimedStatus } from '../stores/studies.ts'
import { useNow } from './useNow.ts'
import { useTask, type Task } from './useTask.ts'

/** The runs of a study: read again when its state or its count of finished runs changes, and each second while it runs. */
export function useStudyRuns(study: MaybeRefOrGetter<TimedStatus>): {
  /** Null until they have been read. */
  readonly runs: ComputedRef<readonly StudyRunStatus[] | null>
  readonly loading: Task
} {
  const store = useRuns()
  const now = useNow()
  const loading = useTask()
  const occasion = (): string => {
    const { id, state, runsDone } = toValue(study)
    return [id, state, runsDone, state === 'running' ? now.value : 0].join(' ')
  }
  async function load(): Promise<void> {
    if (loading.busy.value) return
    let read: string
    do {
      read = occasion()
      await loading.run(() => store.load(toValue(study).id))
      // What came while it was read may be newer than the answer.
    } while (occasion() !== read)
  }
  watch(occasion, load, { immediate: true })
  return { runs: computed(() => store.byStudy.get(toValue(study).id) ?? null), loading }
}
