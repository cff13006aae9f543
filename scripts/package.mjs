// npm run package [-- --dir] [--out FOLDER]: set-up, then the packages of this system, into dist/; --dir makes the folder
// with the app only.
import path from 'node:path'
import { node24, root } from './lib/paths.mjs'
import { main, passThrough } from './lib/process.mjs'
import { setUp } from './lib/setUp.mjs'

main(async () => {
  await setUp({ quiet: true })
  return passThrough(node24, [path.join(root, 'scripts/package/main.mjs'), ...process.argv.slice(2)])
})
