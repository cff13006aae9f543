import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ReportFormat } from '../../src-shared/contract/reports.ts'
import type { StudyStatus } from '../../src-shared/contract/study.ts'
import { useReportExports } from '../stores/reportExport.ts'
import { useReportOptions } from '../stores/reportOptions.ts'

export interface ReportExport {
  /** Where the last one is. */
  readonly message: ComputedRef<string | null>
  /** A finished study's report, with the options of the report screen. */
  run(study: Pick<StudyStatus, 'id' | 'name' | 'synthetic'>, format: ReportFormat): Promise<void>
}

/** Exports reports, and says in the window's language what came of it. */
export function useReportExport(): ReportExport {
  const { t } = useI18n()
  const reports = useReportOptions()
  const exports = useReportExports()

  const message = computed(() => {
    if (exports.saved === null) return null
    const { format, path, count } = exports.saved
    switch (format) {
      case 'pdf':
        return t('report.done', { pages: count ?? 0, path })
      case 'png':
        return t('report.pictures', { count: count ?? 0, path })
      default:
        return t('exports.saved', { path })
    }
  })
  return {
    message,
    run({ id, name, synthetic }, format) {
      const { title } = reports.optionsOf(id)
      const titled = title === '' ? name : title
      return exports.make(id, format, synthetic ? `${titled}-${t('app.synthetic')}` : titled)
    },
  }
}
