import type { WorkProgress } from '../../../src-shared/contract/progress.ts'
import type { ReportQuestion } from '../../../src-shared/contract/reports.ts'
import { runJob } from '../../jobs/process.ts'
import type { ReadableStore } from '../../store/store.ts'
import { getStudy } from '../../store/studies.ts'
import type { ReportPicture } from '../../report/reportPictures.ts'
import type { ReportDocument, ReportTask } from '../reportTask.ts'
import type { ProcedureContext } from '../router.ts'

/** Reports of finished studies, each made in a process of its own. Errors: not_found. */
export interface ReportService {
  document(question: ReportQuestion, context: ProcedureContext): Promise<ReportDocument>
  workbook(question: ReportQuestion, context: ProcedureContext): Promise<Uint8Array<ArrayBuffer>>
  pictures(question: ReportQuestion, context: ProcedureContext): Promise<ReportPicture[]>
}

export function createReportService(store: ReadableStore, workerEntry: URL): ReportService {
  /** The document last made: what is printed is nearly always what was looked at before. */
  let last: { readonly of: string; readonly document: ReportDocument } | null = null

  const ask = <Answer>(
    as: ReportTask['as'],
    { studyId, options }: ReportQuestion,
    { signal, report }: ProcedureContext,
  ): Promise<Answer> =>
    runJob<ReportTask, WorkProgress, Answer>(
      workerEntry,
      { kind: 'report', as, store: store.path, studyId, options },
      { signal, onProgress: report },
    )

  return {
    async document(question, context) {
      // A result stays as it is; the name of its study may change.
      const of = JSON.stringify([question.studyId, getStudy(store, question.studyId).name, question.options])
      if (last?.of !== of) last = { of, document: await ask<ReportDocument>('document', question, context) }
      return last.document
    },
    workbook: (question, context) => ask('workbook', question, context),
    pictures: (question, context) => ask('pictures', question, context),
  }
}
