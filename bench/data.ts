import { fork } from 'node:child_process'
import { mkdirSync, rmSync, statSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { importPaths } from '../src-main/ingest/importPaths.ts'
import { derive } from '../src-main/market/derive.ts'
import { loadMarket } from '../src-main/market/loadMarket.ts'
import { panelCachePath } from '../src-main/market/panelCache.ts'
import { crossSectionAt, dailySeries, sampleOf } from '../src-main/market/samples.ts'
import { openStore } from '../src-main/store/store.ts'
import { HEADER, marketFiles } from './market/files.ts'
import { concatenate, sqliteImport, sqliteShell, timedCommand } from './peers/sqliteImport.ts'

/**
 * What a whole market costs: `npm run bench -- data`, or with `--symbols 300` in seconds. Daily files are generated once
 * and kept; then, each in a process of its own:
 *
 * 1. Import with validation, beside the sqlite3 shell's `.import` of the same CSV (left out where there is none).
 * 2. The panel from the store, and what a study derives from it.
 * 3. The panel from its cache, beside reading the same bytes with `cat`, in turns: medians after one turn to warm up.
 * 4. The samples of the last date, 30 steps of 6 fields, normalised.
 * 5. The store's size against the bytes of the values kept.
 */
const { values } = parseArgs({
  options: {
    symbols: { type: 'string', default: '5000' },
    years: { type: 'string', default: '16' },
    folder: { type: 'string', default: path.resolve(import.meta.dirname, '../.runtime/bench') },
    phase: { type: 'string' },
    store: { type: 'string', default: '' },
    data: { type: 'string', default: '' },
  },
})
const STEPS = 30
/** Of the cache and `cat`, after one that does not count. */
const TURNS = 5

/** What one phase answers to the process that started it. */
interface Measured {
  readonly seconds: Readonly<Record<string, number>>
  readonly numbers: Readonly<Record<string, number>>
  /** Of the process, user and system. */
  readonly processor: number
  readonly peakMemory: number
}

/** The upper of the two middle ones of an even number. */
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]

/** Seconds of `work`, noted under `name`. */
async function timed<T>(
  seconds: Record<string, number>,
  name: string,
  work: () => T | Promise<T>,
): Promise<T> {
  const start = performance.now()
  const value = await work()
  seconds[name] = (performance.now() - start) / 1000
  return value
}

const PHASES = {
  async import(seconds: Record<string, number>) {
    const store = openStore(values.store, { mode: 'write' })
    const { totals } = await timed(seconds, 'import', () =>
      importPaths({ store, paths: [values.data], preset: 'auto', dryRun: false }),
    )
    store.close()
    return { rows: totals.rowsIn, quarantined: totals.rowsQuarantined }
  },
  async panel(seconds: Record<string, number>) {
    const store = openStore(values.store, { mode: 'read' })
    const { panel, bars } = await timed(seconds, 'panel', () =>
      loadMarket(store, { cache: panelCachePath(values.store) }),
    )
    store.close()
    const derived = await timed(seconds, 'derived', () => derive(panel, 'typical'))

    const series = dailySeries(panel, derived)
    const days = panel.dates.length
    const wholeMarket = new Uint8Array(panel.traded.length).fill(1)
    const took: number[] = []
    let stocks = 0
    // Successive dates, as a study takes them; the first ones are compiled meanwhile.
    for (let t = days - 60; t < days; t++) {
      const start = performance.now()
      const features = crossSectionAt(series, wholeMarket, { sequenceLength: STEPS, t })
      const sample = sampleOf(panel.dates[t], features, null)
      if (t >= days - 40) took.push(performance.now() - start)
      stocks = sample.stocks.length
    }
    seconds['samples'] = median(took) / 1000
    return { bars, days, columns: panel.symbols.length, stocks }
  },
  async cache(seconds: Record<string, number>) {
    const store = openStore(values.store, { mode: 'read' })
    const { bars } = await timed(seconds, 'panel', () =>
      loadMarket(store, { cache: panelCachePath(values.store) }),
    )
    store.close()
    return { bars }
  },
  async size(seconds: Record<string, number>) {
    const store = openStore(values.store, { mode: 'read' })
    const [bars, present, changes] = await timed(seconds, 'size', () => [
      store.get<{ n: number }>('SELECT count(*) AS n FROM bar')!.n,
      store.get<{ n: number }>(
        `SELECT sum((open IS NOT NULL) + (high IS NOT NULL) + (low IS NOT NULL) + (close IS NOT NULL) +
           (preclose IS NOT NULL) + (volume IS NOT NULL) + (amount IS NOT NULL) + (float_cap IS NOT NULL)) AS n FROM bar`,
      )!.n,
      store.get<{ n: number }>('SELECT count(*) AS n FROM adjustment')!.n,
    ])
    store.close()
    return { bars, kept: 8 * present + (4 + 4 + 1 + 1) * bars + (8 + 4 + 4) * changes }
  },
}
type Phase = keyof typeof PHASES

