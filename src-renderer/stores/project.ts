import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { ProjectInfo } from '../../src-shared/contract/project.ts'
import { call } from '../client.ts'

/** The open store. */
export const useProject = defineStore('project', () => {
  const info = ref<ProjectInfo | null>(null)

  async function load(): Promise<void> {
    info.value = await call('project.current', {})
  }
  async function openSample(): Promise<void> {
    info.value = await call('shell.openSample', {})
  }
  /** Asks for a store file; nothing changes when the dialog is dismissed. */
  async function openStore(): Promise<void> {
    info.value = (await call('shell.openProject', {})) ?? info.value
  }
  /** Asks where the store of a new project shall be; nothing changes when the dialog is dismissed. */
  async function create(suggestedName: string): Promise<void> {
    info.value = (await call('shell.newProject', { suggestedName })) ?? info.value
  }
  return { info, load, openSample, openStore, create }
})
