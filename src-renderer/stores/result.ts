import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import { call } from '../client.ts'

/** The result object of the study last looked at. */
export const useResult = defineStore('result', () => {
  const loaded = shallowRef<{ readonly id: string; readonly result: StudyResult } | null>(null)

  async function load(id: string): Promise<void> {
    if (loaded.value?.id === id) return
    const result = await call('studies.result', { id })
    loaded.value = { id, result }
  }
  function forget(id: string): void {
    if (loaded.value?.id === id) loaded.value = null
  }
  return { loaded, load, forget }
})
