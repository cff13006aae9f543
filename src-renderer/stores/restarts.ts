import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Restart } from '../../src-shared/contract/shell.ts'
import { useImporting } from './importing.ts'
import { isActive, useLandscapes } from './landscapes.ts'
import { useProject } from './project.ts'
import { useStudies } from './studies.ts'

/** What died and came back by itself, until the user has read it, and the studies that were interrupted by it. */
export const useRestarts = defineStore('restarts', () => {
  const project = useProject()
  const studies = useStudies()
  const landscapes = useLandscapes()
  const importing = useImporting()
  /** What happened last; null: nothing, or it has been read. */
  const news = shallowRef<Restart | null>(null)
  /** Ids of the studies that ran or waited. */
  const hit = ref<readonly string[]>([])

  /** Those that still are interrupted, in the order in which they ran and waited. */
  const interrupted = computed(() =>
    hit.value.flatMap((id) =>
      studies.list.filter((study) => study.id === id && study.state === 'interrupted'),
    ),
  )

  async function tell(restart: Restart): Promise<void> {
    news.value = restart
    if (restart.part !== 'host' || project.info === null) return
    const running = studies.running === null ? [] : [studies.running.id]
    hit.value = [...new Set([...hit.value, ...running, ...studies.queue])]
    if (restart.outcome === 'given_up') return assumeInterrupted()
    try {
      await ask()
    } catch (error) {
      // When it has died again, what becomes of that is told next.
      if (news.value === restart) throw error
    }
  }
  /** What has become of the work the service was at: the new one does not tell by itself. */
  async function ask(): Promise<void> {
    // Answered when the store is open again.
    const { fault } = project
    await project.load()
    if (project.info === null || project.fault !== fault) return
    await studies.refresh()
    const drawing = landscapes.list.filter(isActive)
    for (const id of new Set(drawing.map(({ studyId }) => studyId))) await landscapes.load(id)
  }
  /** Nobody is there to ask any more. */
  function assumeInterrupted(): void {
    for (const study of studies.list.filter(({ id }) => hit.value.includes(id)))
      studies.put({ ...study, state: 'interrupted', runningSince: null, etaSeconds: null })
    landscapes.interrupt()
    importing.put(null)
  }
  async function resume(): Promise<void> {
    for (const { id } of interrupted.value) await studies.resume(id)
    dismiss()
  }
  function dismiss(): void {
    news.value = null
    hit.value = []
  }
  return { news, interrupted, tell, resume, dismiss }
})
