// npm run --silent plateau -- ARGS: the command line, on Node 24 whatever the machine has.
import { node24 } from './lib/paths.mjs'
import { main, passThrough } from './lib/process.mjs'
import { setUp } from './lib/setUp.mjs'

main(async () => {
  await setUp({ quiet: true })
  return passThrough(node24, ['src-main/cli/main.ts', ...process.argv.slice(2)])
})
