import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { StudyEpoch } from '../../src-shared/contract/study.ts'
import { call } from '../client.ts'
import { addEpochs, type Curves } from './curves.ts'
import { without } from './without.ts'

/** Charts are redrawn at most ten times a second, however fast epochs arrive. */
const FLUSH_MILLISECONDS = 100

/** Training curves by study. */
export const useTraining = defineStore('training', () => {
  const curves = shallowRef<ReadonlyMap<string, Curves>>(new Map())
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
    waiting.push(epoch)
    timer ??= setTimeout(() => {
      timer = undefined
      const epochs = waiting
      waiting = []
      merge(epochs)
    }, FLUSH_MILLISECONDS)
  }
  /** Adds the epochs the host has stored: those before this window followed the study. */
  async function load(studyId: string): Promise<void> {
    merge(await call('studies.epochs', { id: studyId }))
  }
  function forget(studyId: string): void {
    waiting = waiting.filter((epoch) => epoch.studyId !== studyId)
    curves.value = without(curves.value, studyId)
  }
  return { curves, push, load, forget }
})
