import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { RunKey } from '../../src-shared/domain/training.ts'
import { type Curve, curveId } from './curves.ts'
import { useStudies } from './studies.ts'
import { useTraining } from './training.ts'

/** A run of another study. */
export interface ShownOverlay {
  readonly id: string
  /** Name of its study. */
  readonly study: string
  readonly curve: Curve
}

/**
 * Runs that are drawn beside those of whichever other study is looked at. Curves of studies that are neither looked at nor needed
 * for this are let go.
 */
export const useOverlays = defineStore('overlays', () => {
  const studies = useStudies()
  const training = useTraining()
  /** The study whose runs are offered. */
  const offered = ref<string | null>(null)
  const chosen = ref<readonly { readonly id: string; readonly studyId: string; readonly run: string }[]>([])

  /** In the order in which they were chosen; without those of the study that is looked at, and of studies that are gone. */
  const shown = computed((): ShownOverlay[] =>
    chosen.value.flatMap(({ id, studyId, run }) => {
      const study = studies.list.find((one) => one.id === studyId)
      const curve = training.curves.get(studyId)?.get(run)
      return study === undefined || curve === undefined || studyId === studies.selectedId
        ? []
        : [{ id, study: study.name, curve }]
    }),
  )
  watch(
    () => [studies.selectedId, offered.value, ...chosen.value.map(({ studyId }) => studyId)],
    (needed) => training.forgetAllBut(new Set(needed.filter((id) => id !== null))),
  )
  function add(studyId: string, key: RunKey): void {
    const run = curveId(key)
    const id = `${studyId} ${run}`
    if (chosen.value.every((one) => one.id !== id)) chosen.value = [...chosen.value, { id, studyId, run }]
  }
  function remove(id: string): void {
    chosen.value = chosen.value.filter((one) => one.id !== id)
  }
  return { shown, offered, add, remove }
})
