import fs from 'node:fs'
import path from 'node:path'
import { execFileSync } from 'node:child_process'
import { node24, root } from './paths.mjs'
import { run, SetupError } from './process.mjs'

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const env = { ELECTRON_SKIP_BINARY_DOWNLOAD: '1', PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' }

/**
 * Why `npm ci` has to run, or null. npm writes what it installed to node_modules/.package-lock.json: every package
 * of the lock must stand there with its version (optional ones may be absent: they are another platform's).
 */
export function staleReason() {
  const installed = readLock('node_modules/.package-lock.json')
  if (installed === null) return 'node_modules is missing'
  for (const [name, entry] of Object.entries(readLock('package-lock.json').packages)) {
    if (name === '') continue
    const found = installed.packages[name]
    if (found === undefined ? !entry.optional && !entry.devOptional : found.version !== entry.version)
      return `${name.replace('node_modules/', '')} ${entry.version} is not installed`
  }
  return null
}

function readLock(file) {
  const full = path.join(root, file)
  return fs.existsSync(full) ? JSON.parse(fs.readFileSync(full, 'utf8')) : null
}

export async function installPackages() {
  await run(npm, ['ci', '--no-progress', '--loglevel=error'], { env })
}

/** True when the npm package `node` holds a binary of the version its package.json names. */
export function hasNode24() {
  if (!fs.existsSync(node24)) return false
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'node_modules/node/package.json'), 'utf8'))
  try {
    return execFileSync(node24, ['--version'], { encoding: 'utf8' }).trim() === `v${version}`
  } catch {
    return false
  }
}

/** The binary comes by the package's preinstall script, which npm's install-script policy may have withheld. */
export async function installNode24() {
  await run(npm, ['rebuild', 'node', '--no-progress', '--loglevel=error'], { env })
  if (!hasNode24())
    throw new SetupError(
      'Node 24 is missing: the install script of the npm package "node" did not run.\n' +
        'Allow it (package.json, allowScripts; npm config ignore-scripts must be off) and run npm run setup again.',
    )
}
