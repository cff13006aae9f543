import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { StudyStatus } from '../../src-shared/contract/study.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { call } from '../client.ts'
import { useSettings } from './settings.ts'

/** A study's status, and when it came, so that a clock can run on between two events. */
export interface TimedStatus extends StudyStatus {
  /** `performance.now()` of the arrival. */
  readonly receivedAt: number
}

/** The studies of the open store, newest first, the one being looked at, and the form of the next one. */
export const useStudies = defineStore('studies', () => {
  const list = ref<TimedStatus[]>([])
  const selectedId = ref<string | null>(null)
  const draft = ref<StudyConfig | null>(null)

  const selected = computed(() => list.value.find((study) => study.id === selectedId.value) ?? null)
  const running = computed(() => list.value.find((study) => study.state === 'running') ?? null)

  function put(status: StudyStatus): void {
    const timed = { ...status, receivedAt: performance.now() }
    const at = list.value.findIndex((study) => study.id === status.id)
    if (at >= 0) list.value[at] = timed
    else list.value = [timed, ...list.value]
    selectedId.value ??= status.id
  }
  async function load(): Promise<void> {
    const statuses = await call('studies.list', {})
    list.value = []
    selectedId.value = null
    // The next study is fitted to the store's dates and indices.
    draft.value = null
    for (const status of statuses.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))) put(status)
    selectedId.value = list.value[0]?.id ?? null
  }
  async function loadTemplate(): Promise<void> {
    const template = await call('studies.template', {})
    const { engine } = useSettings()
    draft.value = { ...template, training: { ...template.training, engine } }
  }
  /** Starts the study of the form and selects it. */
  async function start(): Promise<void> {
    const status = await call('studies.start', { config: JSON.parse(JSON.stringify(draft.value)) })
    put(status)
    selectedId.value = status.id
  }
  async function cancel(id: string): Promise<void> {
    put(await call('studies.cancel', { id }))
  }
  return { list, selectedId, draft, selected, running, put, load, loadTemplate, start, cancel }
})
