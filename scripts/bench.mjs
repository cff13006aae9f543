// npm run bench -- NAME: runs bench/NAME.ts on Node 24.
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { withDisplay } from './lib/display.mjs'
import { node24, root } from './lib/paths.mjs'
import { main, passThrough, SetupError } from './lib/process.mjs'

/** Those that open windows. */
const WITH_WINDOWS = ['ui']

main(async () => {
  const [name, ...args] = process.argv.slice(2)
  const folder = path.join(root, 'bench')
  const names = fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.basename(file, '.ts'))
  if (!names.includes(name)) throw new SetupError(`usage: npm run bench -- NAME, one of: ${names.join(', ')}`)
  const compilers = pathToFileURL(path.join(root, 'src-main/jobs/compilers.ts')).href
  const run = (env) =>
    passThrough(node24, ['--import', compilers, path.join(folder, `${name}.ts`), ...args], { env })
  return WITH_WINDOWS.includes(name) ? withDisplay(run) : run({})
})
