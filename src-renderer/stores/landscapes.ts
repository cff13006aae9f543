import { defineStore } from 'pinia'
import { ref, shallowRef, toRaw } from 'vue'
import type { DrawnLandscapes, LandscapeStatus } from '../../src-shared/contract/landscape.ts'
import type { LandscapeSettings } from '../../src-shared/domain/landscapeSettings.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { failure } from '../../src-shared/failure.ts'
import { windowErrors } from '../../src-shared/locales/errors/window.ts'
import { call } from '../client.ts'
import { received, type Timed } from './timed.ts'
import { without } from './without.ts'

export type TimedLandscape = Timed<LandscapeStatus>

/** Whether it is drawn or waits for its turn. */
export const isActive = ({ state }: Pick<LandscapeStatus, 'state'>): boolean =>
  state === 'queued' || state === 'running'

/** Landscapes asked for after a study, newest first, and those that were drawn. */
export const useLandscapes = defineStore('landscapes', () => {
  const list = ref<TimedLandscape[]>([])
  /** By id; none for one that was cancelled or failed before anything of it was done. */
  const drawn = shallowRef<ReadonlyMap<string, DrawnLandscapes>>(new Map())
  /** Runs that can be drawn, by study. */
  const candidates = shallowRef<ReadonlyMap<string, readonly RunKey[]>>(new Map())

  function put(status: LandscapeStatus): void {
    const at = list.value.findIndex(({ id }) => id === status.id)
    if (at >= 0) list.value[at] = received(status)
    else list.value = [received(status), ...list.value].sort((a, b) => b.startedAt.localeCompare(a.startedAt))
  }
  async function load(studyId: string): Promise<void> {
    const [runs, statuses] = await Promise.all([
      call('landscapes.candidates', { studyId }),
      call('landscapes.list', { studyId }),
    ])
    candidates.value = new Map(candidates.value).set(studyId, runs)
    list.value = list.value.filter((status) => status.studyId !== studyId)
    statuses.forEach(put)
  }
  async function start(
    studyId: string,
    keys: readonly RunKey[],
    settings: LandscapeSettings,
  ): Promise<TimedLandscape> {
    const status = await call('landscapes.start', {
      studyId,
      keys: keys.map((key) => ({ ...key })),
      settings: { ...settings, region: toRaw(settings.region) },
    })
    put(status)
    return received(status)
  }
  async function cancel(id: string): Promise<void> {
    put(await call('landscapes.cancel', { id }))
  }
  async function remove(id: string): Promise<void> {
    await call('landscapes.remove', { id })
    list.value = list.value.filter((status) => status.id !== id)
  }
  /** The service that drew them has ended, and none takes its place. */
  function interrupt(): void {
    for (const status of list.value.filter(isActive))
      put({
        ...status,
        state: 'failed',
        nodes: null,
        etaSeconds: null,
        error: failure(windowErrors.landscapeInterrupted, {}).toData(),
      })
  }
  async function get(id: string): Promise<void> {
    if (drawn.value.has(id)) return
    const landscapes = await call('landscapes.get', { id })
    drawn.value = new Map(drawn.value).set(id, landscapes)
  }
  function forget(studyId: string): void {
    const ofStudy = list.value.filter((status) => status.studyId === studyId)
    for (const { id } of ofStudy) drawn.value = without(drawn.value, id)
    list.value = list.value.filter((status) => status.studyId !== studyId)
    candidates.value = without(candidates.value, studyId)
  }
  return { list, drawn, candidates, put, load, start, cancel, remove, interrupt, get, forget }
})
