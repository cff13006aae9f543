import { dirname } from 'node:path'
import { makeFolder } from './folder.ts'
import { writeFileAtomic } from './writeFile.ts'

/**
 * Writes the settings kept in one small JSON file. Calls may overlap, as those of a user who goes from field to field do: they are
 * written in the order in which they were made, so that the last one stays.
 * The writer's errors: those of writeFileAtomic.
 */
export function settingFile(path: string): (setting: unknown) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve()
  return (setting) => {
    const written = last.then(async () => {
      await makeFolder(dirname(path))
      await writeFileAtomic(path, `${JSON.stringify(setting)}\n`)
    })
    // One that failed keeps no later one from being written.
    last = written.catch(() => {})
    return written
  }
}
