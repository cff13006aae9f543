// Run by npm run package with Node 24: the packages of this system, from the bundle in out/ and the runtime at hand.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { build, Platform } from 'electron-builder'
import { readElectronFile } from '../lib/electron.mjs'
import { root } from '../lib/paths.mjs'
import { main, run, SetupError } from '../lib/process.mjs'
import { makeArchive, makeDeb } from './archives.mjs'
import { builderConfig } from './builderConfig.mjs'
import { makeStage } from './stage.mjs'

main(async () => {
  const { values } = parseArgs({
    options: { dir: { type: 'boolean', default: false }, out: { type: 'string' } },
  })
  // npm runs scripts in the repository; a folder that is named is relative to where it was called.
  const out =
    values.out === undefined
      ? path.join(root, 'dist')
      : path.resolve(process.env.INIT_CWD ?? process.cwd(), values.out)
  const runtime = readElectronFile()
  // electron-builder and dpkg-deb take it from there, too.
  process.env.SOURCE_DATE_EPOCH ??= (
    await run('git', ['log', '-1', '--format=%ct'], { capture: true })
  ).trim()

  emptied(out, values.out !== undefined)
  const stage = path.join(out, 'stage')
  await makeStage(stage, runtime)
  const config = builderConfig({ stage, out, runtime })
  const onlyFolder = values.dir || runtime.kind === 'fallback'
  await build({
    config,
    projectDir: root,
    targets: Platform.current().createTarget(onlyFolder ? 'dir' : null),
  })
  fs.rmSync(stage, { recursive: true })

  if (process.platform === 'linux' && !values.dir) {
    const app = path.join(out, 'linux-unpacked')
    await makeArchive(app, out, runtime)
    await makeDeb(app, out, runtime)
  }
  for (const line of made(out)) console.log(line)
  if (runtime.kind === 'fallback')
    console.log(
      'Made with the fallback runtime: for tests only, not to be passed on (docs/decisions/0001-electron-runtime.md).',
    )
})

/** Stands in a folder of packages, which may be made anew. */
const MARK = '.plateau-packages'

/** `out` without the packages of before. A folder that was `named` and holds anything else is somebody's: it is left alone. */
function emptied(out, named) {
  const full = fs.existsSync(out) && fs.readdirSync(out).length > 0
  if (named && full && !fs.existsSync(path.join(out, MARK)))
    throw new SetupError(
      `${out} is not empty, and holds no packages of Plateau: name another folder with --out.`,
    )
  fs.rmSync(out, { recursive: true, force: true })
  fs.mkdirSync(out, { recursive: true })
  fs.writeFileSync(path.join(out, MARK), '')
}

/** What lies in `out`, with sizes, and the hash of the app's archive. */
function made(out) {
  return fs
    .readdirSync(out, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('builder-') && name !== MARK)
    .flatMap((entry) => {
      const full = path.join(out, entry.name)
      if (entry.isFile()) return [`${megabytes(fs.statSync(full).size)}  ${full}`]
      const files = fs
        .readdirSync(full, { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile())
      const paths = files.map((each) => path.join(each.parentPath, each.name))
      const size = paths.reduce((sum, file) => sum + fs.statSync(file).size, 0)
      const asar = paths.find((file) => path.basename(file) === 'app.asar')
      return [
        `${megabytes(size)}  ${full}, ${files.length} files`,
        ...(asar === undefined ? [] : [`SHA-256 of app.asar  ${sha256(asar)}`]),
      ]
    })
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1).padStart(7)} MB`
const sha256 = (file) => createHash('sha256').update(fs.readFileSync(file)).digest('hex')