/** Run in the process that was started for it. */
async function answer(phase: Phase): Promise<void> {
  const seconds: Record<string, number> = {}
  const numbers = await PHASES[phase](seconds)
  const { user, system } = process.cpuUsage()
  const measured: Measured = {
    seconds,
    numbers,
    processor: (user + system) / 1e6,
    peakMemory: process.resourceUsage().maxRSS * 1024,
  }
  process.send!(measured)
}

function measure(phase: Phase, store: string, data = ''): Promise<Measured> {
  console.log(`  (${phase}; load ${loadavg()[0].toFixed(1)})`)
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ['--phase', phase, '--store', store, '--data', data])
    child.once('message', (measured) => resolve(measured as Measured))
    child.once('exit', (code) => reject(new Error(`${phase} ended with ${code} and no answer`)))
  })
}

const MB = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`
const took = (wall: number, processor: number): string =>
  `${wall.toFixed(1)} s (processor ${processor.toFixed(1)} s)`
const removeStore = (store: string): void => {
  for (const end of ['', '-wal', '-shm', '.panel']) rmSync(store + end, { force: true })
}

async function main(): Promise<void> {
  mkdirSync(values.folder, { recursive: true })
  const [processor] = cpus()
  console.log(
    `${processor.model}, ${cpus().length} threads, ${MB(totalmem())}, ${process.platform}, Node ${process.version}`,
  )
  const market = marketFiles(values.folder, Number(values.symbols), Number(values.years))
  console.log(
    `${values.symbols} symbols over ${values.years} years: ${market.barFiles.length} files, ${MB(market.barBytes)}`,
  )

  const store = path.join(values.folder, 'data.sqlite')
  removeStore(store)
  const imported = await measure('import', store, market.folder)
  const { rows, quarantined } = imported.numbers
  const wall = imported.seconds['import']
  console.log(
    `import: ${rows} rows, ${quarantined} quarantined, ${took(wall, imported.processor)}, ` +
      `${Math.round(rows / wall)} rows/s, peak memory ${MB(imported.peakMemory)}`,
  )
  const shell = sqliteShell()
  if (shell === null) console.log('sqlite3 .import: no sqlite3 here, left out')
  else {
    const csv = path.join(values.folder, 'peer.csv')
    const database = path.join(values.folder, 'peer.sqlite')
    await concatenate(market.barFiles, HEADER.length + 1, csv)
    const peer = sqliteImport(csv, database)
    console.log(
      `sqlite3 ${shell} .import (STRICT, WITHOUT ROWID, key (symbol, date), one transaction): ${peer.rows} rows, ` +
        `${took(peer.wall, peer.processor)}, ${Math.round(peer.rows / peer.wall)} rows/s, ${MB(peer.bytes)}; ` +
        `import takes ${(wall / peer.wall).toFixed(2)} of its time`,
    )
    rmSync(csv)
    removeStore(database)
  }

  const first = await measure('panel', store)
  const { days, columns, bars, stocks } = first.numbers
  console.log(
    `panel from the store: ${days} days x ${columns} stocks, ${bars} bars, ${first.seconds['panel'].toFixed(1)} s with ` +
      `its content hash and the writing of its cache, and ${first.seconds['derived'].toFixed(1)} s for adjusted ` +
      `prices, vwap and flags; process ${first.processor.toFixed(1)} s of processor, peak memory ${MB(first.peakMemory)}`,
  )
  const cache = panelCachePath(store)
  const cached: number[] = []
  const processors: number[] = []
  const cat: number[] = []
  for (let turn = 0; turn <= TURNS; turn++) {
    const { seconds, processor } = await measure('cache', store)
    const { wall } = timedCommand(`cat '${cache}' > /dev/null`)
    if (turn === 0) continue
    cached.push(seconds['panel'])
    processors.push(processor)
    cat.push(wall)
  }
  console.log(
    `panel from its cache: ${median(cached).toFixed(2)} s for ${MB(statSync(cache).size)}, process ` +
      `${median(processors).toFixed(2)} s of processor; cat takes ${median(cat).toFixed(2)} s (medians of ${TURNS} turns)`,
  )
  console.log(
    `samples of a date, ${stocks} stocks x ${STEPS} steps x 6 fields, normalised: ` +
      `${(1000 * first.seconds['samples']).toFixed(1)} ms (median of 40 dates)`,
  )

  const { numbers } = await measure('size', store)
  const bytes = statSync(store).size
  const { kept } = numbers
  const withImport = kept + 4 * numbers['bars']
  console.log(
    `store: ${MB(bytes)}, ${(bytes / withImport).toFixed(2)} x the ${MB(withImport)} of the values kept (8 per number, ` +
      '4 per date, per instrument and per import a row came from, 1 per flag; factors by change points); ' +
      `${(bytes / kept).toFixed(2)} x the ${MB(kept)} without the imports`,
  )
  removeStore(store)
}

if (values.phase === undefined) await main()
else await answer(values.phase as Phase)
