import { failure } from '../../../src-shared/failure.ts'
import { formatErrors } from '../../../src-shared/locales/errors/formats.ts'

/**
 * What packed data may inflate to. Market data in text shrinks 3 to 20 times; what shrinks hundreds of times is made to
 * fill memory or disk.
 */
export const MAX_RATIO = 200
/** Up to here the ratio says nothing: a small file of one repeated row is none the worse for it. */
export const FREE_BYTES = 10 * 2 ** 20
export const MAX_ENTRIES = 20_000
export const MAX_ENTRY_BYTES = 4 * 2 ** 30
export const MAX_ARCHIVE_BYTES = 20 * 2 ** 30

/** Folders inside folders, and files of all of them. */
export const MAX_FOLDER_DEPTH = 12
export const MAX_FILES = 100_000

/** Shared strings are kept in memory while a sheet is read. */
export const MAX_SHARED_STRINGS_BYTES = 256 * 2 ** 20
export const MAX_SHEET_BYTES = 2 ** 30
/** Lists of sheets and styles. */
export const MAX_PART_BYTES = 16 * 2 ** 20

/**
 * Of a Parquet file a page of each column is in memory, with its dictionary. Writers make them of 1 MB; some put a whole row
 * group into one page, which decoded takes up to six times what is counted here.
 */
export const MAX_PAGES_BYTES = 256 * 2 ** 20

/** Errors: file_corrupt when `bytes` inflated from `packed` are out of all proportion. */
export function requireSaneRatio(bytes: number, packed: number, path: string): void {
  if (bytes > FREE_BYTES && bytes > MAX_RATIO * packed)
    throw failure(formatErrors.inflatesTimes, { limit: MAX_RATIO }, { place: { file: path } })
}
