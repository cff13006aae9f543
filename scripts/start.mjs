// npm start: set-up, then the app on the sample project; without a display the sample study as a PDF.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { hasDisplay } from './lib/display.mjs'
import { readElectronFile } from './lib/electron.mjs'
import { node24, root, runtimeDir } from './lib/paths.mjs'
import { main, passThrough, SetupError } from './lib/process.mjs'
import { setUp } from './lib/setUp.mjs'

const sample = path.join(runtimeDir, 'sample')
const store = path.join(sample, 'sample.sqlite')
const stampFile = path.join(sample, 'stamp')

main(async () => {
  await setUp()
  if (!fs.existsSync(store) || readStamp() !== stamp()) await makeSample()
  if (hasDisplay()) {
    const { path: electron, args } = readElectronFile()
    return passThrough(electron, [...args, root, '--store', store, ...process.argv.slice(2)])
  }
  console.log(
    'No display (DISPLAY and WAYLAND_DISPLAY are not set): running the sample study without a window.',
  )
  await plateau('study', path.join(sample, 'study.json'), '--out', sample, '--store', store)
  console.log(`The report is in ${sample}.`)
})

/** The synthetic sample's files and study, and the store made from them, which takes its name when it is whole. */
async function makeSample() {
  const unfinished = path.join(runtimeDir, 'unfinished.sqlite')
  for (const file of [sample, unfinished, `${unfinished}-wal`, `${unfinished}-shm`]) {
    fs.rmSync(file, { recursive: true, force: true })
  }
  await plateau('sample', '--out', sample)
  await plateau('import', sample, '--store', unfinished)
  fs.renameSync(unfinished, store)
  fs.writeFileSync(stampFile, stamp())
}

/** What the sample is made from: an older one is made anew. */
function stamp() {
  const hash = createHash('sha256')
  for (const file of ['recipe.json', 'study.json'])
    hash.update(fs.readFileSync(path.join(root, 'resources/sample', file)))
  return hash.digest('hex')
}

function readStamp() {
  return fs.existsSync(stampFile) ? fs.readFileSync(stampFile, 'utf8') : ''
}

async function plateau(...args) {
  console.log(`plateau ${args.join(' ')}`)
  const code = await passThrough(node24, ['src-main/cli/main.ts', ...args])
  if (code !== 0) throw new SetupError(`plateau ${args[0]} ended with exit code ${code}`)
}
