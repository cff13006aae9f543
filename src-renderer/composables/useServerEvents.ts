import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { PlateauError } from '../../src-shared/errors.ts'
import { subscribe } from '../client.ts'
import { useProject } from '../stores/project.ts'
import { useServer } from '../stores/server.ts'
import { useStudies } from '../stores/studies.ts'

/** Follows the connection to a server; once it is back, what was missed meanwhile is asked for. Returns the error of either. */
export function useServerEvents(): ShallowRef<PlateauError | null> {
  const server = useServer()
  const project = useProject()
  const studies = useStudies()
  const error = shallowRef<PlateauError | null>(null)
  onScopeDispose(subscribe('shell.server', {}, server.put, (failure) => (error.value = failure)))
  watch(
    () => server.lost,
    async (lost) => {
      if (lost) return
      error.value = null
      try {
        await Promise.all([project.load(), ...(studies.loaded ? [studies.refresh()] : [])])
        server.returns++
      } catch (thrown) {
        error.value = PlateauError.from(thrown)
      }
    },
  )
  return error
}
