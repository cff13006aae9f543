import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { StudyComparison } from '../../src-shared/domain/studyComparison.ts'
import { call } from '../client.ts'

/** The studies last compared. */
export const useComparison = defineStore('comparison', () => {
  const loaded = shallowRef<StudyComparison | null>(null)

  /** The first one is the baseline. */
  async function load(ids: readonly string[]): Promise<void> {
    loaded.value = await call('studies.compare', { ids: [...ids] })
  }
  /** That of just these studies, whichever of them is the baseline; null when others were compared last. */
  function of(ids: readonly string[]): StudyComparison | null {
    const compared = loaded.value?.studies.map(({ id }) => id) ?? []
    return compared.length === ids.length && ids.every((id) => compared.includes(id)) ? loaded.value : null
  }
  return { loaded, load, of }
})
