// node scripts/tensorflow/build.mjs [--force]: TensorFlow for the `tensorflow` engine, in .runtime/tensorflow/, without
// what the npm package downloads from outside the registries: its binding is compiled here, against the libtensorflow
// inside PyPI's tensorflow-cpu wheel. Linux x64. What is up to date is not made again.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { withLock } from '../lib/lock.mjs'
import { node24, root, runtimeDir } from '../lib/paths.mjs'
import { main, run, SetupError } from '../lib/process.mjs'

const PACKAGE = { name: '@tensorflow/tfjs-node', version: '4.22.0' }
/**
 * The binding is made for TensorFlow 2.9. 2.12 is the first wheel that has the library apart from Python's module, and
 * has the same C interface.
 */
const WHEEL = { name: 'tensorflow-cpu', version: '2.12.1', python: '310', platform: 'manylinux_2_17_x86_64' }
/** What is taken out of the wheel: the library, and the headers the binding includes. */
const MEMBERS = [
  'tensorflow/libtensorflow',
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/',
  'tensorflow/include/tensorflow/tsl/',
]
const EXTRACT = `
import sys, zipfile
wheel, target, *prefixes = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(target, [name for name in archive.namelist() if name.startswith(tuple(prefixes))])
`

const folder = path.join(runtimeDir, 'tensorflow')
const packageFolder = path.join(folder, 'node_modules', PACKAGE.name)
const binding = path.join(packageFolder, 'lib/napi-v8/tfjs_binding.node')
/** Beside the package, so that installing it again does not cost the download again. */
const wheelFolder = path.join(folder, `${WHEEL.name}-${WHEEL.version}`)
const stampFile = path.join(folder, 'stamp')

export function tensorflowIsBuilt() {
  return (
    fs.existsSync(binding) &&
    fs.existsSync(wheelFolder) &&
    fs.existsSync(stampFile) &&
    fs.readFileSync(stampFile, 'utf8') === contentStamp()
  )
}

/** Answers whether there was anything to do. */
export function buildTensorflow({ force = false } = {}) {
  return withLock(async () => {
    if (!force && tensorflowIsBuilt()) return false
    if (process.platform !== 'linux' || process.arch !== 'x64')
      throw new SetupError(
        `TensorFlow is built from its Python wheel on Linux x64 only. Elsewhere npm install ${PACKAGE.name} in any\n` +
          'folder, which downloads a library of its own, and name the folder in PLATEAU_TENSORFLOW.',
      )
    fs.rmSync(stampFile, { force: true })
    await installPackage()
    if (!fs.existsSync(wheelFolder)) await fetchLibrary()
    await compileBinding()
    await checkLoads()
    fs.writeFileSync(stampFile, contentStamp())
    return true
  })
}

/** SHA-256 of this script: what is made depends on nothing else. */
function contentStamp() {
  return createHash('sha256')
    .update(fs.readFileSync(fileURLToPath(import.meta.url)))
    .digest('hex')
}

/** Without its install script, which downloads. */
async function installPackage() {
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n')
  const wanted = `${PACKAGE.name}@${PACKAGE.version}`
  await run('npm', ['install', '--ignore-scripts', '--no-progress', '--loglevel=error', wanted], {
    cwd: folder,
  })
}

/** The wheel is 230 MB, what stays of it 580 MB. */
async function fetchLibrary() {
  const python = await commandThatRuns(['python3', 'python'], ['-m', 'pip', '--version'])
  if (python === null) throw new SetupError('No Python with pip, which fetches the TensorFlow wheel.')
  const work = fs.mkdtempSync(path.join(folder, 'wheel-'))
  try {
    const wanted = `${WHEEL.name}==${WHEEL.version}`
    const only = ['--no-deps', '--only-binary=:all:', '--implementation', 'cp']
    const target = ['--python-version', WHEEL.python, '--platform', WHEEL.platform]
    console.error(`  downloading ${wanted}, 230 MB`)
    await run(python, ['-m', 'pip', 'download', '--quiet', ...only, ...target, '--dest', work, wanted]).catch(
      () => {
        throw new SetupError(`pip cannot download ${wanted}: is there a package index it reaches?`)
      },
    )
    const wheel = fs.readdirSync(work).find((file) => file.endsWith('.whl'))
    await run(python, ['-c', EXTRACT, path.join(work, wheel), work, ...MEMBERS])
    fs.renameSync(path.join(work, 'tensorflow'), wheelFolder)
  } finally {
    fs.rmSync(work, { recursive: true, force: true })
  }
}

/** Compile the binding, and link it and the package's folder for libraries to what came out of the wheel. */
async function compileBinding() {
  const compiler = await commandThatRuns(['g++', 'clang++'], ['--version'])
  if (compiler === null) throw new SetupError('No C++ compiler: install g++ or clang++.')
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) =>
    path.join(packageFolder, 'binding', file),
  )
  const libraries = path.join(packageFolder, 'deps/lib')
  fs.rmSync(libraries, { recursive: true, force: true })
  fs.mkdirSync(libraries, { recursive: true })
  const names = fs.readdirSync(wheelFolder).filter((file) => file.startsWith('libtensorflow'))
  for (const name of names)
    fs.symlinkSync(path.relative(libraries, path.join(wheelFolder, name)), path.join(libraries, name))

  fs.mkdirSync(path.dirname(binding), { recursive: true })
  // Renamed into place: a process that has the old file open keeps it.
  const fresh = `${binding}.${process.pid}`
  await run(compiler, [
    ...['-std=c++17', '-O2', '-shared', '-fPIC', '-s', '-DNAPI_VERSION=8'],
    ...['-I', nodeHeaders(), '-I', path.join(wheelFolder, 'include')],
    ...sources,
    ...['-o', fresh, `-L${libraries}`, ...names.map((name) => `-l:${name}`)],
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
  ])
  fs.renameSync(fresh, binding)
}

function nodeHeaders() {
  try {
    return createRequire(import.meta.url)('node-api-headers').include_dir
  } catch {
    throw new SetupError('No Node-API headers: run npm run setup first.')
  }
}

/** As the application loads it, in a process of its own. */
async function checkLoads() {
  const finder = pathToFileURL(path.join(root, 'src-main/compute/tensorflow.ts')).href
  const code =
    `const { findTensorflow } = await import(${JSON.stringify(finder)});` +
    'const { available, version, reason } = await findTensorflow();' +
    'console.error(`  ${available ? `TensorFlow ${version} loads` : JSON.stringify(reason)}`);' +
    'process.exitCode = available ? 0 : 1'
  await run(node24, ['--input-type=module', '-e', code], { env: { PLATEAU_TENSORFLOW: folder } })
}

/** The first of `commands` that runs with `args`; null when none does. */
async function commandThatRuns(commands, args) {
  for (const command of commands) {
    try {
      await run(command, args, { capture: true })
      return command
    } catch {
      continue
    }
  }
  return null
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main(async () => {
    const options = process.argv.slice(2)
    if (options.some((option) => option !== '--force'))
      throw new SetupError('usage: node scripts/tensorflow/build.mjs [--force]')
    const built = await buildTensorflow({ force: options.includes('--force') })
    console.error(`tensorflow  ${path.relative(root, folder)}: ${built ? 'built' : 'up to date'}`)
  })
}
