import type { StudyResult } from '../../src-shared/domain/result.ts'
import { PlateauError } from '../../src-shared/errors.ts'
import type { Locale } from '../../src-shared/locales/index.ts'
import { printPdf } from '../host/printPdf.ts'

export function parseLocale(option: string | undefined): Locale {
  if (option === undefined || option === 'zh-CN') return 'zh-CN'
  if (option === 'en') return 'en'
  throw new PlateauError('usage', `There is no report locale ${option}.`, {
    remedy: 'Use --locale zh-CN or --locale en.',
  })
}

/** The report of `result` as a PDF at `file`; written whole or not at all. */
export async function writeReport(
  result: StudyResult,
  locale: Locale,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  // Loaded here: its charts take longer to load than most commands to run.
  const { renderReport } = await import('../report/renderReport.ts')
  await printPdf(renderReport(result, { locale }), file, signal)
}
