import fs from 'node:fs'
import path from 'node:path'
import { SERVICE_PACKAGES } from '../licences/servicePackages.ts'
import { fallbackDir } from '../lib/fallback.mjs'
import { root } from '../lib/paths.mjs'
import { buildCompiled, filesOf, here } from '../native/build.mjs'
import { licenceText } from './licenceText.mjs'
import { makeSbom } from './sbom.mjs'

const packageJson = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'))

/**
 * Lay out in `stage` what goes into a package:
 * - `app`: the shell with its window, the content of app.asar;
 * - `service`: what the service process and its jobs run, files that a plain Node can read, as in the repository;
 * - `notices`: licences, and what the package is made of;
 * - `electron`: the fallback runtime, less the loader of the app under development.
 */
export async function makeStage(stage, runtime) {
  stageApp(path.join(stage, 'app'))
  await stageService(path.join(stage, 'service'))
  await stageNotices(path.join(stage, 'notices'), runtime)
  if (runtime.kind === 'fallback')
    fs.cpSync(fallbackDir, path.join(stage, 'electron'), {
      recursive: true,
      filter: (file) => file !== path.join(fallbackDir, 'resources/app'),
    })
}

function stageApp(to) {
  copyFiles(root, to, [
    ...reached('out/main/shell.js'),
    ...filesBelow('out/preload'),
    ...filesBelow('out/renderer'),
  ])
  const { name, version, description, license, type, main } = packageJson
  const manifest = {
    name,
    productName: 'Plateau',
    version,
    description,
    author: 'The Plateau authors',
    license,
    type,
    main,
  }
  fs.writeFileSync(path.join(to, 'package.json'), JSON.stringify(manifest))
}

async function stageService(to) {
  const packages = Object.entries(SERVICE_PACKAGES).flatMap(([name, wanted]) => {
    const folder = path.join('node_modules', name)
    return filesBelow(folder).filter((file) => {
      const inside = path.relative(folder, file).replaceAll(path.sep, '/')
      return wanted.some((pattern) => pattern.test(inside))
    })
  })
  copyFiles(root, to, [
    ...filesBelow('out/main').filter((file) => file !== path.join('out/main/shell.js')),
    ...packages,
    ...filesBelow('resources/sample').filter((file) => file.endsWith('.json')),
  ])
  const { name, version, type } = packageJson
  fs.writeFileSync(
    path.join(to, 'package.json'),
    JSON.stringify({ name: `${name}-service`, private: true, version, type }),
  )
  await stageEngines(path.join(to, 'src-main/nn/engines/compiled/build'))
}

/** The compiled engines as they are shipped: by Zig, for every machine of the platform. */
async function stageEngines(to) {
  const names = [here, 'wasm']
  const built = path.join(root, '.runtime/shipped')
  await buildCompiled(names, { ship: true, into: built })
  for (const name of names) copyFiles(path.join(built, name), path.join(to, name), filesOf(name))
}

async function stageNotices(to, runtime) {
  fs.mkdirSync(to, { recursive: true })
  const notices = JSON.parse(fs.readFileSync(path.join(root, 'out/renderer/licences.json'), 'utf8'))
  fs.copyFileSync(path.join(root, 'LICENSE'), path.join(to, 'LICENSE.txt'))
  fs.writeFileSync(path.join(to, 'LICENSES.txt'), licenceText(notices))
  fs.writeFileSync(path.join(to, 'sbom.cdx.json'), await makeSbom(notices, runtime))
}

/** `entry` and every file of the bundle that it imports, directly or not. */
function reached(entry) {
  const files = new Set()
  const visit = (file) => {
    if (files.has(file)) return
    files.add(file)
    const text = fs.readFileSync(path.join(root, file), 'utf8')
    for (const [, imported] of text.matchAll(/["'](\.{1,2}\/[\w./-]+\.js)["']/g))
      visit(path.join(path.dirname(file), imported))
  }
  visit(entry)
  return [...files]
}

/** Files below a folder of the repository, as paths from its root. */
function filesBelow(folder) {
  return fs
    .readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort()
}

function copyFiles(from, to, files) {
  for (const file of files) {
    fs.mkdirSync(path.dirname(path.join(to, file)), { recursive: true })
    fs.copyFileSync(path.join(from, file), path.join(to, file))
  }
}
