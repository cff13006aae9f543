import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { StudyEpoch } from '../../src-shared/contract/study.ts'
import { call } from '../client.ts'
import { addEpochs, type Curves } from './curves.ts'
import { without } from './without.ts'

/** Charts are redrawn at most ten times a second, however fast epochs arrive. */
const FLUSH_MILLISECONDS = 100

/** Training curves of the studies that are followed; of others nothing is kept, however many there are. */
export const useTraining = defineStore('training', () => {
  const curves = shallowRef<ReadonlyMap<string, Curves>>(new Map())
  const followed = new Set<string>()
  let waiting: StudyEpoch[] = []
  let timer: ReturnType<typeof setTimeout> | undefined

  function merge(epochs: readonly StudyEpoch[]): void {
    const next = new Map(curves.value)
    for (const [id, items] of Map.groupBy(epochs, (epoch) => epoch.studyId)) {
      next.set(id, addEpochs(next.get(id) ?? new Map(), items))
    }
    curves.value = next
  }
  function push(epoch: StudyEpoch): void {
    if (!followed.has(epoch.studyId)) return
    waiting.push(epoch)
    timer ??= setTimeout(() => {
      timer = undefined
      const epochs = waiting
      waiting = []
      merge(epochs)
    }, FLUSH_MILLISECONDS)
  }
  /** From now on: the epochs that the host has stored, and those that it tells of. */
  async function follow(studyId: string): Promise<void> {
    followed.add(studyId)
    const epochs = await call('studies.epochs', { id: studyId })
    if (followed.has(studyId)) merge(epochs)
  }
  function forget(studyId: string): void {
    followed.delete(studyId)
    waiting = waiting.filter((epoch) => epoch.studyId !== studyId)
    curves.value = without(curves.value, studyId)
  }
  function forgetAllBut(studyIds: ReadonlySet<string>): void {
    for (const id of followed) if (!studyIds.has(id)) forget(id)
  }
  return { curves, push, follow, forget, forgetAllBut }
})
