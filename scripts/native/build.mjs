// node scripts/native/build.mjs [NAME ...] [--all] [--force]: builds the compiled engine: by default the addon of this
// machine and the WebAssembly modules. NAME is a platform of targets.mjs or `wasm`; --all are the binaries to ship, all
// by Zig, so that this platform's runs on older systems too.
// Writes src-main/nn/engines/compiled/build/NAME/; unchanged sources are not built again.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../lib/paths.mjs'
import { main, run, SetupError } from '../lib/process.mjs'
import { zigCompiler } from '../lib/zig.mjs'
import { platforms, wasmLevels, wasmLink } from './targets.mjs'

const folder = path.join(root, 'src-main/nn/engines/compiled')
const sources = path.join(folder, 'csrc')
const builds = path.join(folder, 'build')
const require = createRequire(import.meta.url)
export const here = `${process.platform}-${process.arch}`
const WASM = 'wasm'
const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx'
/** In a stamp: who compiled. */
const ZIG = 'zig'

const FLAGS = ['-std=gnu11', '-O3', '-Wall', '-Wextra']
const ADDON_FLAGS = ['-ffp-contract=fast', '-fPIC', '-fvisibility=hidden']
// Contracting for relaxed SIMD, clang 21 makes a b - c of what is c - a b: simd.h says where to multiply and add at once.
const WASM_FLAGS = ['-ffp-contract=off']

/**
 * Build `names`, platforms or `wasm`, with this machine's own compiler where that will do, unless `ship`, each to a folder
 * of its name in `into`. Answers those that were built rather than up to date.
 */
export async function buildCompiled(names, { force = false, ship = false, into = builds } = {}) {
  const built = []
  for (const name of names) {
    if (name !== WASM && platforms[name] === undefined)
      throw new SetupError(`The native engine has no build for ${name}.`)
    if (!force && isBuilt(name, { ship, into })) continue
    await buildTarget(name, { ship, into })
    built.push(name)
  }
  return built
}

/** Whether everything `name` is built to is there and made from the present sources, and, with `ship`, to be shipped. */
export function isBuilt(name, { ship = false, into = builds } = {}) {
  const stamp = stampOf(name, into)
  if (!fs.existsSync(stamp)) return false
  const [content, compiler] = fs.readFileSync(stamp, 'utf8').split(' ')
  return (
    content === contentStamp() &&
    (compiler === ZIG || !ship) &&
    filesOf(name).every((file) => fs.existsSync(path.join(into, name, file)))
  )
}

const stampOf = (name, into) => path.join(into, name, 'stamp')
const moduleOf = (level) => `plateau_gru.${level}.wasm`
/** What `name` is built to. */
export const filesOf = (name) =>
  name === WASM ? wasmLevels.map(({ level }) => moduleOf(level)) : ['plateau_gru.node']

