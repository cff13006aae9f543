import { statSync } from 'node:fs'
import { openStore } from '../../src-main/store/store.ts'

/**
 * Reads the whole store at argv[2] again and again, each time as of one moment, until its standard input ends; then tells how
 * often, and how many bytes the log had at most meanwhile.
 */
const store = openStore(process.argv[2]!, { mode: 'read' })
let reading = true
let times = 0
let peak = 0
process.stdin.resume().on('end', () => (reading = false))

function read(): void {
  store.snapshot(() => {
    for (const table of ['bar', 'study_weights'])
      for (const _row of store.scan(`SELECT * FROM ${table}`)) void _row
  })
  times++
  peak = Math.max(peak, statSync(`${store.path}-wal`, { throwIfNoEntry: false })?.size ?? 0)
  if (times === 1) console.log('reading')
  if (reading) setImmediate(read)
  else {
    console.log(times, peak)
    store.close()
  }
}
read()
