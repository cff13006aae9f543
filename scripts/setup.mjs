// npm run setup: everything needed to run, test and package. Plain JavaScript without dependencies, Node 20 or newer.
import { setUp } from './lib/setUp.mjs'
import { main } from './lib/process.mjs'

main(() => setUp())
