import { type ComputedRef, ref, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ReportFormat } from '../../src-shared/contract/reports.ts'
import type { StudyStatus } from '../../src-shared/contract/study.ts'
import { call } from '../client.ts'
import { useReportOptions } from '../stores/reportOptions.ts'
import { useNotice } from './useNotice.ts'
import { type Task, useTask } from './useTask.ts'

export interface ReportExport {
  readonly task: Task
  /** The format being made. */
  readonly format: Ref<ReportFormat | null>
  /** Where the last one is. */
  readonly message: ComputedRef<string | null>
  /** Forget where the last one is, or why there is none. */
  dismiss(): void
  /** A finished study's report, with the options of the report screen. */
  run(study: Pick<StudyStatus, 'id' | 'name' | 'synthetic'>, format: ReportFormat): Promise<void>
}

export function useReportExport(): ReportExport {
  const { t } = useI18n()
  const reports = useReportOptions()
  const task = useTask()
  const format = ref<ReportFormat | null>(null)
  const notice = useNotice()

  const said: Readonly<Record<ReportFormat, (path: string, count: number) => string>> = {
    pdf: (path, pages) => t('report.done', { pages, path }),
    html: (path) => t('exports.saved', { path }),
    xlsx: (path) => t('exports.saved', { path }),
    png: (path, count) => t('report.pictures', { count, path }),
  }

  return {
    task,
    format,
    message: notice.text,
    dismiss() {
      notice.clear()
      task.error.value = null
    },
    async run({ id, name, synthetic }, as) {
      notice.clear()
      format.value = as
      await task.run(async () => {
        const options = reports.optionsOf(id)
        const titled = options.title === '' ? name : options.title
        const saved = await call('shell.exportReport', {
          studyId: id,
          options,
          format: as,
          suggestedName: synthetic ? `${titled}-${t('app.synthetic')}` : titled,
        })
        if (saved !== null) notice.say(() => said[as](saved.path, saved.count ?? 0))
      })
      format.value = null
    },
  }
}
