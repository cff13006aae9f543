import { chmodSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * One folder with everything `bench/engine.ts` needs, to be carried to a machine that has nothing:
 * `npm run bench -- folder DIR`, then `DIR/run.sh ARGS` there. It holds this platform's Node, the sources (which Node
 * runs as they are), the compiled engines and the package `webgpu` with this platform's binary.
 */
const root = path.resolve(import.meta.dirname, '..')
const [target] = process.argv.slice(2)
if (target === undefined) {
  console.error('usage: npm run bench -- folder DIR')
  process.exit(2)
}
const folder = path.resolve(target)
if (existsSync(folder)) {
  console.error(`${folder} exists.`)
  process.exit(2)
}

const PARTS = [
  'bench',
  'src-shared',
  'src-main/nn',
  'src-main/compute',
  'src-main/files',
  'node_modules/webgpu',
  'node_modules/zod',
]
/** Binaries stand in folders named after their platform. */
const PLATFORM_FOLDER = /\/(?:dist|build)\/((?:linux|win32|darwin)-[a-z0-9]+)$/
const isWanted = (file: string): boolean => {
  const platform = PLATFORM_FOLDER.exec(file)?.[1]
  return (
    platform === undefined ||
    [process.arch, 'universal'].some((arch) => platform === `${process.platform}-${arch}`)
  )
}

mkdirSync(folder, { recursive: true })
for (const part of PARTS) {
  const from = path.join(root, part)
  if (existsSync(from)) cpSync(from, path.join(folder, part), { recursive: true, filter: isWanted })
}
cpSync(process.execPath, path.join(folder, 'node'))
writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }\n')
const run = path.join(folder, 'run.sh')
writeFileSync(run, '#!/bin/sh\nhere=$(dirname "$0")\nexec "$here/node" "$here/bench/engine.ts" "$@"\n')
chmodSync(run, 0o755)
console.log(`${folder}: carry it over and start run.sh`)
