import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { type ReportOptions, reportOptions } from '../../src-shared/domain/reportOptions.ts'
import type { StudyResult } from '../../src-shared/domain/result.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import { fieldOf } from '../../src-shared/locales/issues.ts'
import type { Locale } from '../../src-shared/locales/index.ts'
import { writeFileAtomic } from '../files/writeFile.ts'
import { printPdf } from '../host/printPdf.ts'

export function parseLocale(option: string | undefined): Locale {
  if (option === undefined || option === 'zh-CN') return 'zh-CN'
  if (option === 'en') return 'en'
  throw new PlateauError('usage', `There is no report locale ${option}.`, {
    remedy: 'Use --locale zh-CN or --locale en.',
  })
}

/**
 * Options of a report from a JSON file; without one, their defaults.
 * @throws PlateauError file_not_found or file_unreadable, usage naming the field
 */
export async function readReportOptions(file: string | undefined): Promise<ReportOptions> {
  if (file === undefined) return reportOptions.parse({})
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new PlateauError(
      error.code === 'ENOENT' ? 'file_not_found' : 'file_unreadable',
      'The options of the report cannot be read.',
      { place: { file }, remedy: 'Check the path of --options.', cause: error },
    )
  })
  const parsed = reportOptions.safeParse(parseJson(text, file))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new PlateauError('usage', `The options of the report are not valid: ${issue.message}.`, {
    place: { file, field: fieldOf(issue) },
    remedy: 'Correct the field of the --options file.',
  })
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new PlateauError(
      'usage',
      `The options of the report are not valid JSON: ${(error as Error).message}`,
      {
        place: { file },
        remedy: 'Correct the JSON of the --options file.',
      },
    )
  }
}

const FORMATS = ['.pdf', '.html', '.xlsx'] as const
type Format = (typeof FORMATS)[number]

/** Errors: usage for an ending that says none of the formats. */
export function reportFormat(file: string): Format {
  const format = FORMATS.find((ending) => ending === extname(file).toLowerCase())
  if (format !== undefined) return format
  throw new PlateauError('usage', `The ending of --out says no format of a report: ${file}`, {
    place: { field: '--out' },
    remedy: `Name a file that ends in ${FORMATS.join(', ')}.`,
  })
}

/** The report of `result` at `file`, in the format of its ending; written whole or not at all. */
export async function writeReport(
  result: StudyResult,
  options: ReportOptions,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  // Loaded here: its charts take longer to load than most commands to run.
  const { composeReport } = await import('../report/renderReport.ts')
  const report = composeReport(result, options)
  switch (reportFormat(file)) {
    case '.pdf':
      await printPdf(report.html, file, signal)
      break
    case '.html':
      await writeFileAtomic(file, report.html)
      break
    case '.xlsx': {
      const { reportWorkbook } = await import('../report/reportWorkbook.ts')
      await writeFileAtomic(file, await reportWorkbook(report))
    }
  }
}
