import { build, isBuilt } from './build.mjs'
import { installElectron, installedElectron, writeElectronFile } from './electron.mjs'
import { hasNode24, installNode24, installPackages, staleReason } from './install.mjs'
import { buildNativeEngine, buildWasmEngine, nativeIsBuilt, wasmIsBuilt } from './native.mjs'
import { withLock } from './lock.mjs'
import { installSystemPackages, missingFromSystem } from './system.mjs'

/**
 * Everything the app, the tests and the command line need, each step only where it has something to do: npm
 * packages, Node 24, the Electron runtime, its system libraries, the bundle in out/. Reports on standard error;
 * with `quiet` only the steps that did work. `bundle: false` leaves the last one to the caller.
 */
export function setUp({ quiet = false, bundle = true } = {}) {
  return withLock(async () => {
    const started = performance.now()
    const stale = staleReason()
    await step('npm packages', stale, installPackages, quiet)
    await step('Node 24', !hasNode24() && 'not installed', installNode24, quiet)
    await step('Electron', installedElectron() === null && 'not installed', installElectron, quiet)
    const electron = installedElectron()
    const missing = missingFromSystem(electron.path)
    await step(
      'system libraries',
      missing.length > 0 && `missing: ${missing.join(', ')}`,
      () => installSystemPackages(missing),
      quiet,
    )
    writeElectronFile(electron)
    await step('native engine', !nativeIsBuilt() && 'not built', buildNativeEngine, quiet)
    await step('wasm engine', !wasmIsBuilt() && 'not built', buildWasmEngine, quiet)
    if (bundle) await step('bundle', !isBuilt() && 'sources changed', build, quiet)
    if (!quiet) console.error(`set-up  done in ${seconds(started)}`)
  })
}

/** Run `action` when there is a reason to, and say which step took how long. */
async function step(name, reason, action, quiet) {
  if (!reason) {
    if (!quiet) console.error(`set-up  ${name}: up to date`)
    return
  }
  console.error(`set-up  ${name}: ${reason}`)
  const started = performance.now()
  await action()
  console.error(`set-up  ${name}: done in ${seconds(started)}`)
}

function seconds(started) {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`
}
