import { computed, type ComputedRef, shallowRef } from 'vue'
import type { StudyEstimate } from '../../src-shared/domain/estimate.ts'
import type { StudyConfig } from '../../src-shared/domain/study.ts'
import { call } from '../client.ts'
import { useData } from '../stores/data.ts'

/** A study as it would be started. */
export interface Plan {
  readonly config: StudyConfig
  /** Runs at a time; null: as the limits of the machine have it. */
  readonly workers: number | null
}

/** What the study of a form will take, by the data of the open project. */
export function useEstimate(plan: () => Plan): {
  /** Null until it has been asked for, and again once the plan or the data have changed. */
  readonly estimate: ComputedRef<StudyEstimate | null>
  /**
   * Ask for it, where it is not known.
   * @throws PlateauError what would end the study before anything is trained
   */
  readonly ask: () => Promise<void>
} {
  const data = useData()
  const known = shallowRef<{ readonly of: string; readonly estimate: StudyEstimate } | null>(null)
  const planned = computed(() => JSON.stringify(plan()))
  const asked = computed(() => `${data.version} ${planned.value}`)
  const estimate = computed(() => (known.value?.of === asked.value ? known.value.estimate : null))
  async function ask(): Promise<void> {
    if (estimate.value !== null) return
    const of = asked.value
    known.value = { of, estimate: await call('studies.estimate', JSON.parse(planned.value) as Plan) }
  }
  return { estimate, ask }
}
