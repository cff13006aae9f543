import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { call } from '../client.ts'
import { useLongTask } from '../composables/useLongTask.ts'
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
  const outcome = shallowRef<SafetyOutcome | null>(null)
  const size = shallowRef<{ readonly bytes: number; readonly logBytes: number } | null>(null)

  watch(
    () => project.info?.path,
    () => {
      outcome.value = null
      size.value = null
    },
  )
  function act(action: () => Promise<void>): Promise<void> {
    outcome.value = null
    return run(action)
  }
  const measure = (): Promise<void> =>
    run(async () => {
      size.value = await call('safety.size', {})
    })
  const check = (): Promise<void> =>
    act(async () => {
      outcome.value = { kind: 'checked', ...(await work.run('check', 'safety.check', {})) }
    })
  const backUp = (suggestedName: string): Promise<void> =>
    act(async () => {
      const done = await work.run('backup', 'shell.backup', { suggestedName })
      if (done !== null) outcome.value = { kind: 'backedUp', ...done }
    })
  const restore = (): Promise<void> =>
    act(async () => {
      const done = await work.run('restore', 'shell.restore', {})
      if (done === null) return
      project.info = done.project
      outcome.value = { kind: 'restored', kept: done.kept }
      size.value = await call('safety.size', {})
      await useStudies().load()
    })
  return { busy, error, outcome, size, measure, check, backUp, restore }
})
