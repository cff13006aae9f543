import { build, isBuilt } from './build.mjs'
import { installElectron, installedElectron, writeElectronFile } from './electron.mjs'
import { hasNode24, installNode24, installPackages, staleReason } from './install.mjs'
import { buildNativeEngine, buildWasmEngine, nativeIsBuilt, wasmIsBuilt } from './native.mjs'
import { withLock } from './lock.mjs'
import { mayWrite, root } from './paths.mjs'
import { SetupError } from './process.mjs'
import { installSystemPackages, missingFromSystem } from './system.mjs'

/**
 * Everything the app, the tests and the command line need, each step only where it has something to do: npm
 * packages, Node 24, the Electron runtime, its system libraries, the engines, the bundle in out/. Reports on standard
 * error; with `quiet` only the steps that did work. What a caller has no use for it leaves out: `electron: false` the
 * runtime and its libraries, `display: false` a display for it, `bundle: false` the bundle. A checkout that this user may
 * not write is used as it stands, by any number of processes at once.
 */
export async function setUp(options = {}) {
  return mayWrite(root) ? withLock(() => steps(options)) : steps(options)
}

async function steps({ quiet = false, electron = true, display = true, bundle = true }) {
  const started = performance.now()
  await step('npm packages', staleReason(), installPackages, quiet)
  await step('Node 24', !hasNode24() && 'not installed', installNode24, quiet)
  if (electron) {
    await step('Electron', installedElectron() === null && 'not installed', installElectron, quiet)
    const installed = installedElectron()
    const missing = missingFromSystem(installed.path, display)
    await step(
      'system libraries',
      missing.length > 0 && `missing: ${missing.join(', ')}`,
      () => installSystemPackages(missing),
      quiet,
    )
    writeElectronFile(installed)
  }
  await step('native engine', !nativeIsBuilt() && 'not built', buildNativeEngine, quiet)
  await step('wasm engine', !wasmIsBuilt() && 'not built', buildWasmEngine, quiet)
  if (bundle) await step('bundle', !isBuilt() && 'sources changed', build, quiet)
  if (!quiet) console.error(`set-up  done in ${seconds(started)}`)
}

/** Run `action` when there is a reason to, and say which step took how long. */
async function step(name, reason, action, quiet) {
  if (!reason) {
    if (!quiet) console.error(`set-up  ${name}: up to date`)
    return
  }
  console.error(`set-up  ${name}: ${reason}`)
  if (!mayWrite(root))
    throw new SetupError(`This user may not write to ${root}: run npm run setup there as its owner.`)
  const started = performance.now()
  await action()
  console.error(`set-up  ${name}: done in ${seconds(started)}`)
}

function seconds(started) {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`
}
