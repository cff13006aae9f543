// npm run --silent plateau -- ARGS: the command line, on Node 24 whatever the machine has.
import path from 'node:path'
import { node24, root } from './lib/paths.mjs'
import { main, passThrough } from './lib/process.mjs'
import { setUp } from './lib/setUp.mjs'

const args = process.argv.slice(2)
/** Printing runs the bundle in Electron; everything else runs the sources in Node. */
const prints = args[0] === 'report' || (args[0] === 'study' && args.some((arg) => /^--out(=|$)/.test(arg)))

main(async () => {
  await setUp({ quiet: true, electron: prints, display: false, bundle: prints })
  // npm runs scripts in the repository; relative paths are relative to where it was called.
  const cwd = process.env.INIT_CWD ?? process.cwd()
  return passThrough(node24, [path.join(root, 'src-main/cli/main.ts'), ...args], { cwd })
})
