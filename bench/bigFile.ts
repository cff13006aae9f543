import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { openStore } from '../src-main/store/store.ts'
import { writeBigFile } from './market/bigFile.ts'
import { marketFiles } from './market/files.ts'
import { importByCommand, type Stop } from './market/importing.ts'

/**
 * What one large CSV costs, and what a stopped import of it leaves: `npm run bench -- bigFile`, or with `--gigabytes 0.3` in
 * a minute. The file is made of a generated market (--symbols, --years) and removed at the end unless --keep is given.
 *
 * 1. Import by the command line: rows, seconds, peak memory of its process, size of the store.
 * 2. The same into a store that holds the market's first file, stopped by SIGINT at moments of the whole course: seconds until
 *    the process has ended, what is left beside the store, and whether the store is byte for byte what it was.
 * 3. The same into a store that is not there yet.
 */
const { values } = parseArgs({
  options: {
    gigabytes: { type: 'string', default: '5' },
    symbols: { type: 'string', default: '5000' },
    years: { type: 'string', default: '16' },
    folder: { type: 'string', default: path.resolve(import.meta.dirname, '../.runtime/bench') },
    keep: { type: 'boolean', default: false },
  },
})

const MB = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`
const load = (): string => `load ${loadavg()[0].toFixed(1)}`

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** Files of a folder with their sizes. */
function listing(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return files
    .map(({ parentPath, name }) => `${name} ${MB(statSync(path.join(parentPath, name)).size)}`)
    .join(', ')
}

function barsOf(store: string): number {
  const opened = openStore(store, { mode: 'write' })
  try {
    return opened.get<{ n: number }>('SELECT count(*) AS n FROM bar')!.n
  } finally {
    opened.close()
  }
}

const [processor] = cpus()
console.log(
  `${processor.model}, ${cpus().length} threads, ${MB(totalmem())}, ${process.platform}, Node ${process.version}, ${load()}`,
)
mkdirSync(values.folder, { recursive: true })
const work = mkdtempSync(path.join(values.folder, 'bigFile-'))
const temporary = path.join(work, 'temporary')
mkdirSync(temporary)
const csv = path.join(values.folder, `bars-${values.gigabytes}GB.csv`)
try {
  const market = marketFiles(values.folder, Number(values.symbols), Number(values.years))
  writeBigFile(csv, market, Number(values.symbols), 1e9 * Number(values.gigabytes))

  const whole = path.join(work, 'whole.sqlite')
  const before = load()
  const imported = await importByCommand(csv, whole, temporary)
  if (imported.report === null) throw new Error(`the import ended with ${imported.exitCode}`)
  const { rowsIn, rowsQuarantined } = imported.report.totals
  const { seconds, tenths } = imported
  console.log(
    `import of ${MB(statSync(csv).size)}: ${rowsIn} rows, ${rowsQuarantined} quarantined, ${seconds.toFixed(1)} s ` +
      `(${tenths[0].toFixed(1)} s until the first rows are read, ${(seconds - tenths[10]).toFixed(1)} s after the last), ` +
      `${Math.round(rowsIn / seconds)} rows/s, peak memory ${MB(imported.peakMemory)}; ${before} before, ${load()} after`,
  )
  console.log(`  left: ${listing(work)}`)
  rmSync(whole)

  const last = seconds - tenths[10]
  const MOMENTS: readonly (readonly [string, Stop])[] = [
    ['looking through the file', { tenth: null, seconds: tenths[0] / 2 }],
    ['a tenth read', { tenth: 1, seconds: 0 }],
    ['half read', { tenth: 5, seconds: 0 }],
    ['nine tenths read', { tenth: 9, seconds: 0 }],
    ['all read', { tenth: 10, seconds: 0 }],
    ...[0.2, 0.5, 0.9].map(
      (share) =>
        [`${100 * share} % of what follows`, { tenth: 10, seconds: share * last }] satisfies [string, Stop],
    ),
  ]
  const store = path.join(work, 'store.sqlite')
  const prepare = async (): Promise<{ bars: number; digest: string }> => {
    await importByCommand(market.barFiles[0], store, temporary)
    return { bars: barsOf(store), digest: await sha256(store) }
  }
  let held = await prepare()
  console.log(`stopped by SIGINT, into a store of ${held.bars} bars`)
  for (const [name, stop] of MOMENTS) {
    const { exitCode, stopSeconds, peakMemory } = await importByCommand(csv, store, temporary, stop)
    const left = listing(work)
    const bars = barsOf(store)
    const same = (await sha256(store)) === held.digest
    console.log(
      `  ${name}: ${stopSeconds === null ? 'had ended before' : `${stopSeconds.toFixed(2)} s`}, exit code ${exitCode}, ` +
        `peak memory ${MB(peakMemory)}; left: ${left}; ${same ? 'byte for byte as before' : `${bars} bars`}; ` +
        `opened and closed: ${listing(work)}`,
    )
    if (!same) {
      rmSync(store)
      held = await prepare()
    }
  }
  rmSync(store)
  console.log('stopped by SIGINT, into a new store')
  for (const [name, stop] of MOMENTS.slice(0, 4)) {
    const { exitCode, stopSeconds } = await importByCommand(csv, store, temporary, stop)
    console.log(
      `  ${name}: ${stopSeconds === null ? 'had ended before' : `${stopSeconds.toFixed(2)} s`}, exit code ${exitCode}; ` +
        `left: ${listing(work) || 'nothing'}`,
    )
    rmSync(store, { force: true })
  }
} finally {
  rmSync(work, { recursive: true })
  if (!values.keep) rmSync(csv, { force: true })
}
