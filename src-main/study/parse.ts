import { readFile } from 'node:fs/promises'
import { storedStudyConfig, type StudyConfig, studyConfig } from '../../src-shared/domain/study.ts'
import { failure, inEachLanguage } from '../../src-shared/failure.ts'
import { studyFileErrors } from '../../src-shared/locales/errors/studyFiles.ts'
import { fieldOf, issuesText, schemaIssues } from '../../src-shared/locales/issues.ts'

/** A study from its JSON file. Throws `study_invalid` naming file, row (for broken JSON), field and remedy. */
export async function readStudyFile(file: string): Promise<StudyConfig> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw failure(
      missing ? studyFileErrors.missing : studyFileErrors.unreadable,
      {},
      { place: { file }, cause: error },
    )
  }
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw failure(
      studyFileErrors.notJson,
      { reason: (error as Error).message },
      { place: { file, row: rowOfJsonError(text) } },
    )
  }
  return parseStudy(value, file)
}

/**
 * First row where the text stops being JSON. The parser does not always say where it failed, but it says whether
 * it failed at the end: a beginning of the text that is sound so far is only cut short.
 */
function rowOfJsonError(text: string): number {
  const rows = text.split('\n')
  const broken = rows.findIndex((_row, index) => {
    const beginning = rows.slice(0, index + 1).join('\n')
    try {
      JSON.parse(beginning)
      return false
    } catch (error) {
      const { message } = error as Error
      const position = Number(/at position (\d+)/.exec(message)?.[1] ?? 0)
      return !/end of JSON input|Unterminated/.test(message) && position < beginning.length
    }
  })
  return broken === -1 ? rows.length : broken + 1
}

/** A study from plain data; every problem is listed, the first one is the error's place. */
export function parseStudy(value: unknown, file?: string): StudyConfig {
  return parse(studyConfig, value, file)
}

/** The same of a study that is stored. */
export function parseStoredStudy(value: unknown): StudyConfig {
  return parse(storedStudyConfig, value)
}

function parse(
  schema: typeof studyConfig | typeof storedStudyConfig,
  value: unknown,
  file?: string,
): StudyConfig {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw failure(
    studyFileErrors.refused,
    { issues: inEachLanguage((locale) => issuesText(schemaIssues(schema, value, locale), locale)) },
    {
      place: { ...(file === undefined ? {} : { file }), field: fieldOf(parsed.error.issues[0]) },
    },
  )
}
