import { readFileSync } from 'node:fs'
import type { PanelThreadData } from '../../../src-main/market/panelReader.ts'
import { pieceStates, sharePieces } from '../../../src-main/market/pieces.ts'

/**
 * A process whose work is done just as a thread of it loads the library of the store: `node lateThread.ts STORE` prints
 * whether it came to that. Linux lists what is loaded.
 */
const LIBRARY = 'better-sqlite3'
const states = pieceStates(2)
const none = new Int32Array(new SharedArrayBuffer(4))
const data: PanelThreadData = {
  path: process.argv[2],
  key: 'of no store',
  work: {
    dates: none,
    instruments: none,
    memory: new SharedArrayBuffer(0),
    states,
    firstBar: none,
    bars: none,
    barsOutside: none,
    factorsFrom: none,
  },
}
const isLoaded = (): boolean => readFileSync('/proc/self/maps', 'utf8').includes(LIBRARY)
/** A busy machine may let it load and end between two looks. */
const deadline = Date.now() + 5_000
let seen = false
const untilItLoads = (): boolean => {
  while (!seen && Date.now() < deadline) seen = isLoaded()
  return true
}
sharePieces(states, untilItLoads, { count: 1, entry: 'panelThread', data })
console.log(seen ? 'done while it loads' : 'missed')
