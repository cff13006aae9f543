import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { StudyRunStatus } from '../../src-shared/contract/study.ts'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { call } from '../client.ts'
import { without } from './without.ts'

/** The journal of each study: its training runs in the order they start. */
export const useRuns = defineStore('runs', () => {
  const byStudy = shallowRef<ReadonlyMap<string, readonly StudyRunStatus[]>>(new Map())

  function put(id: string, runs: readonly StudyRunStatus[]): void {
    byStudy.value = new Map(byStudy.value).set(id, runs)
  }
  async function load(id: string): Promise<void> {
    put(id, await call('studies.runs', { id }))
  }
  async function moveFirst(id: string, keys: readonly RunKey[]): Promise<void> {
    put(id, await call('studies.moveRunsFirst', { id, keys: keys.map((key) => ({ ...key })) }))
  }
  function forget(id: string): void {
    byStudy.value = without(byStudy.value, id)
  }
  return { byStudy, load, moveFirst, forget }
})

/** What a study that rests can do when it goes on. */
export interface Rest {
  /** Runs that go on from an epoch, and the first and last of those epochs. */
  readonly begun: number
  readonly fromEpoch: number
  readonly toEpoch: number
  /** Runs that begin with their first epoch. */
  readonly fresh: number
}

/** Whether a run has epochs to go on from. */
export const isBegun = ({ state, epochs }: StudyRunStatus): boolean =>
  epochs > 0 && state !== 'done' && state !== 'cancelled'

export function restOf(runs: readonly StudyRunStatus[]): Rest {
  const next = runs.filter(isBegun).map(({ epochs }) => epochs + 1)
  return {
    begun: next.length,
    fromEpoch: Math.min(...next),
    toEpoch: Math.max(...next),
    fresh: runs.filter((run) => run.epochs === 0 && run.state !== 'done' && run.state !== 'cancelled').length,
  }
}
