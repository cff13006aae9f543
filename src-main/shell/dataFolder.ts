import { app, dialog } from 'electron'
import { requireWritable } from '../files/folder.ts'
import type { Memory } from './memory.ts'
import { parentWindow } from './saveFile.ts'

/** Where the sample project is made: the folder a person chose, else the app's own. */
export const dataFolder = ({ value }: Memory): string => value.dataFolder ?? app.getPath('userData')

/**
 * Which folder a person wants in place of `now`; null when the dialog was dismissed.
 * @throws PlateauError disk_readonly for one that cannot be written to
 */
export async function askWhichFolder(now: string): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(parentWindow(), {
    defaultPath: now,
    properties: ['openDirectory', 'createDirectory'],
  })
  const [path] = filePaths
  if (canceled || path === undefined) return null
  await requireWritable(path)
  return path
}
