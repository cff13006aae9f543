import { execFileSync, spawnSync } from 'node:child_process'
import { hasDisplay } from './display.mjs'
import { run, SetupError } from './process.mjs'

/** Debian packages that bring every library Electron links to; from Debian 13 and Ubuntu 24.04 on some end in t64. */
const LIBRARIES = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1']

/** What the machine lacks to run `binary`: shared libraries by their names, and Xvfb where a `display` is wanted and none there. */
export function missingFromSystem(binary, display) {
  if (process.platform !== 'linux') return []
  const libraries = execFileSync('ldd', [binary], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('not found'))
    .map((line) => line.trim().split(' ')[0])
  return !display || hasDisplay() || isInstalled('Xvfb') ? libraries : [...libraries, 'Xvfb']
}

/** Install what is missing by apt-get as root; elsewhere name it. */
export async function installSystemPackages(missing) {
  if (process.getuid?.() !== 0 || !isInstalled('apt-get'))
    throw new SetupError(
      `Electron needs what this machine lacks: ${missing.join(', ')}.\n` +
        `Install it (Debian, Ubuntu: apt-get install ${[...LIBRARIES, 'xvfb'].join(' ')}) and run npm run setup again.`,
    )
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args) => run('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], { env })
  await apt('update')
  await apt('install', '-y', '--no-install-recommends', ...LIBRARIES.map(currentName), 'xvfb')
}

function currentName(name) {
  const known = spawnSync('apt-cache', ['show', `${name}t64`], { stdio: 'ignore' }).status === 0
  return known ? `${name}t64` : name
}

function isInstalled(command) {
  return spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0
}
