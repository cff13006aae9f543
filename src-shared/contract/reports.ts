import { z } from 'zod'
import { REPORT_CHAPTERS, reportOptions } from '../domain/reportOptions.ts'
import { procedure } from './protocol.ts'

/** The report of a finished study. */
export const reportQuestion = z.object({ studyId: z.string(), options: reportOptions })
export type ReportQuestion = z.output<typeof reportQuestion>

export const REPORT_FORMATS = ['pdf', 'html', 'xlsx', 'png'] as const
export type ReportFormat = (typeof REPORT_FORMATS)[number]

/** Made in processes of their own: equal questions about one study have equal answers. */
export const reportContract = {
  /** One self-contained HTML document, and the chapters in it: those the study has nothing for are not. */
  'reports.document': procedure(
    reportQuestion,
    z.object({ html: z.string(), chapters: z.array(z.enum(REPORT_CHAPTERS)) }),
  ),
  /** The bytes of an XLSX workbook of its tables and the numbers of its charts; the time it was made at stands in it. */
  'reports.workbook': procedure(reportQuestion, z.instanceof(Uint8Array)),
  /** Its charts as drawings; sizes are CSS pixels. */
  'reports.pictures': procedure(
    reportQuestion,
    z.array(
      z.object({
        name: z.string(),
        svg: z.string(),
        width: z.number().positive(),
        height: z.number().positive(),
      }),
    ),
  ),
}

/** Answered by the shell, which alone prints and draws. */
export const reportDialogs = {
  /** Pages of the report when it is printed. */
  'shell.countReportPages': procedure(reportQuestion, z.object({ pages: z.int() })),
  /** Ask where to and write the report there: `png` is a zip of all its charts. Null when the dialog was dismissed. */
  'shell.exportReport': procedure(
    reportQuestion.extend({ format: z.enum(REPORT_FORMATS), suggestedName: z.string().max(500) }),
    /** `count`: pages of a PDF, pictures of a set; null for the others. */
    z.object({ path: z.string(), count: z.int().nullable() }).nullable(),
  ),
}
