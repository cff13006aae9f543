import { type FileHandle, open } from 'node:fs/promises'
import { failure } from '../../src-shared/failure.ts'
import { serviceErrors } from '../../src-shared/locales/errors/service.ts'
import { FILES, logFile } from './log.ts'

/** Where a line begins: the file by what it keeps when it gets another name, and bytes from its start. */
export interface LogPlace {
  readonly file: string
  readonly offset: number
}

export interface LogPiece {
  /** Those that are wanted, in the order in which they were written, each with its place. */
  readonly lines: readonly { readonly place: LogPlace; readonly text: string }[]
  /** What is before this place has not been looked at; null: nothing is before it. */
  readonly oldest: LogPlace | null
  /** What is written from now on stands after this place; null: nothing has been written. */
  readonly newest: LogPlace | null
}

const NEWLINE = 10

/**
 * The last `limit` wanted lines of a log (`createLog`), of those between two places. One file is held in memory at a time. A place in
 * a file that is no more stands for the beginning of what there is.
 * @throws PlateauError file_unreadable
 */
export async function readLog(
  folder: string,
  name: string,
  {
    before,
    after,
    limit,
    wanted,
  }: {
    readonly before: LogPlace | null
    readonly after: LogPlace | null
    readonly limit: number
    readonly wanted: (line: string) => boolean
  },
): Promise<LogPiece> {
  const lines: { place: LogPlace; text: string }[] = []
  const seen = new Set<string>()
  let newest: LogPlace | null = after
  let found = before === null
  for (let age = 0; age < FILES; age++) {
    const handle = await openFile(logFile(folder, name, age))
    if (handle === null) continue
    try {
      const { ino, birthtimeMs, size } = await handle.stat({ bigint: true })
      // A file that is made may get the number of one that is gone.
      const file = `${ino}-${birthtimeMs}`
      // A file that has grown older since the one before it was read.
      if (seen.has(file)) continue
      seen.add(file)
      found ||= file === before?.file
      if (!found) continue
      const from = file === after?.file ? after.offset : 0
      const to = file === before?.file ? Math.min(before.offset, Number(size)) : Number(size)
      const bytes = await read(handle, from, to)
      // What is being written has no end yet.
      let end = bytes.lastIndexOf(NEWLINE) + 1
      if (seen.size === 1 && before === null) newest = { file, offset: from + end }
      while (end > 0) {
        if (lines.length === limit) return { lines, oldest: { file, offset: from + end }, newest }
        const start = end < 2 ? 0 : bytes.lastIndexOf(NEWLINE, end - 2) + 1
        const text = bytes.toString('utf8', start, end - 1)
        if (wanted(text)) lines.unshift({ place: { file, offset: from + start }, text })
        end = start
      }
      if (file === after?.file) break
    } finally {
      await handle.close()
    }
  }
  return { lines, oldest: null, newest }
}

async function openFile(path: string): Promise<FileHandle | null> {
  try {
    return await open(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    throw failure(serviceErrors.logUnreadable, { reason: code ?? String(error) }, { place: { file: path } })
  }
}

async function read(handle: FileHandle, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.max(0, to - from))
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, from)
  return bytes.subarray(0, bytesRead)
}
