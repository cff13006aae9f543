import type { Reading } from '../../../src-shared/domain/importing.ts'

/** What is asked of who looks into a file for its tables. */
export interface InspectOptions {
  /** How the table is to be read that is shown under this path. */
  readonly readingOf: (path: string) => Pick<Reading, 'encoding' | 'delimiter' | 'skip'>
  /**
   * `start`: only as much as shows what a table is: without its hash, and what makes it unreadable further on is not
   * found.
   */
  readonly part: 'whole' | 'start'
  /** Hears how many more bytes of text were read. */
  readonly onBytes?: ((bytes: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}
