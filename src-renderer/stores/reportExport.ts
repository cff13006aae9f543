import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import type { ReportFormat } from '../../src-shared/contract/reports.ts'
import { useLongTask } from '../composables/useLongTask.ts'
import { useReportOptions } from './reportOptions.ts'
import { useStudies } from './studies.ts'
import { useWork } from './work.ts'

export interface SavedReport {
  readonly format: ReportFormat
  readonly path: string
  /** Pages of a PDF, pictures of a set. */
  readonly count: number | null
}

/** The report being exported, and where the last one is. */
export const useReportExports = defineStore('reportExport', () => {
  const reports = useReportOptions()
  const work = useWork()
  const { busy, error, run } = useLongTask()
  /** The format being made. */
  const format = ref<ReportFormat | null>(null)
  const saved = shallowRef<SavedReport | null>(null)

  /** Forget where the last one is, or why there is none. */
  function dismiss(): void {
    saved.value = null
    error.value = null
    work.cancelled.delete('report')
  }
  const studies = useStudies()
  // What was said of another study's report.
  watch(
    () => studies.selectedId,
    () => busy.value || dismiss(),
  )
  /** With the options of the report screen. */
  async function make(studyId: string, as: ReportFormat, suggestedName: string): Promise<void> {
    dismiss()
    format.value = as
    await run(async () => {
      const question = { studyId, options: reports.optionsOf(studyId), format: as, suggestedName }
      const done = await work.run('report', 'shell.exportReport', question)
      saved.value = done === null ? null : { format: as, ...done }
    })
    format.value = null
  }
  return { busy, error, format, saved, dismiss, make }
})
