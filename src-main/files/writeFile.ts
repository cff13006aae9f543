import fs from 'node:fs/promises'
import { dirname } from 'node:path'
import { crashPoint } from './crashPoint.ts'
import { moveFile } from './heldUp.ts'
import { sweepTemporaries, temporaryOf } from './temporary.ts'
import { writeError } from './writeError.ts'

/**
 * Write a file a person asked for: complete or not at all (temporary file beside it, then rename). What a process that was killed
 * over the same file has left beside it goes.
 * @throws PlateauError of writeError with the path
 */
export async function writeFileAtomic(path: string, content: Uint8Array | string): Promise<void> {
  crashPoint('file.begin')
  const temporary = temporaryOf(path)
  try {
    sweepTemporaries(path)
    const file = await fs.open(temporary, 'w')
    try {
      await file.writeFile(content)
      crashPoint('file.written')
      await file.sync()
      crashPoint('file.synced')
    } finally {
      await file.close()
    }
    crashPoint('file.closed')
    await moveFile(temporary, path)
    crashPoint('file.renamed')
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => {})
    throw writeError(error, path)
  }
}

/**
 * The same, and once it resolves the file outlives a power cut: its name in the folder has reached the disk too.
 * @throws PlateauError of writeError with the path
 */
export async function writeFileDurable(path: string, content: Uint8Array): Promise<void> {
  await writeFileAtomic(path, content)
  // Windows opens no folder; there a rename is on disk with the next write of its journal.
  if (process.platform === 'win32') return
  const folder = await fs.open(dirname(path), 'r')
  try {
    await folder.sync()
  } catch (error) {
    throw writeError(error, path)
  } finally {
    await folder.close()
  }
}