/** SHA-256 over everything the engine is made from, these scripts included. */
function contentStamp() {
  const hash = createHash('sha256')
  const scripts = ['native/build.mjs', 'native/targets.mjs', 'lib/zig.mjs'].map((file) =>
    path.join(root, 'scripts', file),
  )
  const entries = fs.readdirSync(sources, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
  for (const file of [...scripts, ...files.sort()]) {
    const content = fs.readFileSync(file)
    hash.update(`${path.basename(file)}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

async function buildTarget(name, { ship, into }) {
  const compiler = await compilerFor(name, ship)
  const content = contentStamp()
  const output = path.join(into, name)
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'plateau-native-'))
  try {
    if (compiler === null) await buildByNodeGyp(work)
    else await (name === WASM ? buildModules(compiler, work) : buildAddon(name, compiler, work))
    fs.mkdirSync(output, { recursive: true })
    for (const file of filesOf(name)) {
      // Renamed into place: a process that has the old file open keeps it.
      const fresh = path.join(output, `${file}.${process.pid}`)
      fs.copyFileSync(path.join(work, file), fresh)
      fs.renameSync(fresh, path.join(output, file))
    }
    fs.writeFileSync(stampOf(name, into), `${content} ${compiler?.crosses ? ZIG : 'system'}`)
  } finally {
    fs.rmSync(work, { recursive: true })
  }
}

/** C files of csrc/, or of a folder of it, as paths below it. */
const cFiles = (below = '') =>
  fs
    .readdirSync(path.join(sources, below))
    .filter((file) => file.endsWith('.c'))
    .map((file) => path.join(below, file))

const kernelFlags = (level, table) => [`-DKERNELS=kernels_${table}`, `-DLEVEL="${level}"`]

async function buildAddon(name, { command, args, env, crosses }, work) {
  const { zig, kernels, link } = platforms[name]
  const target = crosses ? ['-target', zig] : []
  const compile = async (source, object, flags) => {
    const made = path.join(work, `${object}.o`)
    const all = [...args, ...target, ...FLAGS, ...ADDON_FLAGS, ...flags, '-I', headers()]
    await run(command, [...all, '-c', path.join(sources, source), '-o', made], { env })
    return made
  }
  const objects = await Promise.all([
    ...cFiles()
      .filter((file) => file !== 'kernels.c')
      .map((file) => compile(file, path.basename(file, '.c'), [])),
    ...kernels.map(({ level, flags }) =>
      compile('kernels.c', `kernels_${level}`, [...flags, ...kernelFlags(level, level)]),
    ),
  ])
  const addon = path.join(work, 'plateau_gru.node')
  await run(command, [...args, ...target, '-shared', '-s', ...link, ...objects, '-o', addon], { env })
}

async function buildModules({ command, args, env }, work) {
  // What WebAssembly has no system for, or has in wasm/.
  const common = cFiles().filter((file) => !['addon.c', 'nodeApi.c', 'cpu.c'].includes(file))
  const files = [...common, ...cFiles('wasm')].map((file) => path.join(sources, file))
  const include = ['-isystem', path.join(sources, 'wasm/include')]
  await Promise.all(
    wasmLevels.map(({ level, cpu }) => {
      const target = ['-target', 'wasm32-freestanding', `-mcpu=${cpu}`]
      const flags = [...FLAGS, ...WASM_FLAGS, ...include, ...kernelFlags(level, WASM), ...wasmLink]
      return run(command, [...args, ...target, ...flags, ...files, '-o', path.join(work, moduleOf(level))], {
        env,
      })
    }),
  )
}

/**
 * This machine's own compiler where that will do, or else Zig; null when there is neither and node-gyp, which knows where
 * Visual Studio is, may still find one.
 */
async function compilerFor(name, ship) {
  const native = name === here && !ship
  const system = native ? systemCompiler() : null
  if (system !== null) return { command: system, args: [], env: {}, crosses: false }
  try {
    return await zigCompiler()
  } catch (error) {
    if (native && error instanceof SetupError) return null
    throw error
  }
}

/** In a copy: node-gyp empties the build folder beside the sources. */
async function buildByNodeGyp(work) {
  for (const part of ['binding.gyp', 'csrc'])
    fs.cpSync(path.join(folder, part), path.join(work, part), { recursive: true })
  try {
    await run(npx, ['--yes', 'node-gyp@12', 'rebuild', '--directory', work])
  } catch {
    throw new SetupError(
      "No C compiler: install gcc, clang or Visual Studio's clang, or name Zig by PLATEAU_ZIG=path/to/zig.",
    )
  }
  fs.renameSync(path.join(work, 'build/Release/plateau_gru.node'), path.join(work, 'plateau_gru.node'))
}

/** A compiler of GNU's dialect of C, for this machine; null when there is none. */
function systemCompiler() {
  if (process.platform === 'win32') return null
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  const found = ['cc', 'gcc', 'clang'].flatMap((command) => folders.map((at) => path.join(at, command)))
  return found.find((file) => fs.existsSync(file)) ?? null
}

/** Node-API's headers: the npm package, or those that came with a Node installation. */
function headers() {
  const installed = [path.resolve(process.execPath, '../../include/node'), '/usr/include/node']
  try {
    return require('node-api-headers').include_dir
  } catch {
    const found = installed.find((at) => fs.existsSync(path.join(at, 'node_api.h')))
    if (found === undefined)
      throw new SetupError('No Node-API headers: install the npm package node-api-headers.')
    return found
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main(async () => {
    const given = process.argv.slice(2)
    const options = given.filter((each) => each.startsWith('--'))
    if (options.some((option) => !['--all', '--force'].includes(option)))
      throw new SetupError('usage: node scripts/native/build.mjs [NAME ...] [--all] [--force]')
    const named = given.filter((each) => !each.startsWith('--'))
    const ship = options.includes('--all')
    const names = named.length > 0 ? named : [...(ship ? Object.keys(platforms) : [here]), WASM]
    const built = await buildCompiled(names, { force: options.includes('--force'), ship })
    for (const name of names)
      console.error(`compiled engine  ${name}: ${built.includes(name) ? 'built' : 'up to date'}`)
  })
}
