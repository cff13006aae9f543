import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { call } from '../client.ts'
import { useLongTask } from '../composables/useLongTask.ts'
import { useTask } from '../composables/useTask.ts'
import { useProject } from './project.ts'
import { useStudies } from './studies.ts'
import { useWork } from './work.ts'

/** What the last of check, backup and restoration came to. */
export type SafetyOutcome =
  | { readonly kind: 'checked'; readonly seconds: number }
  | { readonly kind: 'backedUp'; readonly bytes: number; readonly path: string }
  | { readonly kind: 'restored'; readonly kept: string | null }

/** Size, check, backup and restoration of the open store. */
export const useSafety = defineStore('safety', () => {
  const project = useProject()
  const work = useWork()
  const { busy, error, run } = useLongTask()
  /** Apart from those that take long, which go on when the screen with the size is left and come back to. */
  const measuring = useTask()
  const outcome = shallowRef<SafetyOutcome | null>(null)
  const size = shallowRef<{ readonly bytes: number; readonly logBytes: number } | null>(null)

  watch(
    () => project.info?.path,
    () => {
      outcome.value = null
      size.value = null
    },
  )
  /** What comes of it is told of the store it was done to alone. */
  function act(action: () => Promise<SafetyOutcome | null>): Promise<void> {
    outcome.value = null
    const store = project.info?.path
    return run(async () => {
      const came = await action()
      if (project.info?.path === store) outcome.value = came
    })
  }
  const measure = (): Promise<void> =>
    measuring.run(async () => {
      const store = project.info?.path
      const came = await call('safety.size', {})
      if (project.info?.path === store) size.value = came
    })
  const check = (): Promise<void> =>
    act(async () => ({ kind: 'checked', ...(await work.run('check', 'safety.check', {})) }))
  const backUp = (suggestedName: string): Promise<void> =>
    act(async () => {
      const done = await work.run('backup', 'shell.backup', { suggestedName })
      return done === null ? null : { kind: 'backedUp', ...done }
    })
  async function restore(): Promise<void> {
    await act(async () => {
      const done = await work.run('restore', 'shell.restore', {})
      if (done === null) return null
      project.info = done.project
      return { kind: 'restored', kept: done.kept }
    })
    // Told already where the old store is kept, whatever becomes of reading the new one.
    if (outcome.value?.kind === 'restored') await Promise.all([measure(), run(useStudies().load)])
  }
  return { busy, error, outcome, size, sizeError: measuring.error, measure, check, backUp, restore }
})
