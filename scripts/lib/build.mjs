import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { node24, root, tools } from './paths.mjs'
import { run } from './process.mjs'

const SOURCES = [
  'src-main',
  'src-renderer',
  'src-shared',
  'scripts/licences',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
]
const stampPath = path.join(root, 'out/stamp')

/** SHA-256 over the names and contents of everything the bundle is made from. */
function contentStamp() {
  const hash = createHash('sha256')
  for (const source of SOURCES) addToHash(hash, source)
  return hash.digest('hex')
}

function addToHash(hash, relative) {
  const full = path.join(root, relative)
  if (fs.statSync(full).isDirectory()) {
    for (const name of fs.readdirSync(full).sort()) addToHash(hash, path.join(relative, name))
    return
  }
  const content = fs.readFileSync(full)
  hash.update(`${relative}\0${content.length}\0`).update(content)
}

export function isBuilt() {
  return fs.existsSync(stampPath) && fs.readFileSync(stampPath, 'utf8') === contentStamp()
}

/** Bundle the sources into out/. The stamp is taken before: a file saved during the build makes it stale. */
export async function build() {
  const stamp = contentStamp()
  fs.rmSync(stampPath, { force: true })
  await run(node24, [tools.electronVite, 'build', '--logLevel', 'warn'])
  fs.writeFileSync(stampPath, stamp)
}
