import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { node24, root, runtimeDir } from './paths.mjs'
import { passThrough, SetupError } from './process.mjs'

/** Folder of the synthetic sample's files, study and store. */
export const sampleDir = path.join(runtimeDir, 'sample')
export const sampleStore = path.join(sampleDir, 'sample.sqlite')
const stampFile = path.join(sampleDir, 'stamp')

/** The synthetic sample's files and study, and the store made from them, which takes its name when it is whole. */
export async function makeSample() {
  if (fs.existsSync(sampleStore) && readStamp() === sampleStamp()) return
  const unfinished = path.join(runtimeDir, 'unfinished.sqlite')
  for (const file of [sampleDir, unfinished, `${unfinished}-wal`, `${unfinished}-shm`]) {
    fs.rmSync(file, { recursive: true, force: true })
  }
  await plateau('sample', '--out', sampleDir)
  await plateau('import', sampleDir, '--store', unfinished)
  fs.renameSync(unfinished, sampleStore)
  fs.writeFileSync(stampFile, sampleStamp())
}

/** What the sample is made from: an older one is made anew. */
export function sampleStamp() {
  const hash = createHash('sha256')
  for (const file of ['recipe.json', 'study.json'])
    hash.update(fs.readFileSync(path.join(root, 'resources/sample', file)))
  return hash.digest('hex')
}

function readStamp() {
  return fs.existsSync(stampFile) ? fs.readFileSync(stampFile, 'utf8') : ''
}

/** The command line; throws where it fails. */
export async function plateau(...args) {
  console.log(`plateau ${args.join(' ')}`)
  const code = await passThrough(node24, ['src-main/cli/main.ts', ...args])
  if (code !== 0) throw new SetupError(`plateau ${args[0]} ended with exit code ${code}`)
}
