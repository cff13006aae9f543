import { dirname } from 'node:path'
import { createSerialQueue } from '../../src-shared/serialQueue.ts'
import { makeFolder } from './folder.ts'
import { writeFileAtomic } from './writeFile.ts'

/**
 * Writes the settings kept in one small JSON file. Calls may overlap, as those of a user who goes from field to field do: they are
 * written in the order in which they were made, so that the last one stays.
 * The writer's errors: those of writeFileAtomic.
 */
export function settingFile(path: string): (setting: unknown) => Promise<void> {
  const inTurn = createSerialQueue()
  return (setting) =>
    inTurn(async () => {
      await makeFolder(dirname(path))
      await writeFileAtomic(path, `${JSON.stringify(setting)}\n`)
    })
}
