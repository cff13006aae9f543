import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { PlateauError } from '../../src-shared/errors.ts'
import { subscribe } from '../client.ts'
import { useImporting } from '../stores/importing.ts'
import { useLandscapes } from '../stores/landscapes.ts'
import { useProject } from '../stores/project.ts'
import { useStudies } from '../stores/studies.ts'
import { useTraining } from '../stores/training.ts'
import { useEndNotice } from './useEndNotice.ts'

/**
 * Follows what runs in the open store: studies to their list, epochs to the curves, landscapes to their list; and imports, into
 * whichever store. Returns the streams' error.
 */
export function useProjectEvents(): ShallowRef<PlateauError | null> {
  const project = useProject()
  const studies = useStudies()
  const training = useTraining()
  const landscapes = useLandscapes()
  const tellEnd = useEndNotice()
  const error = shallowRef<PlateauError | null>(null)
  const fail = (failure: PlateauError): void => {
    error.value = failure
  }

  onScopeDispose(subscribe('safety.faults', {}, ({ fault }) => (project.fault = fault), fail))
  onScopeDispose(subscribe('imports.events', {}, useImporting().put, fail))
  watch(
    () => project.info?.path,
    (path, _previous, onCleanup) => {
      if (path === undefined) return
      const ends = [
        subscribe(
          'studies.events',
          {},
          (event) => {
            if (event.type === 'status') {
              void tellEnd(event.status).catch((thrown: unknown) => fail(PlateauError.from(thrown)))
              studies.put(event.status)
            } else if (event.type === 'epoch') training.push(event.epoch)
            else studies.drop(event.id)
          },
          fail,
        ),
        subscribe('landscapes.events', {}, landscapes.put, fail),
      ]
      onCleanup(() => ends.forEach((end) => end()))
    },
    { immediate: true },
  )
  return error
}
