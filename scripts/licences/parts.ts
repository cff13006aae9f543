import fs from 'node:fs'
import path from 'node:path'
import type { Notice } from '../../src-shared/notices.ts'
import { checked, packageNotice } from './notice.ts'
import { SERVICE_PACKAGES } from './servicePackages.ts'
import { readText } from './stated.ts'

/**
 * Notices of what is shipped and is no part of a bundle: the app itself, the packages of the service, what is compiled
 * into their binaries, the runtime.
 * @param root the repository
 * @param runtime the version of Electron that is shipped
 */
export function partNotices(root: string, runtime: string): Notice[] {
  const modules = path.join(root, 'node_modules')
  const electron = packageNotice(path.join(modules, 'electron'))
  return [
    packageNotice(root),
    ...Object.keys(SERVICE_PACKAGES).map((name) => packageNotice(path.join(modules, name))),
    checked({
      name: 'SQLite',
      version: sqliteVersion(modules),
      licence: 'blessing',
      text: readText('sqlite.txt'),
    }),
    checked({ name: 'Zig compiler runtime', version: '0.16.0', licence: 'MIT', text: readText('zig.txt') }),
    { ...electron, version: runtime },
    checked({ name: 'Chromium', version: '', licence: 'BSD-3-Clause', text: readText('chromium.txt') }),
  ]
}

/** Of the amalgamation that better-sqlite3's addon is built from. */
function sqliteVersion(modules: string): string {
  const header = fs.readFileSync(path.join(modules, 'better-sqlite3/deps/sqlite3/sqlite3.h'), 'utf8')
  return /#define SQLITE_VERSION\s+"([\d.]+)"/.exec(header)?.[1] ?? ''
}
