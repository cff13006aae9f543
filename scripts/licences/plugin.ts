import fs from 'node:fs'
import path from 'node:path'
import type { Plugin } from 'vite'
import { type Notice, NOTICES_FILE } from '../../src-shared/notices.ts'
import { packageNotice } from './notice.ts'
import { partNotices } from './parts.ts'

/**
 * Two plugins of the bundler. `seen` notes the packages whose modules a bundle is made from; `written`, of the bundle that
 * is made last, the window's, puts the notices of all of them into it. The build ends where a part has no licence text,
 * or a licence that is not on the list.
 */
export function licencePlugins(root: string): { readonly seen: Plugin; readonly written: Plugin } {
  const folders = new Set<string>()
  return {
    seen: {
      name: 'licences-seen',
      generateBundle() {
        for (const id of this.getModuleIds()) {
          const folder = packageFolder(root, id)
          if (folder !== null) folders.add(folder)
        }
      },
    },
    written: {
      name: 'licences-written',
      generateBundle() {
        const all = [...[...folders].map(packageNotice), ...partNotices(root, runtimeVersion(root))]
        this.emitFile({ type: 'asset', fileName: NOTICES_FILE, source: JSON.stringify(withoutRepeats(all)) })
      },
    },
  }
}

/** The folder of the package that a module belongs to, null for one of our own. */
export function packageFolder(root: string, id: string): string | null {
  const own = /^\0(vite|rolldown)\//.exec(id)
  if (own !== null) return path.join(root, 'node_modules', own[1]!)
  const found = /^\0?(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(id)
  return found === null ? null : found[1]!
}

/** Once each, by name. */
function withoutRepeats(all: readonly Notice[]): Notice[] {
  const byName = new Map(all.map((notice) => [`${notice.name.toLowerCase()} ${notice.version}`, notice]))
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, notice]) => notice)
}

/** Of the runtime at hand, or where there is none yet the one that is wanted. */
function runtimeVersion(root: string): string {
  const recorded = path.join(root, '.runtime/electron.json')
  const file = fs.existsSync(recorded) ? recorded : path.join(root, 'node_modules/electron/package.json')
  return (JSON.parse(fs.readFileSync(file, 'utf8')) as { version: string }).version
}
