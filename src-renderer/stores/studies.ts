import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { StudyStatus } from '../../src-shared/contract/study.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { call } from '../client.ts'
import { cloneName } from './cloneName.ts'
import { useComparison } from './comparison.ts'
import { useLandscapes } from './landscapes.ts'
import { useNavigation } from './navigation.ts'
import { useResult } from './result.ts'
import { useRuns } from './runs.ts'
import { useSettings } from './settings.ts'
import { received, type Timed } from './timed.ts'
import { useTraining } from './training.ts'

export type TimedStatus = Timed<StudyStatus>

/** States a study rests in and can go on from. */
const RESTING: readonly StudyStatus['state'][] = ['paused', 'interrupted', 'failed']
export const canGoOn = ({ state }: Pick<StudyStatus, 'state'>): boolean => RESTING.includes(state)

export const STUDY_TABS = ['new', 'all'] as const
export type StudyTab = (typeof STUDY_TABS)[number]

/** The studies of the open store, newest first, the one being looked at, and the form of the next one. */
export const useStudies = defineStore('studies', () => {
  /** What else is known of studies, by their ids. */
  const result = useResult()
  const details = [useTraining(), useRuns(), useLandscapes(), result, useComparison()]
  const list = ref<TimedStatus[]>([])
  /** The list is that of the open store. */
  const loaded = ref(false)
  /** Ids of those that wait, next first. */
  const queue = ref<string[]>([])
  const selectedId = ref<string | null>(null)
  const draft = ref<StudyConfig | null>(null)
  /** Runs at a time of the next study; null: as the limits of the machine have it. */
  const workers = ref<number | null>(null)
  const tab = ref<StudyTab>('new')
  /** Ids of those chosen in the table of all, in the order in which they were. */
  const chosen = ref<readonly string[]>([])
  /** Ids of those that had not ended when they were first heard of: what goes on in this session. */
  const followed = ref<ReadonlySet<string>>(new Set())

  const selected = computed(() => list.value.find((study) => study.id === selectedId.value) ?? null)
  // A result has every order of its portfolios: of a study that nobody looks at it is not held.
  watch(selectedId, (_id, before) => before !== null && result.forget(before), { flush: 'sync' })
  const current = computed(() => list.value.filter(({ id, archived }) => !archived && followed.value.has(id)))
  const running = computed(() => list.value.find((study) => study.state === 'running') ?? null)

  function put(status: StudyStatus): void {
    const { id, state } = status
    const at = list.value.findIndex((study) => study.id === id)
    if (at >= 0) list.value[at] = received(status)
    else list.value = [received(status), ...list.value]
    // What begins to wait does so behind the others.
    if (state !== 'queued') queue.value = queue.value.filter((waiting) => waiting !== id)
    else if (!queue.value.includes(id)) queue.value.push(id)
    if (state !== 'done' && state !== 'cancelled' && !followed.value.has(id))
      followed.value = new Set([...followed.value, id])
    selectedId.value ??= id
  }
  function forget(id: string): void {
    for (const store of details) store.forget(id)
  }
  function drop(id: string): void {
    forget(id)
    list.value = list.value.filter((study) => study.id !== id)
    queue.value = queue.value.filter((waiting) => waiting !== id)
    chosen.value = chosen.value.filter((one) => one !== id)
    if (selectedId.value === id) selectNewest()
  }
  function selectNewest(): void {
    selectedId.value = (list.value.find(({ archived }) => !archived) ?? list.value[0])?.id ?? null
  }
  /** Looks at a study: at its portfolios once it is done, else at its training. */
  function open({ id, state }: TimedStatus): void {
    selectedId.value = id
    useNavigation().show(state === 'done' ? 'portfolio' : 'training')
  }
  function clear(): void {
    for (const { id } of list.value) forget(id)
    list.value = []
    queue.value = []
    followed.value = new Set()
    chosen.value = []
    selectedId.value = null
    // The next study is fitted to the store's dates and indices.
    draft.value = null
  }
  /** Those of another store, or of a backup in its place: a study of the same id may not be what it was. */
  async function load(): Promise<void> {
    loaded.value = false
    clear()
    const statuses = await call('studies.list', {})
    // The answer has what was told of meanwhile.
    clear()
    // The host lists those that wait by their turn, the next one last.
    queue.value = statuses.flatMap(({ id, state }) => (state === 'queued' ? [id] : [])).reverse()
    for (const status of statuses.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))) put(status)
    selectNewest()
    loaded.value = true
  }
  /** What has changed unheard, as while a connection was lost; the form and what is chosen stay. */
  async function refresh(): Promise<void> {
    const statuses = await call('studies.list', {})
    const ids = new Set(statuses.map(({ id }) => id))
    for (const { id } of list.value) if (!ids.has(id)) drop(id)
    for (const status of statuses.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))) put(status)
  }
  async function loadTemplate(): Promise<void> {
    const template = await call('studies.template', {})
    const { engine } = useSettings()
    draft.value = { ...template, training: { ...template.training, engine } }
  }
  /** Starts a study of so many runs at a time, and selects it. */
  async function start(config: StudyConfig, atATime = workers.value): Promise<void> {
    const status = await call('studies.start', { config, workers: atATime })
    put(status)
    selectedId.value = status.id
  }
  /** Starts the synthetic sample's quick study. */
  async function startQuick(): Promise<void> {
    const quick = await call('studies.quickTemplate', {})
    await start({ ...quick, training: { ...quick.training, engine: useSettings().engine } })
  }
  async function pause(id: string): Promise<void> {
    put(await call('studies.pause', { id }))
  }
  /** With as many runs at a time as before. */
  async function resume(id: string): Promise<void> {
    put(await call('studies.resume', { id }))
  }
  async function cancel(id: string): Promise<void> {
    put(await call('studies.cancel', { id }))
  }
  async function moveFirst(id: string): Promise<void> {
    const status = await call('studies.moveFirst', { id })
    queue.value = [id, ...queue.value.filter((waiting) => waiting !== id)]
    put(status)
  }
  async function rename(id: string, name: string): Promise<void> {
    put(await call('studies.rename', { id, name }))
  }
  async function tag(id: string, add: readonly string[], remove: readonly string[]): Promise<void> {
    put(await call('studies.tag', { id, add: [...add], remove: [...remove] }))
  }
  async function archive(id: string, archived: boolean): Promise<void> {
    put(await call('studies.archive', { id, archived }))
  }
  async function remove(id: string): Promise<void> {
    await call('studies.remove', { id })
    drop(id)
  }
  /** The settings of a study become the form of the next one. */
  async function clone({ id, name }: TimedStatus): Promise<void> {
    const config = await call('studies.config', { id })
    draft.value = {
      ...config,
      name: cloneName(
        name,
        list.value.map((study) => study.name),
      ),
    }
    tab.value = 'new'
  }
  return {
    list,
    loaded,
    queue,
    selectedId,
    draft,
    workers,
    tab,
    chosen,
    selected,
    current,
    running,
    put,
    drop,
    open,
    load,
    refresh,
    loadTemplate,
    start,
    startQuick,
    pause,
    resume,
    cancel,
    moveFirst,
    rename,
    tag,
    archive,
    remove,
    clone,
  }
})
