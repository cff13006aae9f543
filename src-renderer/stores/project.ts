import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { ProjectInfo } from '../../src-shared/contract/project.ts'
import type { Recovery, StoreFault } from '../../src-shared/contract/safety.ts'
import { call } from '../client.ts'

/** What took the place of a store at fault; without `from`, a copy that was chosen or nothing. */
export interface Recovered {
  readonly kept: string | null
  readonly from: 'backup' | 'chosen' | 'nothing'
  /** Of a backup that was made by itself. */
  readonly recovery: Recovery | null
}

/** The open store, and the one at fault. */
export const useProject = defineStore('project', () => {
  const info = ref<ProjectInfo | null>(null)
  const fault = shallowRef<StoreFault | null>(null)
  /** Told until it has been read. */
  const recovered = shallowRef<Recovered | null>(null)

  /** A store that cannot be opened is told of as the one at fault, with its ways out, and not as an error. */
  async function opening(action: () => Promise<ProjectInfo | null>): Promise<void> {
    try {
      info.value = await action()
    } catch (error) {
      fault.value = (await call('safety.fault', {})).fault
      if (fault.value === null) throw error
    }
  }
  const load = (): Promise<void> => opening(() => call('project.current', {}))
  const openSample = (): Promise<void> => opening(() => call('shell.openSample', {}))
  /** Asks for a store file; nothing changes when the dialog is dismissed. */
  const openStore = (): Promise<void> =>
    opening(async () => (await call('shell.openProject', {})) ?? info.value)
  /** The store at fault once more. */
  const retry = (): Promise<void> => opening(() => call('safety.retry', {}))
  /** Asks where the store of a new project shall be; nothing changes when the dialog is dismissed. */
  async function create(suggestedName: string): Promise<void> {
    info.value = (await call('shell.newProject', { suggestedName })) ?? info.value
  }
  return { info, fault, recovered, load, openSample, openStore, retry, create }
})
