import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository root and the places set-up writes to. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
export const runtimeDir = path.join(root, '.runtime')
/** Node 24 of the npm package `node`: better-sqlite3 needs it whatever Node the machine has. */
export const node24 = path.join(
  root,
  'node_modules/node/bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)
/** The script an npm package's command starts, to be run with `node24`. */
export const tools = {
  electronVite: path.join(root, 'node_modules/electron-vite/bin/electron-vite.js'),
  eslint: path.join(root, 'node_modules/eslint/bin/eslint.js'),
  playwright: path.join(root, 'node_modules/@playwright/test/cli.js'),
  prettier: path.join(root, 'node_modules/prettier/bin/prettier.cjs'),
  tsc: path.join(root, 'node_modules/typescript/bin/tsc'),
  vitest: path.join(root, 'node_modules/vitest/vitest.mjs'),
  vueTsc: path.join(root, 'node_modules/vue-tsc/bin/vue-tsc.js'),
}

/** Whether this user may write to a file or folder that is there. */
export function mayWrite(file) {
  try {
    fs.accessSync(file, fs.constants.W_OK)
    return true
  } catch {
    return false
  }
}
