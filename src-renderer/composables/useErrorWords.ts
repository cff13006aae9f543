import type { ErrorData, ErrorWords } from '../../src-shared/errors.ts'
import { wordsOf } from '../../src-shared/failure.ts'
import { useSettings } from '../stores/settings.ts'

/** What an error says in the language of the window. */
export function useErrorWords(): (error: ErrorData) => ErrorWords {
  const settings = useSettings()
  return (error) => wordsOf(error, settings.locale)
}
