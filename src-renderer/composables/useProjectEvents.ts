import { shallowRef, watch, type ShallowRef } from 'vue'
import type { PlateauError } from '../../src-shared/errors.ts'
import { subscribe } from '../client.ts'
import { useProject } from '../stores/project.ts'
import { useStudies } from '../stores/studies.ts'
import { useTraining } from '../stores/training.ts'

/** Follows the studies of the open store: status to the list, epochs to the curves. Returns the stream's error. */
export function useStudyEvents(): ShallowRef<PlateauError | null> {
  const project = useProject()
  const studies = useStudies()
  const training = useTraining()
  const error = shallowRef<PlateauError | null>(null)

  watch(
    () => project.info?.path,
    (path, _previous, onCleanup) => {
      if (path === undefined) return
      onCleanup(
        subscribe(
          'studies.events',
          {},
          (event) => (event.type === 'status' ? studies.put(event.status) : training.push(event.epoch)),
          (failure) => {
            error.value = failure
          },
        ),
      )
    },
    { immediate: true },
  )
  return error
}
