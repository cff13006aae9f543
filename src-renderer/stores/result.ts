import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import { call } from '../client.ts'

/** The result object of the study last looked at. */
export const useResult = defineStore('result', () => {
  const loaded = shallowRef<{ readonly id: string; readonly result: StudyResult } | null>(null)
  /** Of the study last asked for: what comes of another one is late, and nobody's. */
  let wanted: string | null = null

  async function load(id: string): Promise<void> {
    wanted = id
    if (loaded.value?.id === id) return
    try {
      const result = await call('studies.result', { id })
      if (wanted === id) loaded.value = { id, result }
    } catch (error) {
      if (wanted === id) throw error
    }
  }
  function forget(id: string): void {
    if (wanted === id) wanted = null
    if (loaded.value?.id === id) loaded.value = null
  }
  return { loaded, load, forget }
})
