import type { OnProgress } from '../../src-shared/contract/progress.ts'
import type { ReportQuestion } from '../../src-shared/contract/reports.ts'
import type { ReportChapter } from '../../src-shared/domain/reportOptions.ts'
import { composeReport } from '../report/renderReport.ts'
import { type ReportPicture, reportPictures } from '../report/reportPictures.ts'
import { reportWorkbook } from '../report/reportWorkbook.ts'
import { openStore } from '../store/store.ts'
import { namedResult } from '../store/studies.ts'
import { steady } from './steady.ts'

/** A report, as it is asked of a process of its own. */
export interface ReportTask extends ReportQuestion {
  readonly kind: 'report'
  readonly as: 'document' | 'workbook' | 'pictures'
  /** Path of the store; it is only read. */
  readonly store: string
}

export interface ReportDocument {
  readonly html: string
  readonly chapters: ReportChapter[]
}

/** Errors: those of namedResult. */
export async function runReportTask(
  { as, store: path, studyId, options }: ReportTask,
  tell: OnProgress,
): Promise<ReportDocument | Uint8Array<ArrayBuffer> | ReportPicture[]> {
  const told = steady(tell)
  const store = openStore(path, { mode: 'read' })
  const result = (() => {
    try {
      return namedResult(store, studyId)
    } finally {
      store.close()
    }
  })()
  const report = composeReport(result, options, told)
  if (as === 'workbook') return reportWorkbook(report, told)
  if (as === 'pictures') return reportPictures(report)
  return { html: report.html, chapters: [...report.chapters] }
}
