import { randomUUID } from 'node:crypto'
import fs from 'node:fs/promises'
import { writeError } from './writeError.ts'

/**
 * Write a file a person asked for: complete or not at all (temporary file beside it, then rename).
 * @throws PlateauError of writeError with the path
 */
export async function writeFileAtomic(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await fs.writeFile(temporary, content, { flush: true })
    await fs.rename(temporary, path)
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => {})
    throw writeError(error, path)
  }
}
