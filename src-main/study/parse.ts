import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { type StudyConfig, studyConfig } from '../../src-shared/domain/study.ts'
import { PlateauError } from '../../src-shared/errors.ts'

/** A study from its JSON file. Throws `study_invalid` naming file, row (for broken JSON), field and remedy. */
export async function readStudyFile(file: string): Promise<StudyConfig> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new PlateauError(missing ? 'file_not_found' : 'file_unreadable', `The study file cannot be read.`, {
      place: { file },
      remedy: missing ? 'Check the path.' : 'Check that it is a file and that it may be read.',
      cause: error,
    })
  }
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new PlateauError('study_invalid', `The file is not valid JSON: ${(error as Error).message}`, {
      place: { file, row: rowOfJsonError(text) },
      remedy: 'Correct the JSON at that place.',
    })
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
  const parsed = studyConfig.safeParse(value)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(describe)
  const first = problems[0]
  const rest = problems.slice(1).map((problem) => `${problem.field}: ${problem.message}`)
  throw new PlateauError(
    'study_invalid',
    rest.length === 0 ? first.message : `${first.message}; and ${rest.join('; ')}`,
    {
      place: { ...(file === undefined ? {} : { file }), field: first.field },
      remedy: 'Correct the field; docs/guide/en/study-file.md lists every field with its range and default.',
    },
  )
}

function describe(issue: z.core.$ZodIssue): { field: string; message: string } {
  const at = (path: readonly PropertyKey[]): string =>
    path.reduce<string>(
      (text, part) =>
        typeof part === 'number' ? `${text}[${part}]` : `${text}${text === '' ? '' : '.'}${String(part)}`,
      '',
    ) || '(the whole file)'
  if (issue.code === 'unrecognized_keys') {
    return {
      field: at([...issue.path, issue.keys[0]]),
      message: `unknown field${issue.keys.length > 1 ? `s ${issue.keys.join(', ')}` : ''}`,
    }
  }
  return { field: at(issue.path), message: issue.message }
}
