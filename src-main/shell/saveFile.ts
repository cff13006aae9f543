import path from 'node:path'
import { app, BrowserWindow, dialog } from 'electron'
import type { SavedFile } from '../../src-shared/contract/exports.ts'
import type { HostContract } from '../../src-shared/contract/index.ts'
import { csvText } from '../../src-shared/exportText.ts'
import { writeFileAtomic } from '../files/writeFile.ts'
import { fileName } from './fileName.ts'
import type { HostLink } from './hostLink.ts'

/** Where the last file went: several of one study are to lie together. */
let folder: string | null = null

export function parentWindow(): BrowserWindow {
  return BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]
}

/** Where a person wants a file, `at` suggested for its folder; null when the dialog was dismissed. */
export async function askWhere(
  suggestedName: string,
  extension: string,
  at: string | null = null,
): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog(parentWindow(), {
    defaultPath: path.join(at ?? folder ?? app.getPath('documents'), fileName(suggestedName, extension)),
    filters: [{ name: extension.toUpperCase(), extensions: [extension] }],
  })
  if (canceled) return null
  folder = path.dirname(filePath)
  return filePath
}

/** Ask where to and write the file there, whole or not at all. */
export async function saveFile(
  host: HostLink<HostContract>,
  suggestedName: string,
  file: SavedFile,
): Promise<{ path: string } | null> {
  const target = await askWhere(suggestedName, file.kind)
  if (target === null) return null
  await writeFileAtomic(target, await contentOf(host, file))
  return { path: target }
}

async function contentOf(host: HostLink<HostContract>, file: SavedFile): Promise<Uint8Array | string> {
  switch (file.kind) {
    case 'csv':
      return csvText(file.table)
    case 'xlsx':
      return host.call('exports.workbook', file.sheet)
    case 'png':
      return file.bytes
    case 'svg':
      return file.text
  }
}
