import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { StudyStatus } from '../../src-shared/contract/study.ts'
import type { StudyComparison } from '../../src-shared/domain/studyComparison.ts'
import { call } from '../client.ts'

/** The studies last compared. */
export const useComparison = defineStore('comparison', () => {
  const loaded = shallowRef<StudyComparison | null>(null)
  /** The studies last asked for: what comes of others is late, and nobody's. */
  let wanted: readonly string[] | null = null

  /** The first one is the baseline. */
  async function load(ids: readonly string[]): Promise<void> {
    const asked = [...ids]
    wanted = asked
    try {
      const comparison = await call('studies.compare', { ids: asked })
      if (wanted === asked) loaded.value = comparison
    } catch (error) {
      if (wanted === asked) throw error
    }
  }
  /** That of just these studies, whichever of them is the baseline; null when others, or other names, were compared last. */
  function of(studies: readonly Pick<StudyStatus, 'id' | 'name'>[]): StudyComparison | null {
    const compared = loaded.value?.studies ?? []
    const same = studies.every(({ id, name }) => compared.some((one) => one.id === id && one.name === name))
    return same && compared.length === studies.length ? loaded.value : null
  }
  function forget(id: string): void {
    if (wanted?.includes(id)) wanted = null
    if (loaded.value?.studies.some((study) => study.id === id)) loaded.value = null
  }
  return { loaded, load, of, forget }
})
