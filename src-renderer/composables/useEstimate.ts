import { computed, type ComputedRef, shallowRef } from 'vue'
import type { StudyEstimate } from '../../src-shared/domain/estimate.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { call } from '../client.ts'

/** A study as it would be started. */
export interface Plan {
  readonly config: StudyConfig
  /** Runs at a time; null: as many as there are cores. */
  readonly workers: number | null
}

/** What the study of a form will take, by the data of the open project. */
export function useEstimate(plan: () => Plan): {
  /** Null until it has been asked for, and again once the plan has changed. */
  readonly estimate: ComputedRef<StudyEstimate | null>
  /**
   * Ask for it, where it is not known.
   * @throws PlateauError what would end the study before anything is trained
   */
  readonly ask: () => Promise<void>
} {
  const known = shallowRef<{ readonly of: string; readonly estimate: StudyEstimate } | null>(null)
  const asked = computed(() => JSON.stringify(plan()))
  const estimate = computed(() => (known.value?.of === asked.value ? known.value.estimate : null))
  async function ask(): Promise<void> {
    if (estimate.value !== null) return
    const of = asked.value
    known.value = { of, estimate: await call('studies.estimate', JSON.parse(of) as Plan) }
  }
  return { estimate, ask }
}
