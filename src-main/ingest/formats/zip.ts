import { TextDecoder } from 'node:util'
import { type Entry, getFileNameLowLevel, openPromise, validateFileName } from 'yauzl'
import type { Skipped } from '../../../src-shared/domain/importing.ts'
import { failure } from '../../../src-shared/failure.ts'
import { formatErrors } from '../../../src-shared/locales/errors/formats.ts'
import type { Member } from '../source.ts'
import { MAX_ARCHIVE_BYTES, MAX_ENTRIES, MAX_ENTRY_BYTES, requireSaneRatio } from './limits.ts'

/** A file of an archive: what it takes to read it, or why it is not read. */
export type ArchiveEntry =
  | { readonly name: string; readonly member: Member }
  | { readonly name: string; readonly problem: Omit<Skipped, 'path'> }

const STORED = 0
const DEFLATED = 8
const UTF8_FLAG = 0x800

/**
 * The files of a zip archive, folders left out. The sizes that the archive states are held against the limits before
 * anything is inflated; that it keeps to them is checked while it is (bytes.ts).
 *
 * Errors: file_corrupt when it is no archive, cut off, damaged, or inflates beyond the limits.
 */
export async function listArchive(path: string): Promise<readonly ArchiveEntry[]> {
  const entries: ArchiveEntry[] = []
  const place = { file: path }
  let packed = 0
  let inflated = 0
  try {
    const zip = await openPromise(path, { lazyEntries: true, autoClose: false, decodeStrings: false })
    try {
      if (zip.entryCount > MAX_ENTRIES)
        throw failure(formatErrors.tooManyMembers, { limit: MAX_ENTRIES }, { place })
      for await (const entry of zip.eachEntry()) {
        const name = nameOf(entry)
        if (name.endsWith('/')) continue
        const shown = `${path}#${name}`
        if (entry.uncompressedSize > MAX_ENTRY_BYTES)
          throw failure(formatErrors.inflatesBytes, { limit: MAX_ENTRY_BYTES }, { place: { file: shown } })
        requireSaneRatio(entry.uncompressedSize, entry.compressedSize, shown)
        inflated += entry.uncompressedSize
        packed += entry.compressedSize
        if (inflated > MAX_ARCHIVE_BYTES)
          throw failure(formatErrors.inflatesBytes, { limit: MAX_ARCHIVE_BYTES }, { place })
        // Members that lie over each other are how an archive inflates to more than its bytes can hold.
        if (packed > zip.fileSize) throw failure(formatErrors.membersOverlap, {}, { place })
        const problem = problemOf(entry, name)
        if (problem !== null) entries.push({ name, problem })
        else {
          const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true })
          const member = {
            name,
            start: fileDataStart,
            packedBytes: entry.compressedSize,
            bytes: entry.uncompressedSize,
            deflated: entry.compressionMethod === DEFLATED,
            crc32: entry.crc32,
          }
          entries.push({ name, member })
        }
      }
    } finally {
      zip.close()
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'PlateauError') throw error
    throw failure(formatErrors.archiveDamaged, { reason: (error as Error).message }, { place, cause: error })
  }
  return entries
}

/** Archivers of Chinese systems write names in GBK and do not say so. */
function nameOf(entry: Entry): string {
  const bytes = entry.fileNameRaw
  if ((entry.generalPurposeBitFlag & UTF8_FLAG) === 0) {
    for (const encoding of ['utf-8', 'gb18030']) {
      try {
        return new TextDecoder(encoding, { fatal: true }).decode(bytes)
      } catch {
        continue
      }
    }
  }
  return getFileNameLowLevel(entry.generalPurposeBitFlag, bytes, entry.extraFields, false)
}

function problemOf(entry: Entry, name: string): Omit<Skipped, 'path'> | null {
  if (validateFileName(name) !== null) return { reason: 'outside_archive' }
  if (/(^|\/)(\.|__MACOSX\/)/.test(name)) return { reason: 'hidden' }
  if (entry.isEncrypted()) return { reason: 'encrypted' }
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED)
    return { reason: 'packing_unknown', number: entry.compressionMethod }
  return null
}
